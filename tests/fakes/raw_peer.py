"""A peer on loopback that answers exactly what it is told to, however broken."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

Script = Callable[[socket.socket, threading.Event], None]
_CROWD = {"X-Embedded-Crowd-Version": "Crowd/7.2.2", "Content-Type": "application/json"}


def answer(status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    """Return a well-formed answer."""
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def crowd_answer(entity: Any, status: int = 200) -> bytes:
    """Return an answer as Crowd signs it; bytes go out as they are, anything else as JSON."""
    return answer(status, entity if isinstance(entity, bytes) else json.dumps(entity).encode(), _CROWD)


def drip(head: bytes, drop: bytes = b"x", every_s: float = 0.02) -> Script:
    """Send a beginning, then a little at a time for as long as anybody listens."""

    def script(peer: socket.socket, stopped: threading.Event) -> None:
        peer.sendall(head)
        while not stopped.wait(every_s):
            peer.sendall(drop)

    return script


def silence(peer: socket.socket, stopped: threading.Event) -> None:
    """Never answer."""
    stopped.wait(10)


def hang_up(peer: socket.socket, stopped: threading.Event) -> None:
    """Close the connection instead of an answer."""
    peer.shutdown(socket.SHUT_RDWR)


class RawPeer:
    """Gives one answer after the other, the last one again and again; a context manager.

    One that greets does not wait for a request.

    Attributes:
        requests: what arrived, heads and bodies.
        connections: how many there were.
    """

    def __init__(self, *answers: bytes | Script, tls: ssl.SSLContext | None = None, greet: bool = False) -> None:
        self._answers = list(answers)
        self._tls = tls
        self._greet = greet
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.requests: list[bytes] = []
        self.connections = 0

    @property
    def url(self) -> str:
        """The origin."""
        return f"{'https' if self._tls else 'http'}://{self.place}"

    @property
    def place(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        time.sleep(0)

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with suppress(OSError), peer:
            if self._tls is not None:
                peer = self._tls.wrap_socket(peer, server_side=True, do_handshake_on_connect=False)
            with peer:
                if isinstance(peer, ssl.SSLSocket):
                    peer.do_handshake()
                while request := b"nothing" if self._greet else _read(peer):
                    self.requests.append(request)
                    turn = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                    if isinstance(turn, bytes):
                        peer.sendall(turn)
                    else:
                        turn(peer, self._stopped)
                        return


def _read(peer: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = peer.recv(65_536)
        if not chunk:
            return b""
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    wanted = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < wanted:
        body += peer.recv(65_536)
    return head + b"\r\n\r\n" + body
