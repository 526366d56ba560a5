"""Canary secrets driven through every command: only the answer may hold any, and only those that were vended."""

import re
import secrets
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Workstation
from e2e.canaries import Watched, canary

from awsfed.sandbox.aws import faults as aws_faults
from awsfed.sandbox.crowd import faults as crowd_faults
from awsfed.sandbox.world import Sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at other processes through /proc")

ONCE = ("--debug", "--max-retries", "0")
RENEWAL_S = 40 * 60
"""So much older, credentials for an hour answer and are renewed behind."""


@pytest.fixture
def watched(sandbox: Sandbox, tmp_path: Path) -> Iterator[Watched]:
    """Alice's home, with every secret handed over in the environment."""
    application, password = canary("application"), canary("password")
    sandbox.crowd.directory.change_application(password=application, client_secret=application)
    sandbox.crowd.directory.change_user("alice", password=password)
    workstation = Workstation(
        sandbox=sandbox, home=tmp_path / "workstation", environ=sandbox.write_home(tmp_path / "workstation")
    )
    settings = workstation.config.read_text()
    settings = re.sub(r'secret = ".*"', 'secret = "environment"', settings)
    settings = re.sub(r'source = "profile"\nprofile = .*\nfile = .*\n', 'source = "environment"\n', settings)
    workstation.config.write_text(f'{settings}\n[keys.spare]\nsource = "environment"\n')
    long_term = {
        "the application's password": application,
        "the user's password": password,
        "the secret access key": sandbox.secret_access_key,
        "the spare key": secrets.token_hex(20),
        "the spare token": secrets.token_hex(200),
    }
    environ = workstation.environ | {
        "AWSFED_CROWD_SECRET": application,
        "AWSFED_PASSWORD": password,
        "AWSFED_KEY_MAIN_ACCESS_KEY_ID": sandbox.access_key_id,
        "AWSFED_KEY_MAIN_SECRET_ACCESS_KEY": sandbox.secret_access_key,
        "AWSFED_KEY_SPARE_ACCESS_KEY_ID": "ASIASPARESPARESPARE1",
        "AWSFED_KEY_SPARE_SECRET_ACCESS_KEY": long_term["the spare key"],
        "AWSFED_KEY_SPARE_SESSION_TOKEN": long_term["the spare token"],
    }
    watched = Watched(workstation=workstation, environ=environ, long_term=long_term)
    yield watched
    watched.finish()


def log_in(watched: Watched) -> None:
    """Sign alice in, with the password in a variable."""
    assert 0 == watched.awsfed("login", "--user", "alice").returncode


def test_commands_that_succeed_show_only_what_they_were_asked_for(watched: Watched) -> None:
    """Every command at its best, with the umask at its widest: private files, quiet output, clean children."""
    password = watched.long_term["the user's password"]
    assert 0 == watched.awsfed("login", "--user", "alice", "--password-stdin", "dev", stdin=f"{password}\n").returncode
    mine = ["[mine]", "aws_access_key_id = AKIAMINE", f"aws_secret_access_key = {watched.long_term['the spare key']}"]
    (watched.workstation.home / ".aws" / "credentials").write_text("\n".join([*mine, ""]))
    for arguments, answers in {
        ("--debug", "credential-process", "dev"): True,
        ("credential-process", "artifacts"): True,
        ("env", "dev"): True,
        ("env", "dev", "--format", "json"): True,
        ("console", "dev", "--print"): True,
        ("exec", "dev", "--", "env"): True,
        ("--debug", "credentials", "dev", "--profile", "written", "--dry-run"): False,
        ("--debug", "credentials", "dev", "--profile", "written"): False,
        ("credentials", "dev", "--profile", "written", "--dry-run", "--min-life", "59m"): False,
        ("configure", "artifacts", "--dry-run"): False,
        ("configure", "artifacts"): False,
        ("connectors", "--json"): False,
        ("connectors", "why", "dev"): False,
        ("keys", "list"): False,
        ("keys", "check", "main"): False,
        ("config", "show"): False,
        ("config", "check", "--online"): False,
        ("status", "--json"): False,
        ("credentials", "remove", "written"): False,
    }.items():
        result = watched.awsfed(*arguments, answers=answers)
        assert 0 == result.returncode, (arguments, result.stderr)
        if "env" in arguments[-1:]:
            assert "AWS_SESSION_TOKEN=" in result.stdout
            assert not re.search(r"(?m)^AWSFED_(?!EXEC=)", result.stdout)
    assert watched.vended

    for path, mode in watched.private_files():
        assert not mode & stat.S_IRWXO, f"{path} is open to everybody: {mode:o}"
        if path.is_file() and watched.leaked(path.read_text(errors="replace")) and path.parent.name != ".aws":
            assert (0o600, 0o700) == (mode, stat.S_IMODE(path.parent.stat().st_mode)), path
    watched.awsfed("logout")
    left = [path for path, _ in watched.private_files() if path.is_file()]
    assert [] == [path for path in left if any(secret in path.read_text() for secret in watched.vended)]


