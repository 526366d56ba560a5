"""Runs a WSGI application on a loopback port, in a thread of this process."""

import socket
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import WSGIRequestHandler, make_server

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class QuietHandler(WSGIRequestHandler):
    """Keeps the connection open between requests and writes no access log."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own name
        """Write nothing: addresses and paths may hold tokens."""


class LoopbackServer:
    """A WSGI application on 127.0.0.1; a context manager that stops it at the end."""

    def __init__(self, application: WsgiApplication, port: int = 0) -> None:
        """Bind at once; port 0 takes any free port. Raises OSError when the port is taken."""
        with socket.create_server(("127.0.0.1", port)) as listening:
            # werkzeug would print and exit where a port is taken; it makes a descriptor of its own from this one
            self._server = make_server(
                "127.0.0.1", port, application, threaded=True, request_handler=QuietHandler, fd=listening.fileno()
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The origin, such as `http://127.0.0.1:41234`, without a final slash."""
        return f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
