"""What every test stands on: nothing of the real home, keyring or network; and the sandbox for those that want it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings

from awsfed.sandbox.crowd.directory import Directory
from awsfed.sandbox.world import Sandbox

SCRIPTS = Path(sys.executable).parent
settings.register_profile("awsfed", deadline=None)  # a busy machine is no failure
settings.load_profile("awsfed")
signal.signal(signal.SIGINT, signal.default_int_handler)
for number in (signal.SIGHUP, signal.SIGQUIT):  # a run in the background ignores these, and so would what tests start
    signal.signal(number, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def hermetic(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Take the developer's own settings, credentials, keyring and proxies away."""
    for name in list(os.environ):
        if name.startswith(("AWS", "XDG_", "BAMBOO", "bamboo_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@dataclass
class Workstation:
    """Somebody's home with awsfed set up for the sandbox; runs the installed program."""

    sandbox: Sandbox
    home: Path
    environ: dict[str, str] = field(repr=False)

    def run(
        self, *command: str, stdin: str = "", environ: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run any program here."""
        return subprocess.run(
            [str(SCRIPTS / command[0]) if (SCRIPTS / command[0]).exists() else command[0], *command[1:]],
            input=stdin,
            env={**self.environ, **(environ or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def awsfed(self, *arguments: str, stdin: str = "", environ: Mapping[str, str] | None = None) -> str:
        """Run awsfed, which has to succeed; return what it answered."""
        result = self.run("awsfed", *arguments, stdin=stdin, environ=environ)
        assert 0 == result.returncode, result.stderr
        return result.stdout

    def fails(self, status: int, *arguments: str, stdin: str = "", environ: Mapping[str, str] | None = None) -> str:
        """Run awsfed, which has to fail with this status and no answer; return what it said."""
        result = self.run("awsfed", *arguments, stdin=stdin, environ=environ)
        assert (status, "") == (result.returncode, result.stdout), result.stderr
        assert "Traceback" not in result.stderr
        return result.stderr

    def login(self, user: str = "alice", *connectors: str) -> None:
        """Sign somebody of the default directory in."""
        arguments: Sequence[str] = ["login", "--user", user, "--password-stdin", *connectors]
        self.awsfed(*arguments, stdin=f"{user}-sandbox\n")

    @property
    def config(self) -> Path:
        """The settings file."""
        return Path(self.environ["XDG_CONFIG_HOME"]) / "awsfed" / "config.toml"

    @property
    def cache(self) -> Path:
        """The cache folder."""
        return Path(self.environ["XDG_CACHE_HOME"]) / "awsfed"


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests of a process; `sandbox` gives it to a test as if it were new."""
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Iterator[Sandbox]:
    """A Crowd and an AWS with the default world, no faults and nobody's calls."""
    running_sandbox.crowd.calls.clear()
    running_sandbox.aws.calls.clear()
    yield running_sandbox
    running_sandbox.crowd.faults.clear()
    running_sandbox.aws.faults.clear()
    running_sandbox.aws.clock_offset_s = 0
    running_sandbox.aws.mfa_device.used_step = -1
    running_sandbox.crowd.directory.__dict__.update(Directory.default().__dict__)


@pytest.fixture
def workstation(sandbox: Sandbox, tmp_path: Path) -> Workstation:
    """A home where nobody has signed in yet."""
    home = tmp_path / "workstation"
    return Workstation(sandbox=sandbox, home=home, environ=sandbox.write_home(home))
