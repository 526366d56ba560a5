"""git's own protocol of credential helpers, spoken by script and by git itself."""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from conftest import Workstation
from deliveries.test_kubernetes import CREDENTIALS, NOW
from deliveries.verifying import signature

from awsfed.workstation.delivery import git

HOST = "git-codecommit.eu-central-1.amazonaws.com"
ASKED = f"protocol=https\nhost={HOST}\npath=v1/repos/app\ncapability[]=authtype\nwwwauth[]=Basic realm=x\n\n"


def fields(answer: str) -> dict[str, str]:
    """Read an answer as git does."""
    assert "\r" not in answer
    return dict(line.split("=", 1) for line in answer.splitlines())


def is_right(password: str, secret: str, host: str = HOST, path: str = "/v1/repos/app") -> bool:
    """Check a password as CodeCommit's description says."""
    match = re.fullmatch(r"(\d{8}T\d{6})Z([0-9a-f]{64})", password)
    assert match
    canonical = f"GIT\n{path}\n\nhost:{host}\n\nhost\n"
    region = host.removeprefix("git-codecommit.").partition(".")[0]
    return signature(secret, match[1], region, "codecommit", canonical) == match[2]


def test_the_password_is_signed_for_one_repository() -> None:
    """Time and signature, for host and path; the port is no part of it."""
    request = git.parse_request(ASKED.replace(HOST, f"{HOST}:443").encode())

    answer = fields(git.answer(request, region="eu-central-1", credentials=CREDENTIALS, now=NOW))

    assert "ASIAEXAMPLE%token/with+signs==" == answer["username"]
    assert answer["password"].startswith("20260131T120000Z")
    assert is_right(answer["password"], "secret/with+signs")
    assert not is_right(answer["password"], "secret/with+signs", path="/v1/repos/other")
    assert str(NOW + 14 * 60) == answer["password_expiry_utc"]


@pytest.mark.parametrize(
    ("host", "protocol", "region"),
    [
        (HOST, "https", "eu-central-1"),
        (f"{HOST}:443", "https", "eu-central-1"),
        (f"{HOST}:$(id)", "https", None),
        ("git-codecommit-fips.us-gov-west-1.amazonaws.com", "https", "us-gov-west-1"),
        ("git-codecommit.cn-north-1.amazonaws.com.cn", "https", "cn-north-1"),
        ("vpce-0a1b-2c3d.git-codecommit.eu-west-1.vpce.amazonaws.com", "https", "eu-west-1"),
        (HOST, "http", None),
        ("github.com", "https", None),
        (f"{HOST}.example.org", "https", None),
        ("git-codecommit.x.amazonaws.com", "https", None),
        ("", "https", None),
    ],
)
def test_only_repositories_of_codecommit_are_ours(host: str, protocol: str, region: str | None) -> None:
    """Over https, in every partition, and through private endpoints."""
    assert region == git.region_of({"host": host, "protocol": protocol})


def test_a_scripted_exchange(alice: Workstation) -> None:
    """Git gets, stores what worked and erases what did not; only the first has an answer."""
    kept = json.loads(alice.awsfed("credential-process", "dev"))

    got = fields(alice.awsfed("git-credential", "--connector", "dev", "get", stdin=ASKED))

    assert f"{kept['AccessKeyId']}%{kept['SessionToken']}" == got["username"]
    assert is_right(got["password"], kept["SecretAccessKey"])
    assert 13 * 60 < int(got["password_expiry_utc"]) - time.time() <= 14 * 60
    for action in ("store", "erase", "capability"):
        assert "" == alice.awsfed("git-credential", "--connector", "dev", action, stdin=ASKED)


def test_other_hosts_get_no_answer(alice: Workstation) -> None:
    """Git goes on to the next helper, and no connector is looked for."""
    assert "" == alice.awsfed("git-credential", "get", stdin="protocol=https\nhost=github.com\npath=a/b\n\n")
    assert [] == alice.sandbox.aws.calls


@pytest.mark.parametrize("end", ["\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_nothing_but_a_newline_ends_a_line(alice: Workstation, end: str) -> None:
    """Else a path of some server's choosing would name another server, whose password git would give to the first."""
    path = end.join(["x", "protocol=https", f"host={HOST}", "path=v1/repos/app"])
    asked = f"protocol=http\nhost=127.0.0.1:9\npath={path}\n\n"

    assert "" == alice.awsfed("git-credential", "--connector", "dev", "get", stdin=asked)
    assert [] == alice.sandbox.aws.calls


def test_git_itself_gives_no_password_to_a_server_that_redirects(alice: Workstation) -> None:
    """The helper is asked about whatever server says so, with a form feed in the path that it led to."""
    alice.run("git", "config", "--global", "credential.helper", "!awsfed git-credential --connector dev")
    alice.run("git", "config", "--global", "credential.UseHttpPath", "true")
    path = "%0c".join(["/x", "protocol=https", f"host={HOST}", "path=v1/repos/app"])
    asked: list[tuple[str, str | None]] = []

    class Foreign(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Authorization")))
            is_first = self.path.startswith("/innocent")
            self.send_response(302 if is_first else 401)
            if is_first:
                self.send_header("Location", f"{path}/info/refs?service=git-upload-pack")
            else:
                self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *given: object) -> None:  # noqa: A002 - as the base class has it
            pass

    with HTTPServer(("127.0.0.1", 0), Foreign) as foreign:
        threading.Thread(target=foreign.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{foreign.server_port}/innocent"
        done = alice.run("git", "ls-remote", url, environ={"GIT_TERMINAL_PROMPT": "0"})
        foreign.shutdown()

    assert 0 != done.returncode
    assert any(place.startswith("/x%0c") for place, _ in asked), asked
    assert {None} == {shown for _, shown in asked}


def test_a_failure_stops_git_from_asking_the_person(alice: Workstation) -> None:
    """Nobody knows a name and a password to type, so git is told to stop, and the person why."""
    alice.awsfed("logout")

    result = alice.run("awsfed", "git-credential", "--connector", "dev", "get", stdin=ASKED)

    assert (5, "quit=1\n") == (result.returncode, result.stdout)
    assert "login required" in result.stderr


def test_a_missing_path_says_which_setting_of_git_is_needed(alice: Workstation) -> None:
    """Git leaves the path out unless it is told not to."""
    asked = f"protocol=https\nhost={HOST}\n\n"

    result = alice.run("awsfed", "git-credential", "--connector", "dev", "get", stdin=asked)

    assert (3, "quit=1\n") == (result.returncode, result.stdout)
    assert f'git config --global "credential.https://{HOST}.UseHttpPath" true' in result.stderr


def test_git_itself_is_answered(alice: Workstation) -> None:
    """With the two settings of the manual, git fills in both fields."""
    url = f"credential.https://{HOST}"
    alice.run("git", "config", "--global", f"{url}.helper", "!awsfed git-credential --connector dev")
    alice.run("git", "config", "--global", f"{url}.UseHttpPath", "true")
    kept = json.loads(alice.awsfed("credential-process", "dev"))

    result = alice.run("git", "credential", "fill", stdin=ASKED, environ={"GIT_TERMINAL_PROMPT": "0"})

    assert 0 == result.returncode, result.stderr
    assert is_right(fields(result.stdout)["password"], kept["SecretAccessKey"])
