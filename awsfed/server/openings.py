"""The connections of a server: so many at most, and whoever keeps us waiting gives way to whoever comes.

A connection counts from the moment it is accepted, before there is any TLS on it. Everything here happens in the one
thread of the event loop.
"""

import contextlib
import socket
from typing import Any

Address = tuple[Any, ...]
Ends = tuple[Address, Address]
"""A connection, by what `socket.getpeername` and `socket.getsockname` say of it."""


class Openings:
    """Knows every open connection by its two ends: a peer may use one port for connections to several addresses.

    Args:
        most: how many there may be.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: dict[Ends, socket.socket] = {}
        """Those that owe us something: a handshake, a request, or reading what we sent; the oldest first."""
        self._working: dict[Ends, socket.socket] = {}
        """Those that we owe an answer."""
        self.turned_away = 0
        """How many had to go for want of place."""

    def opened(self, ends: Ends, sock: socket.socket) -> None:
        """Take in a connection; somebody else has to go where there is no place, or else this one."""
        self._waiting[ends] = sock
        if len(self._waiting) + len(self._working) > self._most:
            self.turned_away += 1
            oldest = next(iter(self._waiting))
            with contextlib.suppress(OSError):  # it is closed when the event loop hears of this
                self._waiting.pop(oldest).shutdown(socket.SHUT_RDWR)

    def works(self, ends: Ends) -> None:
        """Note that a request is complete: from here on nobody has to go."""
        if sock := self._waiting.pop(ends, None):
            self._working[ends] = sock

    def waits(self, ends: Ends) -> None:
        """Note that it is the peer's turn again."""
        if sock := self._working.pop(ends, None):
            self._waiting[ends] = sock

    def closed(self, ends: Ends) -> None:
        """Forget a connection."""
        self._waiting.pop(ends, None)
        self._working.pop(ends, None)


class Counted(socket.socket):
    """A connection that was accepted, and counts until it is closed, or handed over to whoever closes it."""

    def __init__(self, bare: socket.socket, address: Address, openings: Openings) -> None:
        super().__init__(bare.family, bare.type, bare.proto, fileno=bare.detach())
        self._ends, self._openings = (address, self.getsockname()), openings
        self.setblocking(False)
        openings.opened(self._ends, self)

    def close(self) -> None:
        """Close it."""
        self._openings.closed(self._ends)
        super().close()

    def detach(self) -> int:
        """Hand it over: so does an event loop that closes it by itself."""
        self._openings.closed(self._ends)
        return super().detach()
