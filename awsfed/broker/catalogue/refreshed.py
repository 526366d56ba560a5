"""A catalogue that a server asks: read by a thread of its own, so that a slow source holds up no request."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from awsfed.broker.catalogue.interface import Catalogue, Connectors
from awsfed.errors import CatalogueUnavailable
from awsfed.outside.clock import Clock

FOR_S = 2.0
"""For so long a reading counts, an error too."""
OLDEST_S = 60.0
"""For so long at most an earlier reading stands in for a source that takes its time."""
_PATIENCE_S, _FIRST_PATIENCE_S = 1.0, 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What one reading found, and since when that is known."""

    found: Connectors | Exception
    at: float

    def connectors(self) -> Connectors:
        if isinstance(self.found, Exception):
            raise self.found.with_traceback(None)  # it would grow with everybody who is told
        return self.found


def _behind(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="catalogue", daemon=True).start()


@dataclass(slots=True, kw_only=True)
class RefreshedCatalogue:
    """The Catalogue port over another one, for many threads; the source is read by one at a time.

    Whoever asks waits a moment for a new reading. Where that takes longer, the last one stands in for at most
    OLDEST_S; where it ends in an error, the error counts and nothing stands in for it.
    """

    source: Catalogue
    clock: Clock
    patience_s: float = _PATIENCE_S
    first_patience_s: float = _FIRST_PATIENCE_S
    """How long somebody waits when there is nothing to stand in."""
    behind: Callable[[Callable[[], None]], None] = _behind
    _last: _Reading | None = field(default=None, init=False, repr=False)
    _running: threading.Event | None = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def connectors(self) -> Connectors:
        """Return all connectors, as they are now or were a moment ago; see the port."""
        if (last := self._no_older_than(FOR_S)) is not None:
            return last.connectors()
        running = self._started()
        running.wait(self.patience_s if self._no_older_than(OLDEST_S) else self.first_patience_s)
        if (last := self._no_older_than(OLDEST_S)) is None:
            raise CatalogueUnavailable("the catalogue takes too long to read", hint="try again in a moment")
        return last.connectors()

    def _no_older_than(self, seconds: float) -> _Reading | None:
        last = self._last
        return last if last is not None and self.clock.monotonic() - last.at < seconds else None

    def _started(self) -> threading.Event:
        """Return what is set when the reading that runs now has ended."""
        with self._lock:
            if self._running is not None:
                return self._running
            ended = self._running = threading.Event()
        try:
            self.behind(lambda: self._read(ended))
        except RuntimeError:  # the system gives no more threads; whoever asks next tries again
            self._end(ended)
        return ended

    def _read(self, ended: threading.Event) -> None:
        try:
            found: Connectors | Exception = self.source.connectors()
        except Exception as error:  # noqa: BLE001 - it is for those who wait
            found = error
        self._last = _Reading(found=found, at=self.clock.monotonic())
        self._end(ended)

    def _end(self, reading: threading.Event) -> None:
        with self._lock:
            self._running = None
        reading.set()
