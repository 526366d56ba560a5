"""Whether the server can work: each part is asked, but not for long, and not by everybody."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, field

from awsfed.errors import AwsfedError, Busy
from awsfed.server.shared import Shared

_PATIENCE_S = 3.0
_REMEMBERED_S = 1.0
_OLD_S = 10.0


@dataclass(slots=True)
class Readiness:
    """Whether the server can work; asked once a second at most, however many want to know."""

    shared: Shared
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _asked_at: float | None = None
    _found: dict[str, str] = field(default_factory=dict)
    _running: dict[str, "Future[None]"] = field(default_factory=dict)

    def found(self) -> dict[str, str]:
        """Return `ok` or `unavailable` for each part; whoever does not answer in time is unavailable.

        While one asks, the others are told what was found the last time, unless that was long ago.
        """
        clock = self.shared.serving.clock
        is_old = self._asked_at is None or clock.monotonic() - self._asked_at >= _OLD_S
        if not self._lock.acquire(blocking=is_old):
            return dict(self._found)
        try:
            now = clock.monotonic()
            if self._asked_at is None or now - self._asked_at >= _REMEMBERED_S:
                serving = self.shared.serving
                asked = {name: self._ask(name, probe) for name, probe in serving.probes().items()}
                ends_at = now + _PATIENCE_S
                self._found = {name: self._told(name, one, ends_at - clock.monotonic()) for name, one in asked.items()}
                self._asked_at = clock.monotonic()
            return dict(self._found)
        finally:
            self._lock.release()

    def _ask(self, name: str, probe: Callable[[], None]) -> "Future[None]":
        running = self._running.get(name)
        if running is None or running.done():
            running = self._running[name] = Future()
            thread = threading.Thread(target=_probed, args=(probe, running), name=f"awsfed-probe-{name}", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                running.set_exception(Busy("the system lets the server start no thread"))
        return running

    def _told(self, name: str, asked: "Future[None]", patience_s: float) -> str:
        try:
            asked.result(timeout=max(patience_s, 0.0))
        except TooLate:
            self.shared.log.line("unready", part=name, detail="no answer in time")
        except AwsfedError as error:
            self.shared.log.line("unready", part=name, detail=error.message)
        else:
            return "ok"
        return "unavailable"


def _probed(probe: Callable[[], None], asked: "Future[None]") -> None:
    try:
        probe()
    except Exception as error:  # noqa: BLE001 - whoever waits for it is told
        asked.set_exception(error)
    else:
        asked.set_result(None)
