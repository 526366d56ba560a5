"""The clock door."""

import time
from typing import Protocol


class Clock(Protocol):
    """What the time is, and waiting."""

    def now(self) -> float:
        """Return epoch seconds."""

    def monotonic(self) -> float:
        """Return seconds that only ever grow, for measuring waits."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Return epoch seconds."""
        return time.time()  # noqa: TID251 - this is the door

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)  # noqa: TID251 - this is the door
