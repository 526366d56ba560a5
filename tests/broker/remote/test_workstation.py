"""A workstation that knows nothing but the URL of its broker: every command, in a process of its own."""

import json
import time
from pathlib import Path

import pytest
from cli.terminal import AWSFED, Terminal
from conftest import Workstation
from fakes.broker import FakeBroker
from fakes.ifaws_server import DEV, TEAM, IfawsHost
from fakes.our_server import OurServer
from server.conftest import OURS, Server

from awsfed.launch import NAMES
from awsfed.outside.clock import SystemClock

TESTS = Path(__file__).parents[2]
LOGIN = ("login", "--user", "alice", "--password-stdin")


@pytest.fixture
def alice(desk: Workstation, served: Server) -> Workstation:
    """A desk where alice has signed in at the server."""
    desk.awsfed(*LOGIN, "--broker", served.url, stdin="alice-sandbox\n")
    return desk


@pytest.fixture
def with_keyring(desk: Workstation, tmp_path: Path) -> Workstation:
    """A desk whose keyring is a file."""
    desk.environ.update(FILE_KEYRING=str(tmp_path / "keyring.json"), PYTHONPATH=str(TESTS))
    desk.config.write_text('[secrets]\nstore = "fakes.file_keyring.FileKeyring"\n')
    return desk


def at_host(desk: Workstation, host: IfawsHost, *more: str) -> Workstation:
    """Sign alice in at the vendor's app."""
    desk.awsfed(*LOGIN, "--broker", host.url, *more, stdin="alice-right\n")
    return desk


def sessions(desk: Workstation) -> list[Path]:
    """Return the sessions that a desk keeps."""
    return sorted((Path(desk.environ["XDG_STATE_HOME"]) / "awsfed" / "sessions").glob("*"))


def test_the_first_login_names_the_broker_and_the_second_nothing(desk: Workstation, served: Server) -> None:
    """It is kept in the settings, below what is there already."""
    said = desk.run("awsfed", *LOGIN, "--broker", f"{served.url}/", stdin="alice-sandbox\n")

    assert (0, "") == (said.returncode, said.stdout)
    assert f"Signed in to {served.url} as alice until" in said.stderr
    assert f"Wrote the broker into {desk.config}." in said.stderr
    assert f'[secrets]\nstore = "file"\n\n[broker]\nurl = "{served.url}"\n' == desk.config.read_text()
    again = desk.run("awsfed", *LOGIN, stdin="alice-sandbox\n")
    assert (0, True) == (again.returncode, "as alice until" in again.stderr)
    assert "Wrote" not in desk.run("awsfed", *LOGIN, "--broker", served.url, stdin="alice-sandbox\n").stderr


def test_a_login_that_fails_keeps_nothing(desk: Workstation, served: Server) -> None:
    """Neither a session nor the broker."""
    before = desk.config.read_text()

    said = desk.fails(5, *LOGIN, "--broker", served.url, stdin="wrong\n")
    assert f"that the account is not locked: awsfed login --broker {served.url}" in said

    assert "not accepted" in said
    assert before == desk.config.read_text()
    assert [] == sessions(desk)


def test_without_a_broker_it_is_said_how_to_name_one(desk: Workstation) -> None:
    """In one sentence and a hint."""
    said = desk.fails(3, "connectors")

    assert "awsfed: error: neither a broker nor a Crowd is set\n" in said
    assert "awsfed login --broker URL" in said


@pytest.mark.parametrize(
    "url", ["http://broker.example.org", "ftp://127.0.0.1", "broker.example.org", "https://a:b@broker.example.org"]
)
def test_what_is_no_safe_address_is_refused(desk: Workstation, url: str) -> None:
    """Above all plain http to another machine, where a password would be readable; one in it is not repeated."""
    said = desk.run("awsfed", *LOGIN, "--broker", url, stdin="alice-sandbox\n")

    assert (2, "") == (said.returncode, said.stdout)
    assert "Invalid value for '--broker': It" in said.stderr
    assert "broker.example.org" not in said.stderr.partition("Invalid value")[2]


def test_a_new_broker_is_not_sent_a_password_unasked(alice: Workstation, host: IfawsHost) -> None:
    """Where nobody can be asked, it is refused."""
    said = alice.fails(10, *LOGIN, "--broker", host.url, stdin="alice-right\n")

    assert f"{host.url} is new" in said
    assert [] == host.served.received