def test_new_aws_files_are_private(watched: Watched) -> None:
    """A folder and files that did not exist are made for their owner alone, whatever the umask."""
    log_in(watched)
    watched.awsfed("credentials", "dev", "--profile", "written")
    watched.awsfed("configure", "dev")

    folder = watched.workstation.home / ".aws"

    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert 0o600 == stat.S_IMODE((folder / "credentials").stat().st_mode)
    assert not stat.S_IMODE((folder / "config").stat().st_mode) & stat.S_IRWXO


def test_a_renewal_behind_shows_no_secret(watched: Watched) -> None:
    """The child that renews is this program again: it may need the secrets of its environment, and shows none."""
    log_in(watched)
    watched.awsfed("credential-process", "dev", answers=True)
    for path in watched.workstation.cache.glob("dev.*"):
        path.write_text(_older(path.read_text()))

    watched.awsfed("credential-process", "dev", answers=True)
    watched.settle()

    assert (watched.workstation.cache / "locks" / "dev.renewal").exists()
    assert [True] == ["--renew" in line for line in watched.children]


def _older(entry: str) -> str:
    header, answer = entry.splitlines()
    form, *moments, one, two = header.split(" ", 5)[:4] + header.split(" ", 5)[4:]
    older = [str(int(moment) - RENEWAL_S) for moment in moments]
    (ends,) = re.findall(r'"Expiration":"([^"]*)"', answer)
    new = (datetime.fromisoformat(ends) - timedelta(seconds=RENEWAL_S)).astimezone(UTC)
    return f"{' '.join([form, *older, one, two])}\n{answer.replace(ends, f'{new:%Y-%m-%dT%H:%M:%SZ}')}\n"


def test_the_browser_is_told_a_file_and_no_secret(watched: Watched, tmp_path: Path) -> None:
    """It finds the address in a private page; its command line and environment hold nothing."""
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\n{{ echo "$@"; env; cat "${{1#file://}}"; ls -l "${{1#file://}}"; }} >{seen}\n')
    browser.chmod(0o700)
    log_in(watched)

    result = watched.awsfed("console", "dev", environ={"BROWSER": str(browser)})

    assert (0, "") == (result.returncode, result.stdout)
    arguments, text = seen.read_text().split("\n", 1)
    environment, page = text.split("<!doctype html>")
    assert arguments.startswith("file:///")
    assert "SigninToken=" not in arguments + environment
    assert "SigninToken=" in page
    assert "-rw-------" in page
    assert "" == watched.leaked(arguments + environment)
    assert not re.search(r"(?m)^(AWSFED_|AWS_SECRET|AWS_SESSION)", environment)


def test_commands_in_a_sandbox_inherit_no_secret(watched: Watched) -> None:
    """The sandbox's own home is not a place to which secrets of the real one leak."""
    result = watched.awsfed("sandbox", "--", "env")

    assert 0 == result.returncode
    assert "AWSFED_" not in result.stdout


