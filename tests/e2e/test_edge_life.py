"""Days on which something is missing: the network, the disk, the terminal, the user or the right time."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from conftest import SCRIPTS, Workstation

from awsfed.sandbox.aws import faults as aws_faults
from awsfed.sandbox.crowd import faults as crowd_faults
from awsfed.sandbox.world import Sandbox

ONCE = ("--max-retries", "0")
PROCESS_S = 45


def started(workstation: Workstation, *arguments: str) -> "subprocess.Popen[str]":
    """Start awsfed and let it run."""
    return subprocess.Popen(
        [str(SCRIPTS / "awsfed"), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=workstation.environ,
        text=True,
    )


def session_file(workstation: Workstation) -> Path:
    """Return the only session's file."""
    (path,) = (workstation.home / ".local" / "state" / "awsfed" / "sessions").iterdir()
    return path


def leftovers(workstation: Workstation) -> list[Path]:
    """Return temporary files that nobody cleared away."""
    return list(workstation.home.rglob("*awsfed-tmp"))


def test_without_a_network_what_is_cached_answers(tmp_path: Path) -> None:
    """Closed ports: cached credentials still come out; everything else fails soon, with a hint; signing out works."""
    with Sandbox.start() as sandbox:
        home = tmp_path / "home"
        workstation = Workstation(sandbox=sandbox, home=home, environ=sandbox.write_home(home))
        workstation.login("alice", "dev")
        answer = workstation.awsfed("credential-process", "dev")
    began = time.monotonic()

    assert answer == workstation.awsfed("credential-process", "dev")
    assert "AWS_SESSION_TOKEN" in workstation.awsfed("env", "dev")
    for command in (["credential-process", "artifacts"], ["connectors"], ["console", "dev", "--print"]):
        said = workstation.fails(7, *ONCE, *command)
        assert "refuses connections" in said
        assert "check the port, and whether the service runs" in said
    assert "refuses connections" in workstation.fails(
        7, *ONCE, "login", "--user", "alice", "--password-stdin", stdin="alice-sandbox\n"
    )
    assert "alice at" in workstation.awsfed("status")
    workstation.awsfed("logout")
    assert "Not signed in" in workstation.awsfed("status")
    assert time.monotonic() - began < 30


def test_slow_answers_are_waited_for(workstation: Workstation) -> None:
    """A network that takes its time is no failure."""
    for path in ("/authentication", "/user"):
        workstation.sandbox.crowd.faults.add(crowd_faults.hang(0.7), path=path)
    workstation.sandbox.aws.faults.add(aws_faults.hang(0.7), action="AssumeRole")

    workstation.login()

    assert "AccessKeyId" in workstation.awsfed("credential-process", "dev")


@pytest.mark.slow
@pytest.mark.parametrize("fault", [crowd_faults.hang(60), crowd_faults.throttle()])
def test_a_credential_process_gives_up_in_time(workstation: Workstation, fault: crowd_faults.Fault) -> None:
    """Go and Java kill it after a minute: with every retry it ends before, and says why on one line."""
    workstation.login()
    workstation.sandbox.crowd.faults.add(fault, times=99)
    began = time.monotonic()

    said = workstation.fails(7, "credential-process", "dev")

    assert time.monotonic() - began < PROCESS_S + 12
    assert 1 == said.count("\n")


@pytest.mark.parametrize("command", [["credential-process", "dev"], ["connectors"], ["exec", "dev", "--", "true"]])
def test_ctrl_c_in_a_wait_is_immediate(workstation: Workstation, command: list[str]) -> None:
    """Nobody waits for a retry they do not want any more; nothing is left behind, and the next run works."""
    workstation.login()
    workstation.sandbox.crowd.calls.clear()
    workstation.sandbox.crowd.faults.add(crowd_faults.throttle(), times=99)
    process = started(workstation, *command)
    patience = time.monotonic() + 20
    while len(workstation.sandbox.crowd.calls) < 3 and time.monotonic() < patience:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    pressed = time.monotonic()

    stdout, stderr = process.communicate(timeout=20)

    assert time.monotonic() - pressed < 1.5
    assert (130, "", "interrupted") == (process.returncode, stdout, stderr.strip())
    workstation.sandbox.crowd.faults.clear()
    assert "AccessKeyId" in workstation.awsfed("credential-process", "dev")


def test_without_a_terminal_questions_are_errors_that_say_what_to_type(workstation: Workstation) -> None:
    """A script gets an answer or a status, never a prompt."""
    assert "awsfed login --password-stdin, or AWSFED_PASSWORD" in workstation.fails(5, "login", "--user", "alice")
    assert "the password is empty" in workstation.fails(5, "login", "--user", "alice", "--password-stdin")
    workstation.login()
    assert "which connector?" in workstation.fails(4, "credentials")
    assert "which connector?" in workstation.fails(125, "exec", "--", "true")
    elsewhere = {"AWSFED_CROWD_URL": "https://elsewhere.invalid/crowd"}
    assert "hint: the same command with --yes" in workstation.fails(
        10, "login", "--password-stdin", stdin="x\n", environ=elsewhere
    )