def test_what_a_workstation_asks(alice: Workstation) -> None:
    """As in direct mode, with the answers of the broker."""
    listed = json.loads(alice.awsfed("connectors", "--json"))
    assert {"dev", "artifacts", "shared"} == {one["id"] for one in listed}
    assert [(None, None)] * 3 == [(one["role_arn"], one["groups"]) for one in listed]
    assert "dev is open to alice through aws-developers\n" == alice.awsfed("connectors", "why", "dev")
    assert "AWS vends" in alice.awsfed("connectors", "test", "dev")
    assert "assumed-role/developer/alice" in json.loads(alice.awsfed("whoami", "dev", "--json"))["arn"]
    assert "assumed-role/developer/alice" in alice.awsfed("whoami", "Development")
    assert f"alice at {json.loads(alice.awsfed('status', '--json'))['sessions'][0]['issuer']}" in alice.awsfed("status")
    assert "is a broker of awsfed" in alice.run("awsfed", "config", "check", "--online").stderr


def test_what_a_workstation_delivers(alice: Workstation) -> None:
    """The credentials work, however they come."""
    document = json.loads(alice.awsfed("credential-process", "dev"))
    assert {"Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"} == set(document)
    assert f"AWS_ACCESS_KEY_ID='{document['AccessKeyId']}'" in alice.awsfed("env", "dev")
    asked = ("--", "aws", "sts", "get-caller-identity")
    for way in (("exec", "dev"), ("exec", "--refresh", "dev")):
        assert "assumed-role/developer/alice" in json.loads(alice.awsfed(*way, *asked))["Arn"]
    alice.awsfed("configure", "dev")
    result = alice.run("aws", "--profile", "dev", "sts", "get-caller-identity")
    assert "assumed-role/developer/alice" in json.loads(result.stdout)["Arn"]


def test_a_slip_in_the_name_of_a_connector(alice: Workstation) -> None:
    """The broker does not say what is near it; what was listed here does."""
    alice.awsfed("connectors")

    assert "no connector 'Devv' for alice\n  hint: did you mean dev?\n" in alice.fails(6, "env", "Devv")
    assert "hint: awsfed connectors\n" in alice.fails(6, "env", "nothing-like-it")


def test_what_is_made_from_credentials(alice: Workstation, served: Server) -> None:
    """A console, registries and packages."""
    console = alice.run("awsfed", "console", "dev", "--print", "--service", "s3")
    assert console.stdout.startswith(f"{served.url}/console#")
    assert alice.awsfed("ecr", "login", "dev", "--print").strip()
    assert alice.awsfed("codeartifact", "token", "dev", "--domain", "packages").strip()
    assert alice.awsfed("eks", "token", "dev", "--cluster", "main")
    rds = ("rds", "token", "dev", "--host", "db.eu-central-1.rds.amazonaws.com", "--port", "5432", "--user", "app")
    assert "X-Amz-Signature" in alice.awsfed(*rds)


def test_narrowing_is_kept_by_the_broker(alice: Workstation) -> None:
    """And what would be wider is refused there."""
    document = alice.awsfed("env", "dev", "--duration", "15m", "--read-only")

    assert "AWS_SESSION_TOKEN" in document
    said = alice.fails(10, "env", "dev", "--duration", "12h")
    assert "43200 s would be more" in said


def test_a_logout_ends_the_session_there(alice: Workstation, served: Server) -> None:
    """Whoever copied it has nothing."""
    (kept,) = sessions(alice)
    stolen = kept.read_bytes()

    assert f"Signed alice out of {served.url}." in alice.run("awsfed", "logout").stderr
    kept.write_bytes(stolen)
    kept.chmod(0o600)

    assert f"login required for {served.url}" in alice.fails(5, "whoami", "dev")


def test_a_session_that_was_ended_there_is_known_to_have_ended(alice: Workstation, served: Server) -> None:
    """From the first refusal on: the status asks nobody."""
    (kept,) = sessions(alice)
    token = json.loads(kept.read_text())["token"]
    served.ask("DELETE", f"{OURS}/session", headers={"Authorization": f"Bearer {token.rpartition(' ')[2]}"})

    assert "until" in alice.awsfed("status")
    assert f"login required for {served.url}" in alice.fails(5, "connectors")
    assert "ended" in alice.awsfed("status")