def _echo(sandbox: Sandbox, status: int, headers: dict[str, str], body: str) -> None:
    """Let Crowd repeat what it was sent, as careless servers do."""
    alice = sandbox.crowd.directory.user("alice")
    sent = f"{sandbox.crowd.directory.application.password} {alice and alice.password}"
    headers = {name: value.replace("SECRETS", sent) for name, value in headers.items()}
    sandbox.crowd.faults.add(crowd_faults.answer(status, headers, body.replace("SECRETS", sent)), times=99)


CROWD = {"X-Embedded-Crowd-Version": "Crowd/7.2.2", "Content-Type": "application/json"}
TROUBLES: dict[str, Callable[[Sandbox], None]] = {
    "crowd resets": lambda sandbox: sandbox.crowd.faults.add(crowd_faults.reset(), times=99),
    "crowd throttles": lambda sandbox: sandbox.crowd.faults.add(crowd_faults.throttle(), times=99),
    "crowd answers garbage": lambda sandbox: _echo(sandbox, 200, CROWD, "<html>SECRETS"),
    "crowd answers other JSON": lambda sandbox: _echo(
        sandbox, 200, CROWD, '{"name": "SECRETS", "key": "SECRETS", "active": "SECRETS"}'
    ),
    "crowd refuses with an echo": lambda sandbox: _echo(
        sandbox, 400, CROWD, '{"reason": "SECRETS", "message": "SECRETS"}'
    ),
    "crowd redirects": lambda sandbox: _echo(sandbox, 302, {"Location": "http://127.0.0.1/?SECRETS"}, "SECRETS"),
    "crowd wants another login": lambda sandbox: _echo(sandbox, 401, {"WWW-Authenticate": "SECRETS"}, "SECRETS"),
    "crowd changed the password": lambda sandbox: sandbox.crowd.directory.change_application(password="another"),
}


def test_trouble_with_crowd_shows_no_secret(watched: Watched) -> None:
    """Whatever Crowd does or repeats, neither a login nor a vend says a secret."""
    log_in(watched)
    for trouble, begin in TROUBLES.items():
        watched.workstation.sandbox.crowd.faults.clear()
        begin(watched.workstation.sandbox)
        for command in (["login", "--user", "alice"], ["credential-process", "dev"]):
            result = watched.awsfed(*ONCE, *command)
            assert "" == result.stdout
            assert result.returncode in {3, 5, 6, 7, 9}, (trouble, result.stderr)


def test_wrong_passwords_are_not_shown_either(watched: Watched) -> None:
    """What was typed in the wrong place, or with a slip, is a secret too."""
    watched.long_term["a wrong password"] = wrong = canary("wrong")

    assert 5 == watched.awsfed(*ONCE, "login", "--user", "alice", "--password-stdin", stdin=f"{wrong}\n").returncode
    assert 5 == watched.awsfed(*ONCE, "login", "--user", "alice", environ={"AWSFED_PASSWORD": wrong}).returncode
    odd = f"{wrong}\udc80"
    assert 5 == watched.awsfed(*ONCE, "login", "--user", "alice", environ={"AWSFED_PASSWORD": odd}).returncode


def test_trouble_with_aws_shows_no_secret(watched: Watched) -> None:
    """Cut off, throttled, refused or answered with what was signed: no vend says a secret."""
    log_in(watched)
    faults = watched.workstation.sandbox.aws.faults
    token = watched.long_term["the spare token"]
    # The real STS repeats what it would have signed, the token of a temporary key included.
    signed = (
        f"The signature does not match.\n\nThe Canonical String should have been\n'POST\nx-amz-security-token:{token}"
    )
    for fault, status in (
        (aws_faults.reset(), 7),
        (aws_faults.throttle(), 7),
        (aws_faults.fail(500), 7),
        (aws_faults.fail(403, "SignatureDoesNotMatch", signed), 6),
    ):
        faults.clear()
        faults.add(fault, times=99)
        assert status == watched.awsfed(*ONCE, "credential-process", "dev").returncode
    assert 6 == watched.awsfed(*ONCE, "keys", "check", "spare").returncode
    assert 125 == watched.awsfed(*ONCE, "exec", "dev", "--", "env").returncode
    assert 6 == watched.awsfed(*ONCE, "console", "dev", "--print").returncode


