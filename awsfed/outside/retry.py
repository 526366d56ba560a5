"""One schedule of retries for everything that is asked over a network.

The delays are those of the vendor app (7 retries fill about a minute), shortened at random by up to a half so that
callers that were throttled together do not return together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from awsfed.errors import Unavailable
from awsfed.outside.clock import Clock

T = TypeVar("T")
DEFAULT_RETRIES = 7
_CEILING_S = 20.0


class Trouble(Enum):
    """Why an attempt failed, as far as the schedule cares."""

    FAILED = "failed"
    THROTTLED = "throttled"


class TryAgain(Unavailable):
    """An attempt failed in a way that another attempt may not.

    Attributes:
        trouble: why, as far as the schedule cares.
        after_s: for how long the peer wants to be left alone; 0 where it did not say.
    """

    def __init__(
        self, message: str, *, hint: str | None = None, trouble: Trouble = Trouble.FAILED, after_s: float = 0.0
    ) -> None:
        super().__init__(message, hint=hint)
        self.trouble = trouble
        self.after_s = after_s


class NotReached(TryAgain):
    """No connection came about, so that nothing can have been done."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wait:
    """One wait before a retry, for whoever wants to show it."""

    whom: str
    trouble: Trouble
    message: str
    """Why the attempt failed."""
    retry: int
    of: int
    seconds: float


def _unseen(wait: Wait) -> None:
    """Show nothing."""


def _chance() -> float:
    from random import random  # in most runs nothing is tried again

    return random()  # noqa: S311 - nobody gains from foreseeing it


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Retries:
    """How often and how long to try; one object for all that one command asks."""

    clock: Clock
    retries: int = DEFAULT_RETRIES
    deadline_s: float = 120.0
    """Seconds from `started_at` within which the last attempt has to be over."""
    attempt_s: float = 15.0
    """How long an attempt may take; no wait begins that would leave less for the one after it."""
    started_at: float = 0.0
    """On the monotonic clock."""
    show: Callable[[Wait], None] = _unseen
    chance: Callable[[], float] = _chance

    def left_s(self) -> float:
        """Return the seconds until the deadline."""
        return self.started_at + self.deadline_s - self.clock.monotonic()

    def run(self, whom: str, attempt: Callable[[], T]) -> T:
        """Call `attempt` until it returns, or raises anything but TryAgain, or no retry is left.

        Raises:
            TryAgain: the last one, when retries or time ran out.
        """
        for retry in range(1, self.retries + 2):
            try:
                return attempt()
            except TryAgain as error:
                seconds = max(delay_s(retry, error.trouble) * (0.5 + self.chance() / 2), error.after_s)
                if retry > self.retries or seconds + self.attempt_s > self.left_s():
                    raise
                self.show(
                    Wait(
                        whom=whom,
                        trouble=error.trouble,
                        message=error.message,
                        retry=retry,
                        of=self.retries,
                        seconds=seconds,
                    )
                )
                self.clock.sleep(seconds)
        raise AssertionError


def delay_s(retry: int, trouble: Trouble) -> float:
    """Return the full delay before retry 1, 2, …: 0.6, 1.2, 2.4 … 20 s, or 0.5, 1, 2 … 20 s after throttling."""
    first = 0.5 if trouble is Trouble.THROTTLED else 0.6
    return min(first * 2.0 ** (retry - 1), _CEILING_S)
