"""Renewing behind: a caller has its answer already, and a detached child fetches the next one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from awsfed.outside.clock import Clock
from awsfed.outside.processes import APART_S, StartBehind, start_detached

__all__ = ["APART_S", "RenewBehind"]


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class RenewBehind:
    """Starts renewals, for one connector at most one in `APART_S` seconds."""

    directory: Path
    clock: Clock
    arguments: Sequence[str] = ()
    """Options of this run that the child needs to find the same settings."""
    start: Callable[[Sequence[str]], None] = start_detached

    def __call__(self, connector: str, key: str | None) -> None:
        """Start one renewal, unless one started a moment ago; a renewal that cannot be started is no error."""
        behind = StartBehind(directory=self.directory, clock=self.clock, arguments=self.arguments, start=self.start)
        name = ["--key", key] if key else [connector]
        behind(f"{connector.casefold()}.renewal", ["credential-process", "--renew", *name])
