"""Lines: single connections, on which every wait is cut to what is left of its exchange.

A socket's own timeout begins anew with every byte, so a peer that drips them could hold a reader for ever.
"""

import select
import socket
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from awsfed.errors import AwsfedError
from awsfed.outside.http_failures import Peer, broken, is_hung_up, silent, too_slow
from awsfed.outside.retry import TryAgain

if TYPE_CHECKING:
    import ssl

_PIECE = 65_536
_KEPT_S = 60.0
"""An idle connection is good for so long: what is on the way forgets it without telling."""


class Line:
    """One open connection, which belongs to one exchange at a time.

    Args:
        sock: a socket, or what stands for one.
        peer: who is at the other end.
        ends_at: the moment of the monotonic clock when the exchange has to be over.
    """

    __slots__ = ("_ends_at", "_is_nested", "_looks", "_patience_s", "_sock", "_used_at", "peer")

    def __init__(self, sock: Any, peer: Peer, ends_at: float) -> None:
        self._sock, self._ends_at = sock, ends_at
        self.peer = peer
        self._used_at = 0.0
        self._patience_s = 0.0
        self._is_nested = False
        """Whether TLS goes through other TLS, which counts the time from each call on."""
        self._looks: Callable[[], object] | None = None

    def begin(self, ends_at: float) -> Self:
        """Take up an exchange."""
        self._ends_at = ends_at
        return self

    def rest(self) -> None:
        """Note that an exchange is over."""
        self._used_at = monotonic()

    def is_good(self) -> bool:
        """Tell whether another exchange may begin: the peer has not hung up since, and said nothing unasked."""
        if monotonic() - self._used_at > _KEPT_S:
            return False
        if self._looks is None:
            self._looks = _look_at(_bare(self._sock))
        try:
            return not self._looks()
        except (OSError, ValueError):  # ValueError: it is closed
            return False

    def send(self, data: bytes) -> None:
        """Send everything; raise TryAgain, or what else `broken` says."""
        try:
            self._wait_no_longer()
            self._sock.sendall(data)
        except OSError as error:
            if not is_hung_up(error):  # else it may have answered before, or said why it hangs up
                raise self._failure(error) from None

    def receive(self) -> bytes:
        """Return what came, nothing where the peer has ended; raise TryAgain, or what else `broken` says."""
        try:
            self._wait_no_longer()
            data: bytes = self._sock.recv(_PIECE)
        except OSError as error:
            raise self._failure(error) from None
        return data

    def through_tls(self, context: "ssl.SSLContext", host: str) -> None:
        """Begin TLS with a host at the other end, inside of TLS where that is spoken already; raise OSError."""
        self._sock.settimeout(self._left())
        self._patience_s = 0.0
        if not hasattr(self._sock, "context"):
            self._sock = context.wrap_socket(self._sock, server_hostname=host, suppress_ragged_eofs=False)
            return
        from urllib3.util.ssltransport import SSLTransport

        outer: Any = _Outer(self._sock, self._left())
        self._is_nested = True
        self._sock = SSLTransport(outer, context, host, suppress_ragged_eofs=False)

    def too_late(self) -> TryAgain:
        """Return the error for a wait that ended without a result."""
        return too_slow(self.peer) if self._ends_at <= monotonic() else silent(self.peer)

    def close(self) -> None:
        """Hang up."""
        self._sock.close()

    def _left(self) -> float:
        left = self._ends_at - monotonic()
        if left <= 0:
            raise too_slow(self.peer)
        return left

    def _wait_no_longer(self) -> None:
        """Let the next wait be over in time; the system is told only where that changes."""
        patience_s = min(self._left(), self.peer.read_s)
        if patience_s != self._patience_s or self._is_nested:
            self._sock.settimeout(patience_s)
            self._patience_s = patience_s

    def _failure(self, error: OSError) -> AwsfedError:
        return self.too_late() if isinstance(error, TimeoutError) else broken(error, self.peer)


class _Outer:
    """TLS that other TLS goes through: waits no longer for many pieces than it may for one."""

    def __init__(self, sock: "ssl.SSLSocket", left_s: float) -> None:
        self.bare = sock
        self.settimeout(left_s)

    def settimeout(self, seconds: float) -> None:
        """Let waits end in so many seconds."""
        self._ends_at = monotonic() + seconds

    def recv(self, size: int) -> bytes:
        """Return what came."""
        self.bare.settimeout(self._left())
        return self.bare.recv(size)

    def sendall(self, data: bytes) -> None:
        """Send everything."""
        self.bare.settimeout(self._left())
        self.bare.sendall(data)

    def close(self) -> None:
        """Hang up."""
        self.bare.close()

    def _left(self) -> float:
        left = self._ends_at - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _look_at(sock: socket.socket) -> Callable[[], object]:
    """Return what tells whether anything came: past TLS, which cannot look without taking."""
    if not hasattr(select, "poll"):  # Windows, where the other call takes any number of sockets
        return lambda: select.select([sock], [], [], 0)[0]
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return lambda: poll.poll(0)


def _bare(sock: Any) -> socket.socket:
    """Return the socket under one layer of TLS or two."""
    inner: _Outer | None = getattr(sock, "socket", None)
    return sock if inner is None else inner.bare
