"""The log: JSON on stderr, one object a line; no secret, no query, no body."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import TextIO

from awsfed.outside.clock import Clock


class Log:
    """Writes lines.

    Args:
        stream: where to.
        clock: tells when.
    """

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock

    def line(self, event: str, **fields: object) -> None:
        """Write one line, in one piece; a log that cannot be written stops nobody."""
        at = datetime.fromtimestamp(self._clock.now(), UTC).isoformat(timespec="milliseconds")
        known = {name: value for name, value in fields.items() if value is not None}
        text = json.dumps({"at": at, "event": event, **known}, separators=(",", ":"), default=str)
        try:
            self._stream.write(f"{text}\n")
            self._stream.flush()
        except (OSError, ValueError):
            return

    def bug(self, error: BaseException, request_id: str) -> None:
        """Write where something unexpected happened, without what it says: that may hold a secret."""
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{frame.filename.rpartition('awsfed/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
        self.line("bug", requestId=request_id, type=type(error).__name__, places=places[-12:])


class Forwarding(logging.Handler):
    """Puts what libraries log into ours, their tracebacks left out."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; the message as it was formatted, its first line only."""
        try:
            text = record.getMessage().partition("\n")[0][:400]
        except (TypeError, ValueError):
            text = "a record that cannot be read"
        self._log.line("library", logger=record.name, level=record.levelname.lower(), message=text)