def test_logins_at_once_leave_one_session(workstation: Workstation) -> None:
    """One of them is signed in at the end, alone: the session, what is known and what is vended agree."""

    def sign_in(user: str) -> int:
        arguments = ["login", "--user", user, "--password-stdin"]
        return workstation.run("awsfed", *arguments, stdin=f"{user}-sandbox\n").returncode

    with ThreadPoolExecutor() as pool:
        # 5: somebody else signed in before this one could list connectors
        assert set(pool.map(sign_in, ["alice", "bob", "alice", "bob"])) <= {0, 5}

    session = json.loads(session_file(workstation).read_text())
    (known,) = json.loads(workstation.awsfed("status", "--json"))["sessions"]

    assert session["name"] == known["user"]
    assert arn(workstation).endswith(f"/{known['user']}")


def arn(workstation: Workstation) -> str:
    """Return whom AWS takes the credentials for that an SDK would get."""
    answer = json.loads(workstation.awsfed("credential-process", "dev"))
    client = boto3.client(
        "sts",
        region_name="eu-central-1",
        endpoint_url=workstation.sandbox.aws_url,
        aws_access_key_id=answer["AccessKeyId"],
        aws_secret_access_key=answer["SecretAccessKey"],
        aws_session_token=answer["SessionToken"],
    )
    return str(client.get_caller_identity()["Arn"])


def test_credentials_that_come_too_late_are_not_somebody_elses(workstation: Workstation) -> None:
    """What was asked for alice and arrives after bob signed in is answered, and kept for nobody."""
    workstation.login("alice")
    workstation.sandbox.aws.faults.add(aws_faults.hang(6), action="AssumeRole")
    late = started(workstation, "credential-process", "dev")
    patience = time.monotonic() + 20
    while not seen(workstation, "/user/group/nested", "alice") > 1 and time.monotonic() < patience:
        time.sleep(0.01)

    workstation.login("bob")
    workstation.sandbox.aws.faults.clear()

    assert "AccessKeyId" in late.communicate(timeout=20)[0]
    assert arn(workstation).endswith("/bob")


def seen(workstation: Workstation, path: str, query: str) -> int:
    """Count the calls to Crowd with this end of a path and this in their query."""
    return sum(call.path.endswith(path) and query in call.query for call in workstation.sandbox.crowd.calls)


def test_every_command_twice_is_as_good_as_once(workstation: Workstation) -> None:
    """Nothing is written twice, nothing fails because it is done already."""
    workstation.login("alice", "dev")
    workstation.awsfed("credentials", "dev", "--profile", "written")
    files = {path: path.read_bytes() for path in (workstation.home / ".aws").iterdir()}

    workstation.login("alice", "dev")
    workstation.awsfed("credentials", "dev", "--profile", "written")
    again = workstation.run("awsfed", "configure", "dev")

    assert "Profile dev is up to date." in again.stderr
    assert files == {path: path.read_bytes() for path in (workstation.home / ".aws").iterdir()}
    for command in (["credentials", "remove", "written"], ["logout"]):
        workstation.awsfed(*command)
        workstation.awsfed(*command)
    assert "there is a settings file already" in workstation.fails(
        10, "config", "init", "--crowd-url", workstation.sandbox.crowd_url
    )
    assert [] == leftovers(workstation)


def test_a_session_that_ended_lets_out_what_it_vended(workstation: Workstation) -> None:
    """What was cached answers as long as it is good; for anything else somebody has to sign in."""
    workstation.login("alice", "dev")
    answer = workstation.awsfed("credential-process", "dev")
    session = json.loads(session_file(workstation).read_text())
    session_file(workstation).write_text(json.dumps(session | {"ends_at": int(time.time()) - 1}))

    assert answer == workstation.awsfed("credential-process", "dev")
    for command in (["credential-process", "artifacts"], ["connectors"]):
        assert "login required for" in workstation.fails(5, *command)
    asked = workstation.run("awsfed", "env", "dev", "--min-life", "59m")
    assert 0 == asked.returncode
    workstation.login("alice", "dev")
    assert "AccessKeyId" in workstation.awsfed("credential-process", "artifacts")