def test_a_login_forgets_that_one_was_required(alice: Workstation, served: Server) -> None:
    """What went wrong before is shared for half a minute with whoever asks again, but not behind a login."""
    alice.awsfed("exec", "dev", "--", "true")
    token = json.loads(sessions(alice)[0].read_text())["token"].rpartition(" ")[2]
    served.ask("DELETE", f"{OURS}/session", headers={"Authorization": f"Bearer {token}"})
    time.sleep(3)
    wanting = ("exec", "--min-life", "3598s", "dev", "--", "true")
    assert "login required" in alice.fails(125, *wanting)

    alice.awsfed(*LOGIN, stdin="alice-sandbox\n")
    alice.awsfed(*wanting)


def test_a_second_login_ends_the_first_session_there(alice: Workstation, served: Server) -> None:
    """One desk leaves one session."""
    (kept,) = sessions(alice)
    stolen = kept.read_bytes()
    alice.awsfed(*LOGIN, stdin="alice-sandbox\n")
    kept.write_bytes(stolen)
    kept.chmod(0o600)

    assert "login required" in alice.fails(5, "whoami", "dev")


def test_a_logout_without_the_broker_says_what_stays(desk: Workstation) -> None:
    """Everything here goes; there the session ends by itself."""
    clock = SystemClock()
    with OurServer(FakeBroker(clock), clock).serving() as server:
        desk.awsfed(*LOGIN, "--broker", server.url, stdin="any\n")

    said = desk.run("awsfed", "logout")

    assert 0 == said.returncode
    assert f"Signed alice out of {server.url}." in said.stderr
    assert "warning: the broker could not be told, so the session there ends by itself:" in said.stderr
    assert [] == sessions(desk)


def test_a_logout_that_can_remove_nothing_here_ends_the_session_there(alice: Workstation, served: Server) -> None:
    """As in a home that is read-only: what stays is worth nothing, and that it stays is an error."""
    lock = Path(alice.environ["XDG_STATE_HOME"]) / "awsfed" / "known" / "sign-in.lock"
    lock.unlink()
    lock.mkdir()

    said = alice.fails(8, "logout")

    assert f"; the session has ended at {served.url} itself" in said
    assert 1 == len(sessions(alice))
    assert f"login required for {served.url}" in alice.fails(5, "whoami", "dev")


def test_a_logout_that_stops_halfway_ends_the_session_there(alice: Workstation, served: Server) -> None:
    """As where the cache folder alone is read-only: the session is gone from here by then."""
    names = Path(alice.environ["XDG_CACHE_HOME"]) / "awsfed" / NAMES
    names.unlink()
    (names / "in the way").mkdir(parents=True)
    (kept,) = sessions(alice)
    session = kept.read_bytes()

    said = alice.fails(8, "logout")

    assert f"; the session has ended at {served.url} itself" in said
    assert [] == sessions(alice)
    kept.touch(0o600)
    kept.write_bytes(session)
    assert f"login required for {served.url}" in alice.fails(5, "whoami", "dev")


def test_a_logout_that_can_remove_nothing_here_ends_what_it_hardly_knows(alice: Workstation, served: Server) -> None:
    """The session alone is left, of the issuer of the settings."""
    known = Path(alice.environ["XDG_STATE_HOME"]) / "awsfed" / "known"
    for record in known.iterdir():
        record.unlink()
    (known / "sign-in.lock").mkdir()

    assert f"; the session has ended at {served.url} itself" in alice.fails(8, "logout")


@pytest.mark.parametrize(
    "command",
    [
        ("keys", "list"),
        ("keys", "add", "main", "--access-key-id", "AKIAIOSFODNN7EXAMPLE", "--secret-stdin"),
        ("services", "list"),
        ("services", "add", "nightly", "dev"),
        ("catalogue", "show"),
        ("audit", "verify"),
        ("audit", "search"),
        ("audit", "who", "ASIAEXAMPLE00000000"),
        ("store", "check"),
        ("store", "backup", "copy"),
        ("config", "set-secret", "--stdin"),
        ("labs", "list"),
        ("revoke", "--user", "bob"),
        ("provision", "core", "main"),
    ],
)
def test_what_belongs_to_the_broker_says_so(alice: Workstation, served: Server, command: tuple[str, ...]) -> None:
    """And does nothing here."""
    said = alice.fails(10, *command, stdin="x\n")

    assert f"on the machine of the broker, and this one asks the broker at {served.url}\n" in said
    assert "run the command there" in said


def test_a_broker_that_is_down_leaves_what_is_cached(desk: Workstation) -> None:
    """Credentials that still live are given out; what is new is not."""
    clock = SystemClock()
    with OurServer(FakeBroker(clock), clock).serving() as server:
        desk.awsfed(*LOGIN, "--broker", server.url, stdin="any\n")
        first = desk.awsfed("credential-process", "dev")

    assert first == desk.awsfed("credential-process", "dev")
    said = desk.fails(7, "--max-retries", "0", "whoami", "dev")
    assert "refuses connections" in said


