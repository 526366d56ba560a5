"""Turns at signing in: of one source so many at once, the others in line, and no line without an end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from awsfed.errors import TooManyAttempts


@dataclass(slots=True)
class _Line:
    places: asyncio.Semaphore
    length: int = 0


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Turns:
    """Lets requests of each source through; every verb is called in the thread of the event loop."""

    at_once: int
    in_line: int
    _lines: dict[str, _Line] = field(default_factory=dict, init=False)
    """By source."""

    @asynccontextmanager
    async def one(self, source: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the block ends; raise TooManyAttempts where the line is too long."""
        line = self._lines.setdefault(source, _Line(asyncio.Semaphore(self.at_once)))
        if line.length >= self.at_once + self.in_line:
            raise TooManyAttempts("too many sign-ins from there at once", hint="try again in a moment", wait_s=1.0)
        line.length += 1
        try:
            async with line.places:
                yield
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[source]
