"""A very small http server for loopback: one path, one method, one caller who knows the token.

Written by hand instead of on `http.server`, because every limit is meant to be seen: the head of a request has a size
and a deadline as a whole, and when too many connections are open the oldest has to go, so whoever is slow on purpose
keeps nobody else from an answer. It says nothing about itself and writes no log.
"""

import hmac
import re
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from awsfed.model.secret import Secret

ADDRESS = "127.0.0.1"
"""As a number: some SDKs accept no name here, and IPv6 not everywhere."""
PATH = "/credentials"
_HEAD_LIMIT = 8192
_LEAVE_DEADLINE_S = 1.0
_OPEN_LIMIT = 256
_PAUSE_S = 0.1
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*")
_REASONS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    503: "Service Unavailable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a request is answered with."""

    status: int
    body: bytes = field(repr=False)


class LoopbackServer:
    """Answers whoever brings the token.

    Attributes:
        port: where it listens; known from the beginning.
    """

    def __init__(
        self,
        answer: Callable[[], Reply],
        refuse: Callable[[int, str], Reply],
        *,
        token: Secret,
        port: int = 0,
        head_deadline_s: float = 5.0,
    ) -> None:
        """Take the port; `answer` serves who may ask and must not block, `refuse` words a status for all others.

        Raises:
            OSError: the port is taken or not allowed.
        """
        self._answer = answer
        self._refuse = refuse
        self._token = token.reveal().encode("ascii")
        self._head_deadline_s = head_deadline_s
        self._listener = socket.create_server((ADDRESS, port), backlog=1024)
        self.port: int = self._listener.getsockname()[1]
        self._host = f"{ADDRESS}:{self.port}".encode("ascii")
        self._stopped = threading.Event()
        self._guard = threading.Lock()
        self._open: dict[socket.socket, None] = {}  # in the order of their arrival

    def start(self) -> None:
        """Serve from now on, in threads that do not keep the process alive."""
        threading.Thread(target=self._listen, name="awsfed-endpoint", daemon=True).start()

    def stop(self) -> None:
        """Serve no more and give the port back."""
        self._stopped.set()
        with suppress(OSError):  # closing a socket does not everywhere wake the thread that waits on it
            socket.create_connection((ADDRESS, self.port), timeout=1).close()
        self._listener.close()

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:  # too many open files, or the caller is gone already
                self._stopped.wait(_PAUSE_S)
                continue
            self._admit(peer)
            try:
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()
            except RuntimeError:  # no more threads
                self._forget(peer)

    def _admit(self, peer: socket.socket) -> None:
        with self._guard:
            self._open[peer] = None
            oldest = next(iter(self._open)) if len(self._open) > _OPEN_LIMIT else None
            if oldest is not None:
                del self._open[oldest]
        if oldest is not None:
            with suppress(OSError):
                oldest.shutdown(socket.SHUT_RDWR)

    def _forget(self, peer: socket.socket) -> None:
        with self._guard:
            self._open.pop(peer, None)
        peer.close()

    def _serve(self, peer: socket.socket) -> None:
        try:
            head = _head(peer, self._head_deadline_s)
            if head is not None:
                reply = self._reply(head)
                peer.sendall(_rendered(reply, with_body=not head.startswith(b"HEAD ")))
                _take_leave(peer)
        except OSError:
            pass  # the caller is gone or too slow; there is nobody to tell
        finally:
            self._forget(peer)

    def _reply(self, head: bytes) -> Reply:
        request = _parse(head)
        if request is None:
            return self._refuse(400, "this is not a request that is understood here")
        if request.method != b"GET":
            return self._refuse(405, "only GET is answered here")
        if problem := self._problem(request.headers):
            return self._refuse(403, problem)
        if request.target != PATH.encode("ascii"):
            return self._refuse(404, "there is nothing at this path")
        return self._answer()

    def _problem(self, headers: Mapping[bytes, bytes]) -> str | None:
        """Return why a caller is none of ours: a page that a browser was led here by, a proxy, a stranger."""
        if headers.get(b"host") != self._host:
            return "the Host header is not the address of this endpoint"
        if any(name == b"forwarded" or name.startswith(b"x-forwarded-") for name in headers):
            return "forwarded requests are not answered"
        if not hmac.compare_digest(headers.get(b"authorization", b""), self._token):
            return "the Authorization header is missing or wrong"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    method: bytes
    target: bytes
    headers: dict[bytes, bytes] = field(repr=False)


def _head(peer: socket.socket, deadline_s: float) -> bytes | None:
    """Return everything up to the empty line, b"" when it is too long, or None when the caller left early.

    Raises:
        TimeoutError: it did not come within the deadline, however lively its drops.
    """
    deadline = monotonic() + deadline_s
    data = bytearray()
    while (end := data.find(b"\r\n\r\n")) < 0:
        if len(data) > _HEAD_LIMIT:
            return b""
        left_s = deadline - monotonic()
        if left_s <= 0:
            raise TimeoutError
        peer.settimeout(left_s)
        chunk = peer.recv(4096)
        if not chunk:
            return None
        data += chunk
    return bytes(data[:end])


def _parse(head: bytes) -> _Request | None:
    """Return a request, or None for anything unusual: a second header of a name, a folded line, a body."""
    first, *lines = head.split(b"\r\n")
    words = first.split(b" ")
    if len(words) != 3 or words[2] not in {b"HTTP/1.1", b"HTTP/1.0"} or not words[0].isalpha():  # noqa: PLR2004 - method, target, version
        return None
    headers: dict[bytes, bytes] = {}
    for line in lines:
        match = _HEADER.fullmatch(line)
        name = match[1].lower() if match else b""
        if match is None or name in headers:
            return None
        headers[name] = match[2]
    if headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers:
        return None
    return _Request(method=words[0], target=words[1], headers=headers)


def _rendered(reply: Reply, *, with_body: bool) -> bytes:
    lines = [
        f"HTTP/1.1 {reply.status} {_REASONS[reply.status]}",
        "Content-Type: application/json",
        f"Content-Length: {len(reply.body)}",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    if reply.status == 405:  # noqa: PLR2004 - the one status that has to say what would do
        lines.append("Allow: GET")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + (reply.body if with_body else b"")


def _take_leave(peer: socket.socket) -> None:
    """Let the caller read the answer: to close with something unread would take it back from them."""
    peer.shutdown(socket.SHUT_WR)
    deadline = monotonic() + _LEAVE_DEADLINE_S
    while (left_s := deadline - monotonic()) > 0:
        peer.settimeout(left_s)
        if not peer.recv(4096):
            return
