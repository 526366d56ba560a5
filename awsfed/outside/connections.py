"""Connections: opened, through a proxy or not, through TLS or not, and kept open between exchanges."""

import socket
import weakref
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from awsfed.outside.http_failures import Peer, bad_headers, broken, no_tls_to_proxy, not_connected, refused_by_proxy
from awsfed.outside.http_reading import Incoming, read_head
from awsfed.outside.legs import Leg
from awsfed.outside.lines import Line
from awsfed.outside.proxies import Proxy
from awsfed.version import VERSION

if TYPE_CHECKING:
    import ssl

PORTS = {"https": 443, "http": 80}
"""Where a scheme is spoken usually."""
_SUCCESS = 2
"""What the statuses of a success begin with."""
_KEPT = 200
"""Connections to one origin that stay open, where so many were needed at once."""


class Origin:
    """Host and port that are spoken to, in TLS or not, and the connections to them that wait for an exchange.

    Attributes:
        authority: what stands for both in a request; a usual port is left out where it was not given.
        idle: those connections.
    """

    __slots__ = ("__weakref__", "authority", "host", "idle", "is_tls", "peer", "port", "proxy")

    def __init__(self, host: str, port: int | None, peer: Peer, proxy: Proxy | None, *, is_tls: bool) -> None:
        self.host, self.is_tls, self.peer, self.proxy = host, is_tls, peer, proxy
        self.port = port or PORTS["https" if is_tls else "http"]
        name = f"[{host}]" if ":" in host else host
        self.authority = f"{name}:{port}" if port else name
        self.idle: list[Line] = []
        weakref.finalize(self, hang_up, self.idle)  # nobody has to close what nobody uses any more


class Connections:
    """Connections of one leg.

    Args:
        leg: how its peers are recognised, and what they are shown.
        environ: where certificate bundles are looked up that the leg does not name.
    """

    def __init__(self, leg: Leg, environ: Mapping[str, str]) -> None:
        self._leg = leg
        self._environ = environ
        self._context: ssl.SSLContext | None = None

    def lend(self, origin: Origin, ends_at: float) -> Line:
        """Return a connection for one exchange, which has to be over at a moment of the monotonic clock.

        Raises:
            ConfigError: a certificate bundle or a client certificate cannot be used.
            NotReached: no connection came about.
            TryAgain: it took too long, or broke.
            Unavailable: a certificate is not trusted, there is no TLS, or the proxy refuses.
            ProtocolError: what stands in the place of the proxy speaks something else.
        """
        while origin.idle:
            line = origin.idle.pop()
            if line.is_good():
                return line.begin(ends_at)
            line.close()
        line = Line(self._reached(origin, ends_at), origin.peer, ends_at)
        try:
            self._prepare(line, origin)
        except BaseException:
            line.close()
            raise
        return line

    def take_back(self, origin: Origin, line: Line) -> None:
        """Keep a connection whose exchange is over for the next one."""
        if len(origin.idle) < _KEPT:
            line.rest()
            origin.idle.append(line)
        else:
            line.close()

    def _reached(self, origin: Origin, ends_at: float) -> socket.socket:
        """Return a connection to an origin, or to the proxy before it; each of its addresses gets its time."""
        host, port = (origin.proxy.host, origin.proxy.port) if origin.proxy else (origin.host, origin.port)
        failed: Exception = OSError()
        for family, kind, protocol, _, address in _addresses(host, port, origin.peer):
            left_s = ends_at - monotonic()
            if left_s <= 0:
                break
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(min(left_s, origin.peer.connect_s))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                sock.close()
                failed = error
            else:
                return sock
        raise not_connected(failed, origin.peer) from None

    def _prepare(self, line: Line, origin: Origin) -> None:
        """Get past the proxy, and into TLS."""
        if origin.proxy is not None:
            if origin.proxy.is_secure:
                self._through_tls(line, origin.proxy.host, is_proxy=True)
            _tunnel(line, origin, origin.proxy)
        if origin.is_tls:
            self._through_tls(line, origin.host)

    def _through_tls(self, line: Line, host: str, *, is_proxy: bool = False) -> None:
        try:
            line.through_tls(self._tls(), host)
        except TimeoutError as error:
            raise line.too_late() from error
        except OSError as error:
            raise (no_tls_to_proxy if is_proxy else broken)(error, line.peer) from None

    def _tls(self) -> "ssl.SSLContext":
        if self._context is None:
            from awsfed.outside.trust import tls_context

            self._context = tls_context(self._leg, self._environ)
        return self._context


def hang_up(lines: list[Line]) -> None:
    """Close connections that wait for an exchange."""
    while lines:
        lines.pop().close()


def _addresses(host: str, port: int, peer: Peer) -> Sequence[tuple[int, int, int, str, tuple[Any, ...]]]:
    try:
        # As bytes, if that can be: for text Python loads tables of the letters of the whole world.
        return socket.getaddrinfo(host.encode() if host.isascii() else host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise not_connected(error, peer) from None


def _tunnel(line: Line, origin: Origin, proxy: Proxy) -> None:
    """Let the proxy connect us; raise what it refuses with, and ProtocolError where it speaks before the other end."""
    place = f"{f'[{origin.host}]' if ':' in origin.host else origin.host}:{origin.port}"
    login = f"Proxy-Authorization: {proxy.authorization}\r\n" if proxy.authorization else ""
    line.send(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\nUser-Agent: awsfed/{VERSION}\r\n{login}\r\n".encode())
    incoming = Incoming(line)
    status = read_head(incoming).status
    if status // 100 != _SUCCESS:
        raise refused_by_proxy(status, line.peer)
    if incoming.has_more:
        raise bad_headers(line.peer)
