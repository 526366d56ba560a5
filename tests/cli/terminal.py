"""A person at a real terminal, and a program that runs in this process."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect  # type: ignore[import-untyped]  # it has none
from click.testing import CliRunner

from awsfed.cli.main import run

AWSFED = str(Path(sys.executable).parent / "awsfed")


class Terminal:
    """One program at a pseudo-terminal; a context manager that ends it."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], *, columns: int = 80) -> None:
        kept = {name: value for name, value in environ.items() if name not in {"COLUMNS", "LINES"}}
        environ = {"TERM": "xterm-256color", **kept}
        self._child = pexpect.spawn(
            command[0], list(command[1:]), env=environ, encoding="utf-8", timeout=30, dimensions=(40, columns)
        )
        self._child.delaybeforesend = None
        self.shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close(force=True)

    def reads(self, text: str) -> None:
        """Wait until the program has shown a text."""
        self._child.expect_exact(text)
        self.shown += self._child.before + self._child.after

    def types(self, line: str) -> None:
        """Type a line."""
        self._child.sendline(line)

    def types_unseen(self, line: str) -> None:
        """Type a line when the terminal has stopped showing what is typed."""
        assert self._child.waitnoecho(10)
        self._child.sendline(line)

    def presses_ctrl_c(self) -> None:
        """Interrupt."""
        self._child.sendintr()

    def presses_ctrl_d(self) -> None:
        """End the input."""
        self._child.sendeof()

    def ends(self) -> int:
        """Wait for the end; return the exit status, as a shell would tell it."""
        self._child.expect(pexpect.EOF)
        self.shown += self._child.before
        self._child.close()
        return 128 + self._child.signalstatus if self._child.exitstatus is None else int(self._child.exitstatus)

    @property
    def lines(self) -> list[str]:
        """What was shown, line by line, without colours."""
        return re.sub(r"\x1b\[[0-9;]*m", "", self.shown).replace("\r", "").splitlines()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said on which stream."""

    status: int
    out: str
    err: str


def ended(*arguments: str, environ: Mapping[str, str], stdin: str = "") -> Ended:
    """Run awsfed in this process, where nobody is at a terminal."""
    with CliRunner().isolation(stdin) as (out, err, _):
        status = run(list(arguments), environ)
    return Ended(status, out.getvalue().decode(), err.getvalue().decode())
