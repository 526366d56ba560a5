"""Homes in which awsfed works against the sandbox, with the secrets in one place or another."""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from awsfed.sandbox.world import Sandbox

SCRIPTS = Path(sys.executable).parent
PYTHON = str(SCRIPTS / "python3")
AWSFED = str(SCRIPTS / "awsfed")
LAUNCHER = str(SCRIPTS / "awsfed-credentials")
_KEPT = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Somebody's home, and the small environment of a program there."""

    environ: Mapping[str, str] = field(repr=False)

    @property
    def settings(self) -> Path:
        """The settings file."""
        return Path(self.environ["XDG_CONFIG_HOME"]) / "awsfed" / "config.toml"

    @property
    def cache(self) -> Path:
        """The cache folder."""
        return Path(self.environ["XDG_CACHE_HOME"]) / "awsfed"

    def awsfed(self, *arguments: str, stdin: str = "") -> str:
        """Run awsfed, which has to succeed; return what it printed."""
        done = subprocess.run(
            [AWSFED, *arguments], env=self.environ, input=stdin, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise SystemExit(f"awsfed {arguments[0]}: {done.stderr}")
        return done.stdout

    def forget(self) -> None:
        """Make the next use a cold one: nothing vended is left, and nobody has to sign in again."""
        for path in self.cache.glob("*." + 32 * "?"):
            path.unlink()


def plain(sandbox: Sandbox, folder: Path) -> Home:
    """Return a home as the sandbox writes it: secrets in files."""
    environ = sandbox.write_home(folder)
    return Home(environ={name: environ[name] for name in _KEPT} | {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})


def with_variables(sandbox: Sandbox, folder: Path) -> Home:
    """Return a home whose secrets come from the environment."""
    home = plain(sandbox, folder)
    _change(home, secret="environment", key="environment")
    secrets = {
        "AWSFED_CROWD_SECRET": sandbox.crowd.directory.application.password,
        "AWSFED_KEY_MAIN_ACCESS_KEY_ID": sandbox.access_key_id,
        "AWSFED_KEY_MAIN_SECRET_ACCESS_KEY": sandbox.secret_access_key,
    }
    return Home(environ={**home.environ, **secrets})


def for_keyring(sandbox: Sandbox, folder: Path) -> Home:
    """Return a home whose session and secrets are to be kept in a keyring."""
    home = plain(sandbox, folder)
    _change(home, secret="keyring", key="keyring")
    home.settings.write_text(home.settings.read_text().replace('store = "file"\n', ""))
    return home


def fill_keyring(home: Home, sandbox: Sandbox) -> None:
    """Put the secrets where the settings say they are."""
    home.awsfed("config", "set-secret", "--stdin", stdin=f"{sandbox.crowd.directory.application.password}\n")
    key = ("--access-key-id", sandbox.access_key_id, "--secret-stdin")
    home.awsfed("keys", "add", "main", *key, stdin=f"{sandbox.secret_access_key}\n")


def sign_in(home: Home, user: str = "alice") -> None:
    """Sign somebody in."""
    home.awsfed("login", "--user", user, "--password-stdin", stdin=f"{user}-sandbox\n")


def _change(home: Home, *, secret: str, key: str) -> None:
    text = home.settings.read_text()
    text = re.sub(r"^secret = .*$", f'secret = "{secret}"', text, flags=re.MULTILINE)
    text = re.sub(r"^(\[keys\.main\]\n)(?:\w+ = .*\n)+", rf'\1source = "{key}"\n', text, flags=re.MULTILINE)
    home.settings.write_text(text)