BROKEN_SETTINGS = {
    "a password": ("[crowd]", '[crowd]\npassword = "SECRET"'),
    "the secret itself": ('"environment"', '"SECRET"'),
    "no quotes": ('"environment"', "SECRET SECRET"),
    "a list": ('"environment"', '["SECRET", {x = "SECRET"}]'),
    "an open string": ('"environment"', '"SECRET'),
    "a user in the URL": ("http://", "http://awsfed:SECRET@"),
    "a token in the URL": ("/crowd", "/crowd?token=SECRET"),
    "a private catalogue": ("[access]", '[catalogue]\nsource = "https://me:SECRET@127.0.0.1/?SECRET"\n[access]'),
    "a secret key": ("[keys.spare]", '[keys.spare]\naws_secret_access_key = "SECRET"'),
}


@pytest.mark.parametrize("slip", BROKEN_SETTINGS)
def test_broken_settings_are_not_quoted(watched: Watched, slip: str) -> None:
    """A secret that was put into the settings by mistake is not repeated by the message about the mistake."""
    config = watched.workstation.config
    broken = config.read_text().replace(*BROKEN_SETTINGS[slip])
    config.write_text(broken.replace("SECRET", watched.long_term["the spare key"]))

    assert 3 == watched.awsfed("--debug", "config", "check").returncode


def test_proxies_keep_their_passwords(watched: Watched) -> None:
    """A proxy's password is in its URL; no message about the proxy repeats it."""
    secret = watched.long_term["a proxy's password"] = canary("proxy")
    config = watched.workstation.config
    config.write_text("".join(line for line in config.read_text().splitlines(True) if "endpoint" not in line))
    proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), f"http://me:{secret}@127.0.0.1:1")
    proxies["AWSFED_CROWD_URL"] = "https://crowd.invalid/crowd"

    for command in (["login", "--user", "alice", "--yes"], ["keys", "check", "main"]):
        result = watched.awsfed(*ONCE, *command, environ=proxies)
        assert (7, True) == (result.returncode, "127.0.0.1:1" in result.stderr or "ProxyConnection" in result.stderr)


def test_files_that_others_can_read_are_refused_unread(watched: Watched) -> None:
    """Loosened, damaged or locked files are named, and nothing in them is shown."""
    log_in(watched)
    secret = watched.long_term["the spare key"]
    (session,) = (watched.workstation.home / ".local" / "state" / "awsfed" / "sessions").iterdir()
    session.write_text(f'{{"issuer": "{secret}"')
    assert 8 == watched.awsfed("--debug", "credential-process", "dev").returncode
    session.chmod(0o644)
    assert 8 == watched.awsfed("--debug", "credential-process", "dev").returncode
    session.unlink()
    log_in(watched)

    files = watched.workstation.home / ".aws"
    files.mkdir(exist_ok=True)
    (files / "credentials").write_text(f"[mine]\naws_secret_access_key {secret}\n[mine]\n{secret}\n")
    for command in (["credentials", "dev"], ["configure", "dev"], ["status"], ["logout"]):
        watched.awsfed("--debug", *command)


def test_damaged_key_files_are_not_quoted(watched: Watched, tmp_path: Path) -> None:
    """A credentials file that nobody can parse is named, and no line of it shown."""
    secret = watched.long_term["the spare key"]
    config, file = watched.workstation.config, tmp_path / "keys"
    config.write_text(f'{config.read_text()}\n[keys.third]\nsource = "profile"\nprofile = "p"\nfile = "{file}"\n')

    for text in (f"{secret}\n", f"[p]\n{secret}\n", f"[p]\naws_access_key_id={secret}\n", f"[p]\n[p]\nx={secret}\n"):
        file.write_text(text)
        file.chmod(0o600)
        assert 0 != watched.awsfed("--debug", "keys", "check", "third").returncode
        assert 0 == watched.awsfed("--debug", "keys", "list").returncode


