"""Connections that can be cut off from outside.

A socket timeout begins anew with every byte, so a peer that drips them can hold a reader for ever, in the status
line, in the headers or in the body. A watchdog shuts the socket when the whole exchange has taken too long.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager, ProxyManager

from awsfed.outside.proxies import Proxy

_KEPT = 10
"""Connections to one peer that stay open."""
_current: ContextVar["Watchdog | None"] = ContextVar("_current", default=None)


class Watchdog:
    """Cuts off the connection that this thread uses when an exchange takes too long; a context manager."""

    def __init__(self, seconds: float) -> None:
        self.barked = False
        self._lock = threading.Lock()
        self._sock: Any = None
        self._timer = threading.Timer(seconds, self._bark)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        _current.reset(self._token)
        with self._lock:
            self._sock = None

    def watch(self, sock: Any) -> None:
        """Take a socket under watch in place of the one before."""
        with self._lock:
            self._sock = sock
        if self.barked:
            self._bark()

    def _bark(self) -> None:
        with self._lock:
            self.barked = True
            if self._sock is None:
                return
            bare = getattr(self._sock, "socket", self._sock)  # urllib3's TLS inside TLS wraps another one
            with contextlib.suppress(OSError):
                # The plain shutdown, also for TLS: ssl's own would let a cut-off answer look like a finished one.
                socket.socket.shutdown(bare, socket.SHUT_RDWR)


def _watch(sock: Any) -> None:
    watchdog = _current.get()
    if watchdog is not None and sock is not None:
        watchdog.watch(sock)


class _PlainConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        _watch(sock)
        return sock

    def getresponse(self) -> Any:
        _watch(self.sock)
        return super().getresponse()


class _TlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        _watch(sock)
        return sock

    def _tunnel(self) -> None:
        super()._tunnel()
        watchdog = _current.get()
        if watchdog is not None and watchdog.barked:
            # http.client takes the end of a proxy's answer for the end of its headers.
            raise ConnectionAbortedError

    def getresponse(self) -> Any:
        _watch(self.sock)
        return super().getresponse()


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _PlainPool, "https": _TlsPool}


class Connections:
    """Connections by peer and proxy, kept open between requests.

    Args:
        tls: returns the context of every TLS connection, to a proxy too; called when the first one is needed.
    """

    def __init__(self, tls: Callable[[], ssl.SSLContext]) -> None:
        self._tls = tls
        self._managers: dict[tuple[str, Proxy | None], PoolManager] = {}

    def pool(self, scheme: str, host: str, port: int, proxy: Proxy | None) -> HTTPConnectionPool:
        """Return the connections to a peer, through a proxy or not."""
        manager = self._managers.get((scheme, proxy))
        if manager is None:
            manager = self._managers[scheme, proxy] = self._manager(scheme, proxy)
        return manager.connection_from_host(f"[{host}]" if ":" in host else host, port, scheme)

    def close(self) -> None:
        """Close the connections that are kept open."""
        for manager in self._managers.values():
            manager.clear()

    def _manager(self, scheme: str, proxy: Proxy | None) -> PoolManager:
        secure: dict[str, Any] = {"ssl_context": self._tls()} if scheme == "https" else {}
        if proxy is None:
            manager = PoolManager(maxsize=_KEPT, **secure)
        else:
            headers = {"Proxy-Authorization": proxy.authorization} if proxy.authorization else {}
            manager = ProxyManager(
                proxy.url,
                maxsize=_KEPT,
                proxy_headers=headers,
                proxy_ssl_context=self._tls() if proxy.is_secure else None,
                **secure,
            )
        manager.pool_classes_by_scheme = _POOLS
        return manager