def test_the_variable_names_a_broker_too(desk: Workstation, served: Server) -> None:
    """It counts before the settings, and nothing is written then."""
    before = desk.config.read_text()
    desk.awsfed(*LOGIN, stdin="alice-sandbox\n", environ={"AWSFED_BROKER_URL": served.url})

    assert before == desk.config.read_text()
    assert "alice" in desk.awsfed("status", environ={"AWSFED_BROKER_URL": served.url})


def test_at_the_vendors_app_connectors_go_by_name(desk: Workstation, host: IfawsHost) -> None:
    """Their ids are GUIDs that nobody types; profiles are called as connectors are."""
    at_host(desk, host)

    for name in ("dev", DEV, "DEV"):
        assert "secret-1" in desk.awsfed("credential-process", name)
    assert f"\n  {DEV} (dev): " in desk.awsfed("status")
    assert "hint: did you mean development-team-a?\n" in desk.fails(6, "env", "developement-team-a")
    said = desk.run("awsfed", "configure", "dev", "Development Team A")
    assert "Configured profile dev." in said.stderr
    assert "Configured profile development-team-a." in said.stderr
    assert TEAM in (desk.home / ".aws" / "config").read_text()
    assert {"dev", "development-team-a"} == set((desk.cache / "names").read_text().split())
    assert f"{host.url}/plugins/servlet/" in desk.awsfed("console", "dev", "--print")
    assert "AROAEXAMPLE:alice" in desk.awsfed("whoami", "development-team-a")
    assert "ecr-password" in desk.awsfed("ecr", "login", "dev", "--print")
    assert "packages-token" in desk.awsfed(
        "codeartifact", "token", "dev", "--domain", "packages", "--region", "eu-west-1"
    )


def test_two_connectors_of_one_name_are_told_apart_by_their_ids(desk: Workstation, host: IfawsHost) -> None:
    """A guess could be the wrong one."""
    host.connectors[TEAM]["name"] = "dev"
    at_host(desk, host)

    said = desk.fails(10, "whoami", "dev")
    assert "2 connectors are named 'dev'" in said
    assert f"name one by its id: {DEV}, {TEAM}" in said
    assert "AROAEXAMPLE" in desk.awsfed("whoami", DEV)
    configured = desk.run("awsfed", "configure", "--all").stderr
    assert f"Configured profile {DEV}." in configured
    assert f"Configured profile {TEAM}." in configured


def test_what_the_vendors_app_cannot_do(desk: Workstation, host: IfawsHost) -> None:
    """It is said, with a way out."""
    at_host(desk, host)

    for command in (("connectors", "why", "dev"), ("connectors", "test", "dev"), ("env", "dev", "--read-only")):
        assert f"awsfed: error: the app at {host.url} cannot" in desk.fails(10, *command)
    assert 0 == host.vended


def test_an_ended_session_of_a_host_says_what_to_do(desk: Workstation, host: IfawsHost) -> None:
    """For an SDK on one line."""
    at_host(desk, host)
    host.end_sessions()

    said = desk.fails(5, "credential-process", "dev")

    assert 1 == said.count("\n")
    assert "has ended" in said
    assert "awsfed login; with --keep-password it renews itself" in said


def test_a_kept_password_signs_in_again(with_keyring: Workstation, host: IfawsHost) -> None:
    """It is in the keyring, and goes with the logout."""
    desk = at_host(with_keyring, host, "--keep-password")
    keyring = Path(desk.environ["FILE_KEYRING"])
    assert "alice-right" in keyring.read_text()
    host.end_sessions()

    assert "secret-1" in desk.awsfed("credential-process", "dev")
    logins = len([one for one in host.served.received if "authorization" in one.headers])
    assert "AROAEXAMPLE" in desk.awsfed("whoami", "dev")
    assert logins == len([one for one in host.served.received if "authorization" in one.headers])

    desk.awsfed("logout")
    assert "alice-right" not in keyring.read_text()


def test_a_login_without_the_choice_keeps_no_password(with_keyring: Workstation, host: IfawsHost) -> None:
    """Also where an earlier one did."""
    desk = at_host(with_keyring, host, "--keep-password")
    at_host(desk, host)

    assert "alice-right" not in Path(desk.environ["FILE_KEYRING"]).read_text()


