"""What every part stands on: settings, places, clock, retries and the web door."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from awsfed.errors import ConfigError, Refused
from awsfed.launch import cache_directory
from awsfed.model.once import once
from awsfed.outside.clock import Clock, SystemClock
from awsfed.outside.retry import Retries, Wait
from awsfed.settings.load import load
from awsfed.settings.places import state_directory
from awsfed.settings.values import Settings

if TYPE_CHECKING:
    from awsfed.outside.http import HttpClient

INTERACTIVE_S = 120.0
PROCESS_S = 45.0
"""Go and Java stop waiting for a credential process after a minute."""
_READ_S = 10.0
"""The longest silence of a peer."""


def _unseen(_: object) -> None:
    """Show nothing."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What was handed in, and what follows from it alone."""

    environ: Mapping[str, str] = field(repr=False)
    options: Mapping[str, object] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)
    deadline_s: float = INTERACTIVE_S
    is_server: bool = False
    """Whether others are served, on connections that stay open between them."""
    may_unlock: bool = True
    """Whether a locked keyring may ask its owner on the screen."""
    ask_code: Callable[[str], str | None] | None = None
    """Asks the person for the code of an MFA device; None where nobody waits for the answer."""
    show: Callable[[Wait], None] = _unseen
    notice: Callable[[str], None] = _unseen
    """Told what the person may want to know besides the answer."""
    arguments: tuple[str, ...] = ()
    """Global options of this run, for a child that has to find the same settings."""

    @once
    def settings(self) -> Settings:
        """The settings, validated."""
        return load(environ=self.environ, options=self.options)

    def here(self, what: str) -> None:
        """Raise Refused where the settings name a broker elsewhere, to which `what` belongs.

        Whoever has a store is a broker, and may be signed in at it too.
        """
        if self.settings.broker_url and self.settings.server.folder is None:
            raise Refused(
                f"{what} on the machine of the broker, and this one asks the broker at {self.settings.broker_url}",
                hint="run the command there",
            )

    @once
    def state_directory(self) -> Path:
        """Where records live that must outlast a cleaned cache."""
        return state_directory(self.environ)

    @once
    def cache_directory(self) -> Path:
        """Where cached credentials and locks live."""
        directory = cache_directory(self.environ)
        if directory is None:
            raise ConfigError("there is no home folder for a cache", hint="set HOME, or XDG_CACHE_HOME")
        return Path(directory)

    @once
    def retries(self) -> Retries:
        """The schedule of this command."""
        return Retries(
            clock=self.clock,
            retries=self.settings.max_retries,
            deadline_s=self.deadline_s,
            started_at=self.clock.monotonic(),
            show=self.show,
        )

    @once
    def _http(self) -> "dict[str, HttpClient]":
        """The doors to http that were opened, by leg."""
        return {}

    def http(self, leg: str, *, total_s: float | None = None) -> "HttpClient":
        """Return the door to http of one leg; `total_s` is for peers that are given longer than others."""
        from awsfed.outside.http import HttpClient

        if leg not in self._http:
            self._http[leg] = HttpClient(
                environ=self.environ,
                leg=self.settings.legs[leg],
                read_s=total_s or _READ_S,
                total_s=total_s or self.retries.attempt_s,
            )
        return self._http[leg]
