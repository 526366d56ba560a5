"""Connections that can be cut off from outside.

A socket timeout begins anew with every byte, so a peer that drips them can hold a reader for ever, in the status
line, in the headers or in the body. A watchdog shuts the socket when the whole exchange has taken too long.
"""

import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self
from urllib.parse import SplitResult

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager, ProxyManager
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry
from urllib3.util.timeout import Timeout

from awsfed.outside.alarms import ALARMS
from awsfed.outside.legs import Leg
from awsfed.outside.proxies import Proxy, proxy_on
from awsfed.outside.trust import tls_context

# urllib3 writes whole URLs into its log, queries and the tokens in them included.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)

_ONCE = Retry(False, redirect=False)
_KEPT = 200
"""Connections to one peer that stay open, where so many were needed at once."""
_current: ContextVar["Watchdog | None"] = ContextVar("_current", default=None)


class Watchdog:
    """Cuts off the connection that this thread uses when an exchange takes too long; a context manager."""

    def __init__(self, seconds: float) -> None:
        self.barked = False
        self._lock = threading.Lock()
        self._sock: Any = None
        self._seconds = seconds

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        self._alarm = ALARMS.after(self._seconds, self._bark)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._alarm.cancel()
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
    """Connections of one leg, kept open between requests.

    Args:
        leg: how its peers are reached and recognised.
        environ: where proxies and certificate bundles are looked up that the leg does not name.
    """

    def __init__(self, leg: Leg, environ: Mapping[str, str]) -> None:
        self._leg = leg
        self._environ = environ
        self._managers: dict[Proxy | None, PoolManager] = {}
        self._context: ssl.SSLContext | None = None

    def proxy(self, url: SplitResult) -> Proxy | None:
        """Return the proxy that leads to a URL; raise ConfigError where it cannot be used."""
        return proxy_on(self._leg, url.scheme, url.hostname or "", self._environ)

    def send(
        self, method: str, url: SplitResult, headers: Mapping[str, str], body: Any, *, timeout_s: tuple[float, float]
    ) -> BaseHTTPResponse:
        """Make one request, once, and return the answer with its body still to be read; raise urllib3's errors.

        Raises:
            ConfigError: the proxy, a certificate bundle or a client certificate cannot be used.
        """
        host = url.hostname or ""
        pool = self._manager(self.proxy(url)).connection_from_host(
            f"[{host}]" if ":" in host else host, url.port, url.scheme, self._tls() if url.scheme == "https" else None
        )
        return pool.urlopen(
            method,
            (url.path or "/") + (f"?{url.query}" if url.query else ""),
            body=body,
            headers=headers,
            retries=_ONCE,
            redirect=False,
            assert_same_host=False,
            timeout=Timeout(connect=timeout_s[0], read=timeout_s[1]),
            preload_content=False,
            decode_content=False,
        )

    def close(self) -> None:
        """Close the connections that are kept open."""
        for manager in self._managers.values():
            manager.clear()

    def _tls(self) -> dict[str, Any]:
        if self._context is None:
            self._context = tls_context(self._leg, self._environ)
        return {"ssl_context": self._context}

    def _manager(self, proxy: Proxy | None) -> PoolManager:
        manager = self._managers.get(proxy)
        if manager is None:
            manager = self._managers[proxy] = PoolManager(maxsize=_KEPT) if proxy is None else self._through(proxy)
            manager.pool_classes_by_scheme = _POOLS
        return manager

    def _through(self, proxy: Proxy) -> ProxyManager:
        return ProxyManager(
            proxy.url,
            maxsize=_KEPT,
            proxy_headers={"Proxy-Authorization": proxy.authorization} if proxy.authorization else {},
            proxy_ssl_context=self._tls()["ssl_context"] if proxy.is_secure else None,
        )
