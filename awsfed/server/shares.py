"""Shares of the threads: one user, whatever they start, leaves enough of them to the others."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from awsfed.errors import Busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Counts the requests of each user that are being answered."""

    most: int
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _running: Counter[str] = field(default_factory=Counter, init=False, repr=False)
    """By the key of the user."""

    @contextmanager
    def one(self, user_key: str) -> Iterator[None]:
        """Run one request of a user; raise Busy where as many are running as one user may have."""
        with self._lock:
            if self._running[user_key] >= self.most:
                raise Busy(f"{self.most} of your requests are being answered", hint="wait for those first")
            self._running[user_key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._running[user_key] -= 1
                if not self._running[user_key]:
                    del self._running[user_key]
