"""Throwing away what ended, now and then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from awsfed.outside.clock import Clock

EVERY_S = 600.0


@dataclass(slots=True, kw_only=True)
class Sweeping:
    """Lets one caller sweep every ten minutes; the others go on."""

    clock: Clock
    _last_at: float | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def now_and_then(self, sweep: Callable[[], object]) -> None:
        """Sweep if it is time."""
        now = self.clock.monotonic()
        with self._lock:
            is_time = self._last_at is None or now - self._last_at >= EVERY_S
            if is_time:
                self._last_at = now
        if is_time:
            sweep()
