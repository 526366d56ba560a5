"""A clock that moves only when somebody waits or a test says so."""


class FakeClock:
    """Both of its hands move together."""

    def __init__(self, now: float = 1_750_000_000.0) -> None:
        self._now = now
        self._monotonic = 1_000.0
        self.waits: list[float] = []

    def now(self) -> float:
        """Return epoch seconds."""
        return self._now

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        return self._monotonic

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.waits.append(seconds)
        self.advance(seconds)

    def set(self, seconds: float) -> None:
        """Move the one hand that people set."""
        self._now += seconds

    def advance(self, seconds: float) -> None:
        """Move both hands."""
        self._now += seconds
        self._monotonic += seconds
