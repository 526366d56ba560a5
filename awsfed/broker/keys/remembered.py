"""A key that is fetched, and kept in memory for as long as it is fresh."""

import threading

from awsfed.broker.keys.interface import AccessKeySource
from awsfed.errors import Unavailable
from awsfed.model.credentials import AccessKey
from awsfed.outside.clock import Clock

_FRESH_S = 300
"""With less life left a key is fetched again; the platforms have new ones by then."""
_FLOOR_S = 60


class RememberedKey:
    """Any source whose keys end; threads may share it."""

    def __init__(self, source: AccessKeySource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: AccessKey | None = None

    @property
    def place(self) -> str:
        """That of the source."""
        return self._source.place

    def load(self) -> AccessKey | None:
        """Return the key of an earlier look while it has five minutes left, or one and no newer; see the port."""
        with self._lock:
            if self._kept is not None and self._left_s(self._kept) > _FRESH_S:
                return self._kept
            try:
                self._kept = self._source.load()
            except Unavailable:
                if self._kept is None or self._left_s(self._kept) < _FLOOR_S:
                    raise
            return self._kept

    def _left_s(self, key: AccessKey) -> float:
        return (key.expires_at or 0) - self._clock.now()
