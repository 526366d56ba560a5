"""A real keyring daemon on a bus of its own: chosen once, used for everything, and never opened behind its owner."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import pytest
from cli.needing import need
from conftest import Workstation

pytestmark = pytest.mark.slow
BACKEND = "keyring.backends.SecretService.Keyring"
LOCK = """
import secretstorage
with secretstorage.dbus_init() as connection:
    secretstorage.get_default_collection(connection).lock()
"""
LABELS = """
import secretstorage
with secretstorage.dbus_init() as connection:
    for item in secretstorage.get_default_collection(connection).get_all_items():
        print(item.get_attributes()["username"].partition(":")[0])
"""
TRIES, PAUSE_S = 100, 0.1


@pytest.fixture(autouse=True)
def short_runtime_folder(workstation: Workstation) -> Iterator[None]:
    """Give the daemon a folder for its socket whose path is as short as sockets want it."""
    with tempfile.TemporaryDirectory(prefix="kr") as folder:
        workstation.environ["XDG_RUNTIME_DIR"] = folder
        yield


@pytest.fixture
def desktop(workstation: Workstation) -> Iterator[Workstation]:
    """A home whose settings leave everything to the keyring, on a desktop where that is open."""
    need("dbus-run-session", "gnome-keyring-daemon")
    use_keyring(workstation)
    bus = subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", "echo $DBUS_SESSION_BUS_ADDRESS; read line"],
        env=workstation.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with bus:
        assert bus.stdout
        workstation.environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            env=workstation.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        with daemon:
            assert daemon.stdin
            daemon.stdin.write("open sesame")
            daemon.stdin.close()
            wait_until_open(workstation)
            yield workstation
            daemon.terminate()
        bus.communicate("\n")


def use_keyring(workstation: Workstation) -> None:
    """Let the settings name no other place for any secret."""
    password = workstation.home / "sandbox" / "crowd-application-password"
    head, _, rest = workstation.config.read_text().partition("[keys.main]\n")
    text = f'{head}[keys.main]\nsource = "keyring"\n\n[connectors{rest.partition("[connectors")[2]}'
    text = text.replace('[secrets]\nstore = "file"\n', "").replace(f'"file:{password}"', '"keyring"')
    workstation.config.write_text(text)
    password.unlink()


def wait_until_open(workstation: Workstation) -> None:
    """Wait for the daemon to take its name on the bus and open its first collection."""
    code = LOCK.replace(".lock()", ".is_locked() and exit(1)")
    for _ in range(TRIES):
        if workstation.run("python", "-c", code).returncode == 0:
            return
        time.sleep(PAUSE_S)
    pytest.fail("the keyring daemon did not open its collection")


def entries(workstation: Workstation) -> list[str]:
    """Return the kinds of entries that the keyring holds."""
    return sorted(workstation.run("python", "-c", LABELS).stdout.split())


def set_up(workstation: Workstation) -> None:
    """Put every secret into the keyring and sign in."""
    workstation.awsfed("config", "set-secret", "--stdin", stdin="sandbox-application\n")
    workstation.awsfed(
        *("keys", "add", "main", "--access-key-id", workstation.sandbox.access_key_id, "--secret-stdin"),
        stdin=f"{workstation.sandbox.secret_access_key}\n",
    )
    workstation.login()


def test_everything_lives_in_the_keyring(desktop: Workstation) -> None:
    """From the first secret to signing out: the backend is chosen by itself, once, and no file holds a secret."""
    set_up(desktop)

    state = desktop.home / ".local" / "state" / "awsfed"
    assert f"{BACKEND}\n" == (state / "secrets-store").read_text()
    assert ["crowd", "key", "session"] == entries(desktop)
    assert desktop.awsfed("credential-process", "dev").startswith('{"Version":1')
    files = [path for folder in (desktop.home / ".config" / "awsfed", state) for path in folder.rglob("*")]
    secret = desktop.sandbox.secret_access_key.encode()
    assert not [path for path in files if path.is_file() and secret in path.read_bytes()]
    assert not (state / "sessions").exists()

    desktop.awsfed("logout")

    assert ["crowd", "key"] == entries(desktop)
    assert "login required" in desktop.fails(5, "credential-process", "dev")
    desktop.awsfed("keys", "remove", "main")
    assert ["crowd"] == entries(desktop)


def test_a_locked_keyring_is_not_opened_by_an_sdk(desktop: Workstation) -> None:
    """No window appears behind a running program: one line, status 8; what is cached is still handed out."""
    set_up(desktop)
    cached = desktop.awsfed("credential-process", "dev")
    assert 0 == desktop.run("python", "-c", LOCK).returncode

    began = time.monotonic()
    said = desktop.fails(8, "credential-process", "artifacts")

    assert "awsfed: error: the keyring is locked; unlock it, then try again\n" == said
    assert time.monotonic() - began < 10
    assert cached == desktop.awsfed("credential-process", "dev")


def test_credentials_may_be_cached_in_the_keyring(desktop: Workstation) -> None:
    """Then no file holds any, and signing out removes them there."""
    with desktop.config.open("a") as file:
        file.write('\n[cache]\nmode = "keyring"\n')
    set_up(desktop)

    first = desktop.awsfed("credential-process", "dev")

    assert first == desktop.awsfed("credential-process", "dev")
    assert "cache" in entries(desktop)
    assert not [path for path in desktop.cache.iterdir() if path.name.startswith("dev.")]
    desktop.awsfed("logout")
    assert ["crowd", "key"] == entries(desktop)


def test_a_keyring_that_nobody_can_open_is_no_keyring(workstation: Workstation) -> None:
    """As over ssh: the bus starts a daemon that can ask nobody. It is found out before the password goes out."""
    need("dbus-run-session", "gnome-keyring-daemon")
    workstation.config.write_text(workstation.config.read_text().replace('[secrets]\nstore = "file"\n', ""))
    login = [sys.executable, "-m", "awsfed", "login", "--user", "alice", "--password-stdin"]

    refused = workstation.run("dbus-run-session", "--", *login, stdin="alice-sandbox\n")
    asked = len(workstation.sandbox.crowd.calls)
    agreed = workstation.run("dbus-run-session", "--", *login, "--yes", stdin="alice-sandbox\n")

    assert (8, 0) == (refused.returncode, asked)
    assert "this machine has no keyring that can be used" in refused.stderr
    assert 0 == agreed.returncode
    assert "file\n" == (workstation.home / ".local" / "state" / "awsfed" / "secrets-store").read_text()
