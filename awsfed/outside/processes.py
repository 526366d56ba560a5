"""The door to processes that go on alone: a caller has its answer already, and a detached child does the rest."""

import contextlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from awsfed.errors import AwsfedError
from awsfed.outside.clock import Clock
from awsfed.outside.files import private_directory, read_private, write_atomic
from awsfed.outside.locks import locked

APART_S = 30.0
"""At most one child starts in this time for one purpose."""


def start_detached(command: Sequence[str], environ: Mapping[str, str] | None = None) -> None:
    """Start a program that shares neither descriptor, terminal, session nor working directory with this one.

    It gets the environment of this process, which holds no secret of ours, or the one that is given.
    """
    import subprocess  # by whoever starts one: most runs do not

    subprocess.Popen(  # noqa: S603 - our own program
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        close_fds=True,
        env=None if environ is None else dict(environ),
        cwd=os.path.abspath(os.sep),  # noqa: PTH100 - it must not hold on to the folder it was started in
    )


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class StartBehind:
    """Starts this program again, behind; for one purpose not more often than every `APART_S` seconds."""

    directory: Path
    """Where the time of the last start is noted, privately."""
    clock: Clock
    arguments: Sequence[str] = ()
    """Options of this run that the child needs to find the same settings."""
    start: Callable[[Sequence[str]], None] = start_detached

    def __call__(self, purpose: str, command: Sequence[str]) -> None:
        """Start a command of ours, unless one started a moment ago; one that cannot be started is no error.

        The purpose becomes a part of file names.
        """
        stamp = self.directory / purpose
        with contextlib.suppress(AwsfedError, OSError):
            private_directory(self.directory)
            with locked(self.directory / f"{purpose}-lock", timeout_s=0.0, clock=self.clock):
                if self._is_recent(stamp):
                    return
                write_atomic(stamp, f"{self.clock.now():.3f}\n".encode())
                # -P keeps a folder named awsfed in the working directory from being taken for this program
                self.start([sys.executable, "-P", "-m", "awsfed", *self.arguments, *command])

    def _is_recent(self, stamp: Path) -> bool:
        data = read_private(stamp)
        try:
            return data is not None and 0 <= self.clock.now() - float(data) < APART_S
        except ValueError:
            return False
