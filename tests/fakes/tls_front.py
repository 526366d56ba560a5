"""TLS before a plain server on loopback, for those who show a certificate of the right authority."""

import contextlib
import socket
import ssl
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fakes.authority import Identity


class TlsFront:
    """Passes bytes on; a context manager.

    Args:
        plain_port: of the server behind it.
        server: what it shows.
        client_authority: who signs for its clients.
        hears_out: whether it reads on after it refused somebody. Who hangs up over what was not read may take back
            what was said last, for proxies at least.

    Attributes:
        clients: the names in the certificates that were shown.
        refused: how many came without one, or with another.
    """

    def __init__(self, plain_port: int, server: Identity, client_authority: Path, *, hears_out: bool = True) -> None:
        self._plain_port, self._hears_out = plain_port, hears_out
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(server.certificate, server.key)
        self._tls.load_verify_locations(client_authority)
        self._tls.verify_mode = ssl.CERT_REQUIRED
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.clients: list[str] = []
        self.refused = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    def forget(self) -> None:
        """Begin anew."""
        self.clients.clear()
        self.refused = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                bare, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(bare,), daemon=True).start()

    def _serve(self, bare: socket.socket) -> None:
        bare.settimeout(20)
        with self._tls.wrap_socket(bare, server_side=True, do_handshake_on_connect=False) as peer:
            try:
                peer.do_handshake()
            except OSError:
                if self._hears_out:
                    _hear_out(peer)
                self.refused += 1
                return
            with socket.create_connection(("127.0.0.1", self._plain_port)) as plain:
                shown: Any = peer.getpeercert()
                self.clients.append(dict(pair[0] for pair in shown["subject"])["commonName"])
                # Both directions at once on one TLS socket: each has a thread of its own.
                back = threading.Thread(target=_pass_on, args=(plain, peer), daemon=True)
                back.start()
                _pass_on(peer, plain)
                back.join(20)


def _hear_out(peer: socket.socket) -> None:
    peer.settimeout(2)
    with contextlib.suppress(OSError):
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(65_536):
            pass


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(65_536):
            target.sendall(chunk)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