def test_a_password_is_never_kept_in_a_file(desk: Workstation, host: IfawsHost) -> None:
    """Where there is no keyring it is refused, before the password goes out."""
    said = desk.fails(8, *LOGIN, "--broker", host.url, "--keep-password", stdin="alice-right\n")

    assert "keyring" in said
    assert [] == [one for one in host.served.received if "authorization" in one.headers]


def test_an_access_token_signs_in(desk: Workstation, host: IfawsHost, tmp_path: Path) -> None:
    """From a file, or typed in place of the password."""
    file = tmp_path / "token"
    file.write_text("NDc4MDkyNDc2-pat\n")
    file.chmod(0o600)

    said = desk.run("awsfed", "login", "--broker", host.url, "--access-token", "--token-file", str(file))
    assert 0 == said.returncode, said.stderr
    assert "as alice until" in said.stderr
    assert "secret-1" in desk.awsfed("credential-process", "dev")
    host.end_sessions()
    assert "AROAEXAMPLE" in desk.awsfed("whoami", "dev")
    host.tokens.clear()
    assert "the access token is not accepted" in desk.fails(5, "whoami", "dev")


@pytest.mark.parametrize(
    "options",
    [
        ("--access-token", "--keep-password"),
        ("--service", "x", "--access-token"),
        ("--service", "x", "--keep-password"),
        ("--token-file", "x"),
    ],
)
def test_options_that_do_not_go_together(desk: Workstation, host: IfawsHost, options: tuple[str, ...]) -> None:
    """Nothing is sent."""
    said = desk.fails(2, "login", "--broker", host.url, *options)

    assert "Usage:" in said
    assert [] == host.served.received


def test_the_same_in_direct_mode_is_a_mistake(workstation: Workstation) -> None:
    """Crowd has neither tokens for us nor sessions that end."""
    assert "are for brokers on" in workstation.fails(2, "login", "--access-token", stdin="x\n")


def test_a_person_is_asked(desk: Workstation, served: Server) -> None:
    """For the name and the password, and Ctrl-C ends it without a trace."""
    with Terminal([AWSFED, "login", "--broker", served.url], desk.environ) as terminal:
        terminal.reads("User name")
        terminal.types("alice")
        terminal.reads(f"Password of alice at {served.url}")
        terminal.presses_ctrl_c()
        assert 130 == terminal.ends()
    assert "[broker]" not in desk.config.read_text()
    with Terminal([AWSFED, "login", "--broker", served.url], desk.environ) as terminal:
        terminal.reads("User name")
        terminal.types("alice")
        terminal.reads("Password of alice")
        terminal.types_unseen("alice-sandbox")
        assert 0 == terminal.ends()
        assert "alice-sandbox" not in terminal.shown


def test_a_login_that_a_host_refuses_says_what_to_do(desk: Workstation, host: IfawsHost, tmp_path: Path) -> None:
    """A CAPTCHA is solved in a browser, a token is made anew, and only a password is worth another look."""
    command = f"awsfed login --broker {host.url}"
    wrong = (*LOGIN, "--broker", host.url)
    for _ in range(3):
        said = desk.fails(5, *wrong, stdin="wrong\n")
        assert f"hint: check name and password, and that the account is not locked: {command}\n" in said
    assert f"hint: sign in once in the browser at {host.url}, then: {command}\n" in desk.fails(
        5, *wrong, stdin="alice-right\n"
    )

    file = tmp_path / "token"
    file.write_text("bad-token\n")
    file.chmod(0o600)
    said = desk.fails(5, "login", "--broker", host.url, "--access-token", "--token-file", str(file))
    assert f"hint: make a new one in your profile there: {command} --access-token\n" in said


def test_whose_packages_a_tool_gets_is_for_the_user_to_say(desk: Workstation, host: IfawsHost) -> None:
    """The account becomes a part of the host that packages are installed from."""
    at_host(desk, host)
    login = (
        "codeartifact",
        "login",
        "pip",
        "dev",
        "--domain",
        "packages",
        "--region",
        "eu-west-1",
        "--repository",
        "py",
    )

    assert "name it with --domain-owner" in desk.fails(3, *login)
    desk.awsfed(*login, "--domain-owner", "123456789012")

    (file,) = Path(desk.environ["XDG_CONFIG_HOME"]).rglob("pip.conf")
    assert "@packages-123456789012.d.codeartifact.eu-west-1.amazonaws.com/pypi/py/" in file.read_text()
