"""Renewing behind: a caller has its answer already, and a detached child fetches the next one."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from awsfed.errors import AwsfedError
from awsfed.outside.clock import Clock
from awsfed.outside.files import private_directory, read_private, write_atomic
from awsfed.outside.locks import locked

APART_S = 30.0
"""At most one renewal behind starts in this time for one connector."""


def start_detached(command: Sequence[str]) -> None:
    """Start a program that shares neither descriptor, terminal, session nor working directory with this one."""
    subprocess.Popen(  # noqa: S603 - our own program
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        close_fds=True,
        cwd=os.path.abspath(os.sep),  # noqa: PTH100 - it must not hold on to the folder it was started in
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewBehind:
    """Starts renewals."""

    directory: Path
    clock: Clock
    arguments: Sequence[str] = ()
    """Options of this run that the child needs to find the same settings."""
    start: Callable[[Sequence[str]], None] = start_detached

    def __call__(self, connector: str, key: str | None) -> None:
        """Start one renewal, unless one started a moment ago; a renewal that cannot be started is no error."""
        stamp = self.directory / f"{connector.casefold()}.renewal"
        with contextlib.suppress(AwsfedError, OSError):
            private_directory(self.directory)
            with self._alone(connector):
                if self._is_recent(stamp):
                    return
                write_atomic(stamp, f"{self.clock.now():.3f}\n".encode())
                name = ["--key", key] if key else [connector]
                # -P keeps a folder named awsfed in the working directory from being taken for this program
                program = [sys.executable, "-P", "-m", "awsfed", *self.arguments]
                self.start([*program, "credential-process", "--renew", *name])

    def _alone(self, connector: str) -> contextlib.AbstractContextManager[None]:
        return locked(self.directory / f"{connector.casefold()}.renewal-lock", timeout_s=0.0, clock=self.clock)

    def _is_recent(self, stamp: Path) -> bool:
        data = read_private(stamp)
        try:
            return data is not None and 0 <= self.clock.now() - float(data) < APART_S
        except ValueError:
            return False
