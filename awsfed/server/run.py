"""The process: one uvicorn, which stops when it is asked to and lets running requests end."""

import asyncio
import contextlib
import logging
import secrets
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from awsfed.errors import Busy, ConfigError, StoreError
from awsfed.server.app import create_app
from awsfed.server.logs import Forwarding, Log
from awsfed.server.origins import names_of
from awsfed.server.shared import Shared
from awsfed.server.statuses import BadRequest, failure
from awsfed.settings.values import Listening, ServerSettings
from awsfed.version import VERSION
from awsfed.wiring import Wiring
from awsfed.wiring.serving import REQUEST_S, serving

STOP_S = REQUEST_S + 5
"""Within which running requests end; no request takes longer by itself."""
_HEADER_S = 10.0
_HEADER_LIMIT = 16_384
_CONNECTIONS = 2_000
_BACKLOG = 512
_FILES = 2 * _CONNECTIONS
_EVERY_S = 30.0
_STOPPING = (signal.SIGTERM, signal.SIGINT)


def run(wiring: Wiring, stream: TextIO, tell: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `tell` is given the URL as soon as requests are taken.

    Raises:
        Busy: somebody else listens there.
        ConfigError: the address, the certificate or its key cannot be used.
        StoreError, NotFound: the store cannot be used, or there is none.
    """
    settings = wiring.settings.server
    _allow_connections()
    context = tls_context(settings)
    with listening(settings.listen) as listener, serving(wiring) as broker:
        port = listener.getsockname()[1]
        at = Listening(host=settings.listen.host, port=port)
        log = Log(stream, wiring.clock)
        shared = Shared(serving=broker, names=names_of(settings.url, at, tls=context is not None), log=log)
        _forward_libraries(log)
        try:
            asyncio.run(_serve(shared, listener, settings, context, tell))
        finally:
            for number in _STOPPING:
                signal.signal(number, signal.SIG_IGN)  # it ends already, and the end of the trail is still to be signed
            shared.close()


def tls_context(settings: ServerSettings) -> ssl.SSLContext | None:
    """Return how the server proves who it is; None where it listens in plain http. Raises ConfigError."""
    if settings.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    load_certificate(context, settings)
    return context


def load_certificate(context: ssl.SSLContext, settings: ServerSettings) -> None:
    """Read certificate and key; a connection that is made from now on is shown them. Raises ConfigError.

    They are tried apart first: a context that fails to load a pair has lost the one that it had.
    """
    certificate, key = settings.certificate or Path(), settings.certificate_key

    def no_password() -> str:
        raise ConfigError("the private key of the server is encrypted", hint="name one that is not")

    try:
        for one in (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), context):
            one.load_cert_chain(certificate, key, no_password)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or getattr(error, "reason", None) or "not PEM"
        raise ConfigError(
            f"the certificate {certificate} cannot be used with its key: {str(reason).lower().replace('_', ' ')}",
            hint="server.certificate is a file in PEM form; its key is in there too, or in server.certificate_key",
        ) from None


@contextlib.contextmanager
def listening(at: Listening) -> Iterator[socket.socket]:
    """Listen at an address for as long as the block lasts; raise Busy or ConfigError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            at.host, at.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise ConfigError(f"server.listen names {at.host}, which is no address here") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            reason = (error.strerror or "it cannot be used").lower()
            raise Busy(f"cannot listen at {at}: {reason}", hint="choose another with --listen") from error
        yield listener
    finally:
        listener.close()


async def _serve(
    shared: Shared,
    listener: socket.socket,
    settings: ServerSettings,
    context: ssl.SSLContext | None,
    tell: Callable[[str], None],
) -> None:
    server = _Server(
        uvicorn.Config(
            create_app(shared),
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=_BACKLOG,
            limit_concurrency=_CONNECTIONS,
            h11_max_incomplete_event_size=_HEADER_LIMIT,
            timeout_graceful_shutdown=int(STOP_S),
            ssl_context_factory=(lambda *_: context) if context else None,
        )
    )
    loop = asyncio.get_running_loop()
    _stop_by_signals(loop, server.stop)
    caring = loop.create_task(_care(shared, settings, context))

    def started() -> None:
        shared.log.line("started", url=shared.names.url, version=VERSION)
        tell(shared.names.url)

    server.when_started = started
    try:
        await server.serve(sockets=[listener])
    finally:
        caring.cancel()
    shared.log.line("stopped")


def _stop_by_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    """Let signals end the server, until the loop has ended."""

    def heard(*_: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(stop)

    for number in _STOPPING:
        signal.signal(number, heard)


def _allow_connections() -> None:
    """Let this process open as many files as it takes: a limit of 1024, which is usual, is less than our own."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    few, many = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if many == resource.RLIM_INFINITY else min(_FILES, many)
    if few != resource.RLIM_INFINITY and few < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, many))


async def _care(shared: Shared, settings: ServerSettings, context: ssl.SSLContext | None) -> None:
    """Now and then: take up a renewed certificate, and sign the end of the trail."""
    seen = _stamp(settings)
    while True:
        await asyncio.sleep(_EVERY_S)
        with contextlib.suppress(StoreError):
            await asyncio.to_thread(shared.serving.sign)
        now = _stamp(settings)
        if context and now != seen:
            seen = now
            try:
                load_certificate(context, settings)
                shared.log.line("certificate", detail="renewed")
            except ConfigError as error:
                shared.log.line("certificate", detail=error.message)


def _stamp(settings: ServerSettings) -> list[int]:
    """Return something that changes with the files of the certificate."""
    found = []
    for path in (settings.certificate, settings.certificate_key):
        with contextlib.suppress(OSError):
            found += [path.stat().st_mtime_ns] if path else []
    return found


class _Server(uvicorn.Server):
    """Stops when it is told to, and leaves signals to whoever tells it."""

    when_started: Callable[[], None]

    def stop(self) -> None:
        """Take no more requests, and end; asked a second time, do not wait for those that run."""
        self.force_exit = self.should_exit
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: uvicorn would end the process by them, and a server that was stopped ended well."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and tell."""
        await super().startup(sockets)
        if self.started:
            self.when_started()


class _Protocol(H11Protocol):
    """Does not wait for ever for the head of a request."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came, and wait on where the head is not complete."""
        before: Any = self.cycle
        super().data_received(data)
        now: Any = self.cycle  # none before the first request, whatever its type says
        if now is not before:
            self._rest()
        elif now is None or now.response_complete:
            self._wait()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's sentence, in uvicorn's form
        """Answer what is no HTTP in the form of every failure, and hang up."""
        answer = failure(BadRequest("this is no HTTP that can be understood"), secrets.token_hex(8))
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n")
        for name, value in (*answer.raw_headers, (b"connection", b"close")):
            self.transport.write(name + b": " + value + b"\r\n")
        self.transport.write(b"\r\n" + bytes(answer.body))
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._rest()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(_HEADER_S, self._give_up)

    def _rest(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()


def _forward_libraries(log: Log) -> None:
    """Put what uvicorn and others log into our log, and nothing onto the terminal."""
    root = logging.getLogger()
    root.handlers[:] = [Forwarding(log)]
    root.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