@pytest.mark.parametrize("module", ["awsfed.outside.lines:Line.receive", "awsfed.outside.sts:StsDoor.call"])
def test_a_traceback_holds_no_secret(watched: Watched, tmp_path: Path, module: str) -> None:
    """A bug in the middle of a request is shown with --debug, and its frames keep what they hold to themselves."""
    name, _, attribute = module.partition(":")
    kind, _, method = attribute.partition(".")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "sitecustomize.py").write_text(
        f"import {name} as module\n\n\ndef fail(*arguments, **named):\n    raise RuntimeError('a bug')\n\n\n"
        f"module.{kind}.{method} = fail\n"
    )
    log_in(watched)

    result = watched.awsfed("--debug", "credential-process", "dev", environ={"PYTHONPATH": str(tmp_path / "broken")})

    assert 1 == result.returncode
    assert "Traceback" in result.stderr
    assert "RuntimeError: a bug" in result.stderr


KEYRING = """
import json, os, pathlib
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 1
    path = pathlib.Path(__file__).with_name("kept.json")

    def _all(self):
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def get_password(self, service, name):
        return self._all().get(name)

    def set_password(self, service, name, password):
        if "broken" in os.environ:
            raise ValueError("cannot keep " + password)
        self.path.write_text(json.dumps({**self._all(), name: password}))

    def delete_password(self, service, name):
        self.path.write_text(json.dumps({k: v for k, v in self._all().items() if k != name}))
"""


def test_secrets_reach_the_keyring_unseen(watched: Watched, tmp_path: Path) -> None:
    """Keys and the application's password go from stdin or a descriptor into the keyring; its own words are dropped."""
    (tmp_path / "canary_keyring.py").write_text(KEYRING)
    config = watched.workstation.config
    text = config.read_text().replace('store = "file"', 'store = "canary_keyring.Keyring"')
    config.write_text(
        text.replace('secret = "environment"', 'secret = "keyring"').replace("[keys.spare]", "[keys.other]")
    )
    keyring = {"PYTHONPATH": str(tmp_path)}
    watched.environ |= keyring
    secret, application = watched.workstation.sandbox.secret_access_key, watched.long_term["the application's password"]
    add = ["--debug", "keys", "add", "fourth", "--access-key-id", watched.workstation.sandbox.access_key_id]

    assert 8 == watched.awsfed(*add, "--secret-stdin", stdin=secret, environ={"broken": "1"}).returncode
    assert 0 == watched.awsfed(*add, "--secret-stdin", stdin=secret).returncode
    assert 0 == watched.awsfed(*add, "--secret-fd", "0", "--replace", stdin=secret).returncode
    assert 0 == watched.awsfed("config", "set-secret", "--stdin", stdin=f"{application}\n").returncode
    log_in(watched)
    assert {"the secret access key", "the application's password"} <= set(
        watched.leaked_long_term((tmp_path / "kept.json").read_text()).split(", ")
    )
    assert 0 == watched.awsfed("keys", "remove", "fourth").returncode


def test_without_a_keyring_nothing_is_kept(watched: Watched) -> None:
    """A secret that has nowhere to go is not left in any file."""
    secret = canary("homeless")
    watched.long_term["the homeless key"] = secret

    assert (
        8
        == watched.awsfed(
            "keys", "add", "x", "--access-key-id", "AKIA" + "A" * 16, "--secret-stdin", stdin=secret
        ).returncode
    )

    kept = [
        path for path, _ in watched.private_files() if path.is_file() and secret in path.read_text(errors="replace")
    ]
    assert [] == kept