def test_a_user_who_was_switched_off_loses_what_is_kept(workstation: Workstation) -> None:
    """The first question to Crowd takes the cached credentials and the written profile back."""
    workstation.login("alice", "dev")
    workstation.awsfed("credentials", "dev", "--profile", "written")
    workstation.sandbox.crowd.directory.set_active("alice", active=False)

    said = workstation.fails(6, "env", "dev", "--min-life", "61m")

    assert "no active user 'alice'" in said
    assert "[written]" not in (workstation.home / ".aws" / "credentials").read_text()
    assert "no active user 'alice'" in workstation.fails(6, "credential-process", "dev")
    assert [] == [path for path in workstation.cache.iterdir() if path.name.startswith("dev.")]


def test_a_name_that_somebody_else_took_is_somebody_else(workstation: Workstation) -> None:
    """A session belongs to a person, not to a name: neither the new alice nor the renamed one gets through with it."""
    directory = workstation.sandbox.crowd.directory
    workstation.login()
    directory.rename_user("alice", "alicia")
    assert "no active user 'alice'" in workstation.fails(6, "credential-process", "dev")
    directory.add_user("alice", password="alice-sandbox", groups=["aws-admins"])

    said = workstation.fails(6, "credential-process", "admin")

    assert "the user 'alice' is not the one who signed in" in said
    assert [] == [call for call in workstation.sandbox.aws.calls if call.action == "AssumeRole"]
    workstation.awsfed("login", "--user", "alicia", "--password-stdin", stdin="alice-sandbox\n")
    assert "alicia at" in workstation.awsfed("status")


@pytest.mark.parametrize(("offset_s", "words"), [(3600, "60 min behind AWS"), (-3600, "60 min ahead of AWS")])
def test_a_wrong_clock_is_named(workstation: Workstation, offset_s: int, words: str) -> None:
    """A refused signature says nothing about clocks; the difference of the two does."""
    workstation.login()
    workstation.sandbox.aws.clock_offset_s = offset_s

    assert words in workstation.fails(6, "credential-process", "dev")


def test_on_a_full_disk_nothing_is_lost(workstation: Workstation) -> None:
    """What cannot be written is said, or done without; the files that were there stay whole."""
    workstation.login("alice", "dev")
    workstation.awsfed("credentials", "dev", "--profile", "written")
    files = {path: path.read_bytes() for path in (workstation.home / ".aws").iterdir()}
    cached = workstation.awsfed("credential-process", "dev")

    def full(*arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(SCRIPTS / "awsfed"), *arguments],
            input=stdin,
            env=workstation.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
        )

    assert cached == full("credential-process", "dev").stdout
    vended = full("credential-process", "artifacts")
    assert (0, "AccessKeyId") == (vended.returncode, "AccessKeyId" if "AccessKeyId" in vended.stdout else vended.stderr)
    for command in (["credentials", "dev", "--profile", "other"], ["configure", "artifacts"]):
        result = full(*command)
        assert (8, "") == (result.returncode, result.stdout)
        assert "too large" in result.stderr
    assert 8 == full("login", "--user", "alice", "--password-stdin", stdin="alice-sandbox\n").returncode
    assert files == {path: path.read_bytes() for path in files}
    assert [] == leftovers(workstation)
    assert cached == workstation.awsfed("credential-process", "dev")


@contextmanager
def read_only(home: Path) -> Iterator[list[str]]:
    """Make a home read-only; return what to put in front of a command that lives there."""
    if os.geteuid():
        folders = [path for path in (home, *home.rglob("*")) if path.is_dir()]
        modes = {path: path.stat().st_mode for path in folders}
        for path in folders:
            path.chmod(0o500)
        try:
            yield []
        finally:
            for path, mode in modes.items():
                path.chmod(mode)
        return
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    command = ["unshare", "--mount", "sh", "-c", script, str(home)]
    if sys.platform != "linux" or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("root can write anywhere, and may not mount here")
    yield command


def test_in_a_read_only_home_what_is_cached_answers(workstation: Workstation) -> None:
    """An answer that is there needs no disk; whatever has to be kept is told where it cannot be."""
    workstation.login("alice", "dev")
    cached = workstation.awsfed("credential-process", "dev")
    with read_only(workstation.home) as front:

        def run(*arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
            return workstation.run(*front, str(SCRIPTS / "awsfed"), *arguments, stdin=stdin)

        assert cached == run("credential-process", "dev").stdout
        assert "AWS_SESSION_TOKEN" in run("env", "dev").stdout
        assert 0 == run("status").returncode
        vended = run("env", "artifacts")
        assert "AWS_SESSION_TOKEN" in vended.stdout
        assert "the next use has to ask" in vended.stderr
        for command in (
            ["credentials", "dev", "-p", "x"],
            ["login", "--password-stdin"],
        ):
            result = run(*command, stdin="alice-sandbox\n")
            assert (8, "") == (result.returncode, result.stdout)
            assert re.search("read-only|denied", result.stderr), result.stderr
    assert cached == workstation.awsfed("credential-process", "dev")
