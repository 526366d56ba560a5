import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli.terminal import AWSFED, Ended, Terminal, ended
from conftest import Workstation

from awsfed.sandbox.world import Sandbox

TESTS = Path(__file__).parent.parent


@dataclass
class Shell:
    """Somebody's home, in which awsfed runs inside this process unless a terminal is wanted."""

    workstation: Workstation

    @property
    def sandbox(self) -> Sandbox:
        return self.workstation.sandbox

    @property
    def environ(self) -> dict[str, str]:
        return self.workstation.environ

    @property
    def aws(self) -> Path:
        """The folder of the AWS files."""
        folder = self.workstation.home / ".aws"
        folder.mkdir(exist_ok=True)
        return folder

    def run(self, *arguments: str, stdin: str = "", environ: Mapping[str, str] | None = None) -> Ended:
        """Run a command, however it ends."""
        end = ended(*arguments, environ={**self.environ, **(environ or {})}, stdin=stdin)
        assert "Traceback" not in end.err
        return end

    def answers(self, *arguments: str, stdin: str = "", environ: Mapping[str, str] | None = None) -> str:
        """Run a command that has to succeed; return its answer."""
        end = self.run(*arguments, stdin=stdin, environ=environ)
        assert 0 == end.status, end.err
        return end.out

    def says(self, *arguments: str, stdin: str = "", environ: Mapping[str, str] | None = None) -> str:
        """Run a command that has to succeed without an answer; return what it told the person."""
        end = self.run(*arguments, stdin=stdin, environ=environ)
        assert (0, "") == (end.status, end.out), end.err
        return end.err

    def fails(self, status: int, *arguments: str, stdin: str = "", environ: Mapping[str, str] | None = None) -> str:
        """Run a command that has to fail with this status and no answer; return what it said."""
        end = self.run(*arguments, stdin=stdin, environ=environ)
        assert (status, "") == (end.status, end.out), end.err
        return end.err

    def login(self, user: str = "alice", *connectors: str) -> str:
        """Sign somebody of the default directory in."""
        return self.says("login", "--user", user, "--password-stdin", *connectors, stdin=f"{user}-sandbox\n")

    def terminal(self, *arguments: str, environ: Mapping[str, str] | None = None, columns: int = 80) -> Terminal:
        """Start the installed program at a terminal."""
        return Terminal([AWSFED, *arguments], {**self.environ, **(environ or {})}, columns=columns)

    def change_settings(self, old: str, new: str) -> None:
        """Replace a part of the settings file."""
        text = self.workstation.config.read_text()
        assert old in text
        self.workstation.config.write_text(text.replace(old, new))

    def add_settings(self, text: str) -> None:
        """Add tables at the end of the settings file."""
        with self.workstation.config.open("a") as file:
            file.write(text)

    def crowd_calls(self) -> Sequence[tuple[str, str]]:
        """Return what Crowd was asked."""
        return [(call.method, call.path) for call in self.sandbox.crowd.calls]

    def aws_calls(self) -> Sequence[str]:
        """Return what AWS was asked."""
        return [call.action for call in self.sandbox.aws.calls]


@pytest.fixture
def shell(workstation: Workstation) -> Shell:
    """A home where nobody has signed in yet."""
    return Shell(workstation)


@pytest.fixture
def alice(shell: Shell) -> Shell:
    """A home where alice has signed in; what was asked for that is forgotten."""
    shell.login()
    shell.sandbox.crowd.calls.clear()
    shell.sandbox.aws.calls.clear()
    return shell


@pytest.fixture
def keyring(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    """A home whose settings name a keyring that keeps everything in a file."""
    monkeypatch.setenv("FILE_KEYRING", str(tmp_path / "keyring.json"))
    shell.environ.update(FILE_KEYRING=str(tmp_path / "keyring.json"), PYTHONPATH=str(TESTS))
    shell.change_settings('store = "file"', 'store = "fakes.file_keyring.FileKeyring"')
    return shell


@pytest.fixture(scope="session")
def python() -> str:
    """The interpreter of these tests."""
    return sys.executable
