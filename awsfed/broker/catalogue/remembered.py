"""A catalogue that was read a moment ago."""

import threading
from dataclasses import dataclass, field

from awsfed.broker.catalogue.interface import Catalogue, Connectors
from awsfed.outside.clock import Clock


@dataclass(slots=True, kw_only=True)
class RememberedCatalogue:
    """The Catalogue port over another one, which is read again after a short while; threads may share it.

    An error is not remembered, and what was read before it does not stand in for it.
    """

    source: Catalogue
    clock: Clock
    for_s: float
    _known: tuple[float, Connectors] | None = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def connectors(self) -> Connectors:
        """Return all connectors, as they are now or were so many seconds ago; see the port."""
        known = self._fresh()
        if known is not None:
            return known
        with self._lock:  # one reads, and the others wait for it
            known = self._fresh()
            if known is None:
                now = self.clock.monotonic()
                self._known = None
                known = self.source.connectors()
                self._known = now, known
        return known

    def _fresh(self) -> Connectors | None:
        known = self._known
        return known[1] if known is not None and self.clock.monotonic() - known[0] < self.for_s else None
