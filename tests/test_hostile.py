"""Hostile people, groups and catalogues against the whole program: nothing of theirs becomes a line or a path."""

import configparser
import json
import re
import threading
import unicodedata
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Self

import boto3
import pexpect  # type: ignore[import-untyped]  # it has no types
import pytest
from botocore.configloader import load_config
from conftest import SCRIPTS, Workstation

from awsfed.sandbox.aws import faults as aws_faults
from awsfed.sandbox.crowd.faults import answer

LINE = re.compile(
    r"|\[[A-Za-z0-9._ -]+\]|# awsfed: connector [A-Za-z0-9._-]+(, section and region are yours)?|region = [a-z0-9-]+"
    r"|credential_process = [\w./-]+ -I -S [\w./-]+ [\w.-]+\.[0-9a-f]{32}"
    r"|aws_(access_key_id|secret_access_key|session_token) = [A-Za-z0-9+/=]+"
    r"|x_security_token_expires = [0-9TZ:-]+|# mine"
)
"""All that may stand in an AWS file when nobody but awsfed, and the fixture, wrote to it."""
PLACES = re.compile(
    r"\.aws(/config|/credentials|/\.(config|credentials)\.awsfed\.lock)?"
    r"|\.cache/awsfed(/names|/console|/catalogue(/[\w.]+)?|/locks(/[\w.-]+\.(lock|failure|renewal|renewal-lock))?"
    r"|/[\w.-]+\.[0-9a-f]{32})?"
    r"|\.local/state/awsfed(/(sessions|known)(/[0-9a-f]{32}|/session-[0-9a-f]{32}\.json|/issuers\.json|/lock|/sign-in\.lock)?)?"
)
"""All that awsfed may write below a home."""
CROWD = {"X-Embedded-Crowd-Version": "Crowd/7.2.2", "Content-Type": "application/json"}
ALICE = {"name": "alice", "key": "32769:other", "display-name": "Alice", "active": True}
UNSHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class Home(Workstation):
    """A workstation that looks after every command whether anything hostile got through."""

    before: frozenset[Path]

    def does(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        """Run awsfed; check what it printed and wrote; return status, answer and words."""
        result = self.run("awsfed", *arguments, stdin=stdin)
        for text in (result.stdout, result.stderr):
            assert [] == [c for c in text if unicodedata.category(c) in UNSHOWN and c != "\n"], text
        assert "Traceback" not in result.stderr
        self.check_files()
        return result.returncode, result.stdout, result.stderr

    def signs_in(self, name: str, *connectors: str) -> tuple[int, str, str]:
        """Run `awsfed login` for somebody whose password is `pw`."""
        return self.does("login", "--user", name, "--password-stdin", *connectors, stdin="pw\n")

    def check_files(self) -> None:
        """Find lines and files that should not be there."""
        for path in (self.home / ".aws" / "config", self.home / ".aws" / "credentials"):
            load_config(str(path))
            configparser.RawConfigParser().read_string(path.read_text())
            assert [] == [line for line in path.read_text().split("\n") if not LINE.fullmatch(line)]
        new = {path.relative_to(self.home) for path in self.home.rglob("*")} - self.before
        assert [] == [str(path) for path in new if not PLACES.fullmatch(str(path))]


@pytest.fixture
def home(workstation: Workstation) -> Home:
    """A home with AWS files of somebody's own."""
    home = Home(sandbox=workstation.sandbox, home=workstation.home, environ=workstation.environ)
    (home.home / ".aws").mkdir(mode=0o700)
    (home.home / ".aws" / "config").write_text("# mine\n[default]\nregion = us-east-1\n")
    (home.home / ".aws" / "credentials").write_text("# mine\n")
    home.before = frozenset(path.relative_to(home.home) for path in home.home.rglob("*"))
    home.sandbox.crowd.directory.change_user("alice", password="pw")
    return home


def test_printable_names_are_only_names(home: Home) -> None:
    """Whatever can be printed may be a user's name in Crowd; it is shown, but part of no path, line or command."""
    for name in ["../../../pwned", "x] [default", "$(touch pwned);`x`|&", "-h", "%s%n{0}\\u0041", "a=b#;"]:
        home.sandbox.crowd.directory.add_user(name, password="pw", groups=["aws-developers"])

        status, _, said = home.signs_in(name, "dev")

        assert (0, True) == (status, f" as {name} until" in said)
        assert 0 == home.does("credentials", "dev", "--profile", "written")[0]
        assert re.fullmatch(
            r"arn:aws:sts::123456789012:assumed-role/developer/[\w+=,.@-]{2,64}", arn_of(home, "written")
        )
    assert name in home.does("status")[1]


def arn_of(home: Home, profile: str) -> str:
    """Return whom the sandbox takes a written profile for."""
    kept = configparser.RawConfigParser()
    kept.read(home.home / ".aws" / "credentials")
    client = boto3.client(
        "sts",
        region_name="eu-central-1",
        endpoint_url=home.sandbox.aws_url,
        aws_access_key_id=kept[profile]["aws_access_key_id"],
        aws_secret_access_key=kept[profile]["aws_secret_access_key"],
        aws_session_token=kept[profile]["aws_session_token"],
    )
    return str(client.get_caller_identity()["Arn"])


UNPRINTABLE = ["al\nice", "al\r\nX-Evil: 1", "al\x1b[31mice", "al\x00ice", "al\u202eice", "al\u2028ice", "al\x9b1mice"]


def test_unprintable_names_are_refused_before_anybody_is_asked(home: Home) -> None:
    """What would act on a terminal or a header is no name, whoever claims to have it."""
    for name in [*UNPRINTABLE, "a" * 256, " alice"]:
        if "\0" not in name:
            assert (2, "") == home.signs_in(name)[:2]
    assert [] == home.sandbox.crowd.calls


def test_hostile_answers_about_a_user_let_nobody_in(home: Home) -> None:
    """An entity with an odd name or key, or one about somebody else, makes no session."""
    names = [*UNPRINTABLE[:4], "bob", "\ud800", "a" * 256, "ALICE\u0301"]
    for entity in [*({**ALICE, "name": n} for n in names), *({**ALICE, "key": k} for k in UNPRINTABLE[2:4])]:
        home.sandbox.crowd.faults.add(answer(200, CROWD, json.dumps(entity)), path="/authentication")

        status, stdout, said = home.signs_in("alice", "dev")

        assert (9, "") == (status, stdout), entity
        assert said.startswith(("awsfed: error: Crowd's answer", "awsfed: error: Crowd answered about another user"))
    assert not (home.home / ".local/state/awsfed/sessions").exists()
    assert [] == home.sandbox.aws.calls


def test_an_answer_about_another_user_vends_nothing(home: Home) -> None:
    """Neither another name nor another key under the same name gets what alice may have."""
    assert 0 == home.signs_in("alice")[0]
    for changed, status in (({"name": "bob"}, 9), ({"key": "32769:another"}, 6), ({"active": False}, 6)):
        home.sandbox.crowd.faults.add(answer(200, CROWD, json.dumps(ALICE | changed)), path="/user", method="GET")

        assert (status, "") == home.does("credential-process", "dev")[:2]
    assert [] == home.sandbox.aws.calls


def test_hostile_display_names_are_not_acted_on(home: Home) -> None:
    """A display name is free text in Crowd, and whatever it holds no terminal gets to see it."""
    home.sandbox.crowd.directory.change_user("alice", display_name="\x1b]0;pwned\x07\n[x]\u202e" + "y" * 100_000)

    assert 0 == home.signs_in("alice", "dev")[0]
    assert 0 == home.does("status")[0]


LOOK_ALIKES = [
    *("aws-operations\u200b", "aws-operation\u017f", "\uff41ws-operations", "aws\u2010operations", "aws-operations "),
    *("aws-operations\n", "aws-admins\0", "aws-operations,aws-admins", "*", ".*", "\x1b[31m", "../aws-admins"),
]


def test_groups_that_look_alike_open_nothing(home: Home) -> None:
    """Only the name that Crowd itself takes for the same does: no look-alike, no folding, no line break."""
    directory = home.sandbox.crowd.directory
    directory.remove_from_group("alice", "aws-developers")
    for name in LOOK_ALIKES:
        directory.add_group(name)
        directory.add_to_group("alice", name)

    assert 0 == home.signs_in("alice")[0]
    assert (0, "[]\n") == home.does("connectors", "--json")[:2]
    assert 6 == home.does("credential-process", "ops")[0]

    directory.add_to_group("alice", "aws-operations")
    assert ["artifacts", "dev", "ops"] == sorted(one["id"] for one in json.loads(home.does("connectors", "--json")[1]))


def test_redirects_are_not_followed(home: Home) -> None:
    """A password goes to the address in the settings, or nowhere."""
    with Listener() as other:
        for status in (301, 302, 303, 307, 308):
            home.sandbox.crowd.faults.add(answer(status, {"Location": f"{other.url}/crowd/\x9b"}))
            assert 9 == home.signs_in("alice")[0]
        assert [] == other.asked


ROLE = "arn:aws:iam::123456789012:role/developer"
GOOD = {"type": "ASSUME_ROLE", "key": "main", "role_arn": ROLE, "groups": ["aws-developers"]}
EVIL = "x\ncredential_process = touch pwned"
CONNECTORS: dict[str, dict[str, Any]] = {
    "an id with a line": {EVIL: GOOD},
    "an id with a header": {"x]\n[default": GOOD},
    "an id with an escape": {"\x1b[31m": GOOD},
    "an id with a path": {"../../.bashrc": GOOD},
    "an id of dots": {"..": GOOD},
    "an id for the shell": {"$(touch pwned)": GOOD},
    "an id from the right": {"\u202edev": GOOD},
    "half an id": {"\ud800": GOOD},
    "no id": {"": GOOD},
    "a long id": {"x" * 65: GOOD},
    "an option": {"--help": GOOD},
    "a name with a line": {"x": GOOD | {"name": EVIL}},
    "a name with an escape": {"x": GOOD | {"name": "\x1b]0;x\x07"}},
    "a name from the right": {"x": GOOD | {"name": "\u202e"}},
    "a region with a line": {"x": GOOD | {"region": "eu-central-1\ncredential_process = x"}},
    "a region elsewhere": {"x": GOOD | {"region": "evil.example.com/?x="}},
    "a role with a line": {"x": GOOD | {"role_arn": f"{ROLE}\n"}},
    "an external id with a line": {"x": GOOD | {"external_id": "x\ny"}},
    "a group with a line": {"x": GOOD | {"groups": ["aws-developers\n"]}},
    "a command": {"x": GOOD | {"credential_process": "touch pwned"}},
    "an endpoint": {"x": GOOD | {"endpoint": "http://evil.example.com"}},
    "a key with a path": {"x": GOOD | {"key": "../main"}},
    "twins": {"twin": GOOD, "TWIN": GOOD},
}


def test_every_hostile_connector_is_a_mistake(home: Home) -> None:
    """All of them in one document, and each is found."""
    connectors = {
        name if name != "x" else f"x{number}": fields
        for number, document in enumerate(CONNECTORS.values())
        for name, fields in document.items()
    }
    with Listener() as host:
        use_catalogue(home, host, "file")
        put(home, host, json.dumps({"connectors": connectors}))

        status, found, _ = home.does("config", "check")

    assert 3 == status
    assert len(CONNECTORS) == len(re.findall(r"(?m)^/\S*catalogue.json: connectors\.", found)), found


@pytest.mark.parametrize("kind", ["file", "url"])
def test_hostile_catalogues_change_nothing(home: Home, kind: str) -> None:
    """One connector that is not what it should be, and the whole catalogue counts for nothing."""
    home.signs_in("alice", "dev")
    config = (home.home / ".aws" / "config").read_text()
    with Listener() as host:
        source = use_catalogue(home, host, kind)
        for what in ("an id with a line", "half an id", "a region with a line", "a command"):
            put(home, host, json.dumps({"connectors": {"good": GOOD} | CONNECTORS[what]}))

            status, _, said = home.does("configure", "--all")

            assert (3, True) == (status, source in said), what
    assert config == (home.home / ".aws" / "config").read_text()


def test_tricky_catalogues_are_only_names(home: Home) -> None:
    """Ids that mean something elsewhere, and names that some terminal library would interpret, are text."""
    ids = [
        "default",
        "names",
        "catalogue",
        "console",
        "con",
        "dev.lock",
        "credential_process",
        "x" * 64,
        "a..b",
        "DEV2-",
    ]
    names = [
        "[red]x[/red]",
        "[link=http://evil.example.com]x[/link]",
        "%s {0} $HOME",
        "credential_process = x",
        "[default]",
    ]
    connectors = {one: GOOD | {"name": names[number % len(names)]} for number, one in enumerate(ids)}
    with Listener() as host:
        use_catalogue(home, host, "file")
        put(home, host, json.dumps({"connectors": connectors}))
        home.signs_in("alice")
        assert 0 == home.does("configure", "--all")[0]
        assert 0 == home.does("credentials", "default", "--profile", "written")[0]
        listed = {one["id"]: one["name"] for one in json.loads(home.does("connectors", "--json")[1])}
        assert {one: fields["name"] for one, fields in connectors.items()}.items() <= listed.items()

        screen = pexpect.run(f"{SCRIPTS}/awsfed connectors", env={**home.environ, "COLUMNS": "200"}, encoding="utf-8")

    assert all(name in screen for name in names)
    assert [] == re.findall(r"\x1b(?!\[[0-9;]*m)[^\n]*", screen)


def test_what_aws_says_is_not_acted_on(home: Home) -> None:
    """A refusal is quoted on one line, without what a terminal would take for an order."""
    home.signs_in("alice")
    message = "no\u202e \u009b31m\nawsfed: error: all is well\ncredential_process = x"
    home.sandbox.aws.faults.add(aws_faults.fail(403, "AccessDenied\u202e", message), action="AssumeRole", times=9)

    status, _, said = home.does("credential-process", "dev")

    assert (6, 1, False) == (status, said.count("\n"), "all is well" in said)
    assert 6 == home.does("credentials", "dev")[0]
    assert 0 == home.does("status")[0]


class Listener:
    """A web server that remembers which paths it was asked for, and has one document."""

    def __enter__(self) -> Self:
        self.asked: list[str] = []
        self.document = b""
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                listener.asked.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", str(len(listener.document)))
                self.end_headers()
                self.wfile.write(listener.document)

            do_POST = do_GET  # noqa: N815 - the name that is looked for

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def use_catalogue(home: Home, host: Listener, kind: str) -> str:
    """Add a catalogue to the settings; return its file or URL."""
    source = str(home.home.parent / "catalogue.json") if kind == "file" else f"{host.url}/catalogue.json"
    settings = home.config.read_text().replace(
        "[keys.main]", '[keys.main]\nroles = ["arn:aws:iam::123456789012:role/*", "FEDERATION_TOKEN", "SESSION_TOKEN"]'
    )
    home.config.write_text(f'{settings}\n[catalogue]\nsource = "{source}"\nmax_age_s = 0\n')
    return source


def put(home: Home, host: Listener, text: str) -> None:
    """Change the catalogue, in both places."""
    host.document = text.encode("utf-8", "surrogatepass")
    (home.home.parent / "catalogue.json").write_bytes(host.document)
