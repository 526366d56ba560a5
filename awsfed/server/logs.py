"""The log: JSON on stderr, one object a line; no secret, no query, no body.

One thread writes, so that whoever reads the log too slowly, or not at all, holds up nobody; lines that find no place
are counted and left out.
"""

import json
import logging
import threading
import traceback
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from awsfed.outside.clock import Clock

_MOST = 10_000
"""Lines that wait to be written."""
_TOGETHER_S = 0.02
"""For so long lines are collected: under load one write is enough for many."""
_END_S = 2.0
_ALIKE_S = 10.0
_FORM = json.JSONEncoder(separators=(",", ":"), default=str)


class Log:
    """Writes lines.

    Args:
        write: takes bytes and returns how many of them it wrote, as `os.write` does; raises OSError.
        clock: tells when.
    """

    def __init__(self, write: Callable[[bytes | memoryview], int], clock: Clock) -> None:
        self._write = write
        self._clock = clock
        self._lines: deque[tuple[float, str, dict[str, object]]] = deque()
        """When, what, and the fields: they become text where many do so in a row."""
        self._dropped = 0
        self._is_broken = False
        self._some, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="awsfed-log", daemon=True)
        self._thread.start()

    def line(self, event: str, **fields: object) -> None:
        """Write one line, in one piece; a log that cannot be written stops nobody."""
        if len(self._lines) >= _MOST:
            self._dropped += 1
            return
        self._lines.append((self._clock.now(), event, fields))
        if not self._some.is_set():
            self._some.set()

    def bug(self, error: BaseException, request_id: str) -> None:
        """Write where something unexpected happened, without what it says: that may hold a secret."""
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{frame.filename.rpartition('awsfed/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
        self.line("bug", requestId=request_id, type=type(error).__name__, places=places[-12:])

    def close(self) -> None:
        """Write what is left, if anybody reads it."""
        self._ended.set()
        self._some.set()
        self._thread.join(_END_S)

    def _text(self, now: float, event: str, fields: Mapping[str, object]) -> str:
        at = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
        known = {name: value for name, value in fields.items() if value is not None}
        return _FORM.encode({"at": at, "event": event, **known})

    def _readable(self, now: float, event: str, fields: Mapping[str, object]) -> str:
        """Return a line, or one that says which could not be written: those behind it still can."""
        try:
            return self._text(now, event, fields)
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it
            return self._text(now, "bug", {"type": type(error).__name__, "places": [f"log: {event}"]})

    def _run(self) -> None:
        while not (self._ended.is_set() and not self._lines):
            self._some.wait()
            self._ended.wait(_TOGETHER_S)
            self._some.clear()
            self._flush()

    def _flush(self) -> None:
        texts = [self._readable(*self._lines.popleft()) for _ in range(len(self._lines))]
        dropped, self._dropped = self._dropped, 0
        if dropped:
            texts.append(self._text(self._clock.now(), "dropped", {"lines": dropped}))
        data = "".join(f"{text}\n" for text in texts).encode("utf-8", "replace")
        if self._is_broken and data:
            data = b"\n" + data  # behind half a line
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._write(rest) :]
                self._is_broken = bool(rest)
        except OSError:
            return


class Forwarding(logging.Handler):
    """Puts what libraries log into ours, their tracebacks left out; what they repeat is written once in a while."""

    def __init__(self, log: Log, clock: Clock) -> None:
        super().__init__(logging.WARNING)
        self._log = log
        self._clock = clock
        self._written_at: dict[tuple[str, int], float] = {}
        self._left_out: Counter[tuple[str, int]] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; the message as it was formatted, its first line only."""
        place, now = (record.pathname, record.lineno), self._clock.monotonic()
        if now - self._written_at.get(place, -_ALIKE_S) < _ALIKE_S:
            self._left_out[place] += 1
            return
        self._written_at[place] = now
        try:
            text = record.getMessage().partition("\n")[0][:400]
        except (TypeError, ValueError):
            text = "a record that cannot be read"
        left_out = self._left_out.pop(place, 0)
        level = record.levelname.lower()
        self._log.line("library", logger=record.name, level=level, message=text, leftOut=left_out or None)
