"""Calls that are made when their time has come, all from one thread: a server makes hundreds of exchanges a second."""

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_MANY = 1000


@dataclass(slots=True, order=True)
class Alarm:
    """One call to come."""

    at: float
    """On the monotonic clock."""
    number: int
    call: Callable[[], None] | None = field(compare=False)

    def cancel(self) -> None:
        """Let it not be made; one that is being made is not held up."""
        self.call = None


class Alarms:
    """Makes calls; threads may share it, and a process that was forked off begins without any."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._begin()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[Alarm] = []
        self._thread: threading.Thread | None = None

    def after(self, seconds: float, call: Callable[[], None]) -> Alarm:
        """Make a call in so many seconds, from the one thread; it must be short and raise nothing."""
        alarm = Alarm(at=time.monotonic() + seconds, number=next(self._numbers), call=call)
        with self._changed:
            self._start()
            heapq.heappush(self._waiting, alarm)
            if len(self._waiting) > _MANY and self._waiting[0].call is None:
                self._waiting = [one for one in self._waiting if one.call is not None]
                heapq.heapify(self._waiting)
            if self._waiting[0] is alarm:
                self._changed.notify()
        return alarm

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="awsfed-alarms", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                while self._waiting and self._waiting[0].call is None:
                    heapq.heappop(self._waiting)
                left = self._waiting[0].at - time.monotonic() if self._waiting else None
                if left is None or left > 0:
                    self._changed.wait(left)
                    continue
                call = heapq.heappop(self._waiting).call
            if call is not None:
                call()


ALARMS = Alarms()
"""Those of this process."""
