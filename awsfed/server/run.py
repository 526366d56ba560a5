"""The process: one uvicorn, which stops when it is asked to and lets running requests end."""

import asyncio
import contextlib
import functools
import gc
import logging
import os
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import TextIO

import uvicorn
import uvloop

from awsfed.errors import AwsfedError, StoreError
from awsfed.outside.clock import Clock
from awsfed.outside.processors import OneProcessor
from awsfed.server.accepting import Acceptor
from awsfed.server.app import create_app
from awsfed.server.certificate import ShownCertificate, tls_context
from awsfed.server.listening import bound, places
from awsfed.server.logs import Forwarding, Log
from awsfed.server.openings import Openings
from awsfed.server.origins import names_of
from awsfed.server.protocol import Protocol
from awsfed.server.shared import Shared
from awsfed.settings.values import Listening, ServerSettings
from awsfed.version import VERSION
from awsfed.wiring import Wiring
from awsfed.wiring.serving import REQUEST_S, serving

STOP_S = REQUEST_S + 5
"""Within which running requests end; no request takes longer by itself."""
_KEEP_ALIVE_S = 75
"""Longer than load balancers keep a connection, so that none sends a request on one that we are about to close."""
_EVERY_S = 30.0
_NEW_OBJECTS = 10_000
"""Between two searches for dead cycles; our own code leaves none behind a request."""
_CHOOSING_S = 0.1
"""For so long the system may choose another processor."""
_STOPPING = (signal.SIGTERM, signal.SIGINT)


def run(wiring: Wiring, stream: TextIO, tell: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `tell` is given the URL as soon as requests are taken.

    Raises:
        Busy: somebody else listens there.
        ConfigError: the address, the certificate or its key cannot be used.
        StoreError, NotFound: the store cannot be used, or there is none; or the password of the Crowd application.
    """
    settings = wiring.settings.server
    context = tls_context(settings)
    wiring.check_crowd_secret()
    with serving(wiring) as broker, bound(settings.listen) as listener:
        port = listener.getsockname()[1]
        at = Listening(host=settings.listen.host, port=port)
        log = Log(functools.partial(os.write, stream.fileno()), wiring.clock)
        shared = Shared(
            serving=broker,
            names=names_of(settings.url, at, tls=context is not None),
            log=log,
            openings=Openings(places()),
        )
        _forward_libraries(log, wiring.clock)
        try:
            _note_start(shared)
            uvloop.run(_serve(shared, listener, settings, context, tell))
        finally:
            shared.close()
            for number in _STOPPING:
                signal.signal(number, signal.SIG_IGN)  # it ends already, and the end of the trail is still to be signed
            log.close()


def _note_start(shared: Shared) -> None:
    """Write down that the server starts; where that cannot be done, nothing is vended either, until it can."""
    try:
        shared.serving.note_start()
    except StoreError as error:
        shared.log.line("neglected", detail=error.message)


async def _serve(
    shared: Shared,
    listener: socket.socket,
    settings: ServerSettings,
    context: ssl.SSLContext | None,
    tell: Callable[[str], None],
) -> None:
    def started() -> None:
        shared.log.line("started", url=shared.names.url, version=VERSION)
        tell(shared.names.url)

    config = uvicorn.Config(
        create_app(shared),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=int(STOP_S),
    )
    server = _Server(config, listener, shared.openings, context, started)
    loop = asyncio.get_running_loop()
    _collect_often()
    _stop_by_signals(loop, server.stop)
    caring = loop.create_task(_Care(shared, settings, context).take())
    try:
        await server.serve(sockets=[])
    finally:
        caring.cancel()
    shared.log.line("stopped")


def _collect_often() -> None:
    """Look for dead cycles again as programs do that run for long, but not among what was loaded once and for all."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def _stop_by_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    """Let signals end the server, until the loop has ended."""

    def heard(*_: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(stop)

    for number in _STOPPING:
        signal.signal(number, heard)


class _Care:
    """Now and then: tell who found no place, take up a renewed certificate, sign the trail, choose a processor."""

    def __init__(self, shared: Shared, settings: ServerSettings, context: ssl.SSLContext | None) -> None:
        self._shared, self._turned_away, self._processor = shared, 0, OneProcessor()
        self._certificate: ShownCertificate | None = None
        if context:
            self._certificate = ShownCertificate(settings, context, shared.serving.clock, self._tell_of_certificate)

    async def take(self) -> None:
        """Do all of it until the server ends; what fails unexpectedly is done again the next time."""
        while True:
            with self._told():
                self._look_at_certificate()
            self._processor.leave()
            await asyncio.sleep(_CHOOSING_S)
            self._processor.stay()
            await asyncio.sleep(_EVERY_S)
            self._count()
            with self._told():
                await asyncio.to_thread(self._shared.serving.sign)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Let no failure end the care: nobody else would take it from then on."""
        try:
            yield
        except AwsfedError as error:
            self._shared.log.line("neglected", detail=error.message)
        except Exception as error:  # noqa: BLE001 - as unexpected as in a request
            self._shared.log.bug(error, "care")

    def _count(self) -> None:
        turned_away = self._shared.openings.turned_away
        if turned_away != self._turned_away:
            self._shared.log.line("crowded", turnedAway=turned_away - self._turned_away)
            self._turned_away = turned_away

    def _tell_of_certificate(self, detail: str) -> None:
        self._shared.log.line("certificate", detail=detail)

    def _look_at_certificate(self) -> None:
        if self._certificate:
            self._certificate.look()
            self._shared.metrics.certificate_ends_at = self._certificate.ends_at


class _Server(uvicorn.Server):
    """Lets an acceptor of ours accept, stops when it is told to, and leaves signals to whoever tells it."""

    def __init__(
        self,
        config: uvicorn.Config,
        listener: socket.socket,
        openings: Openings,
        context: ssl.SSLContext | None,
        when_started: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._openings, self._when_started = openings, when_started
        self._acceptor = Acceptor(listener, openings, self._protocol, context)

    def _protocol(self) -> Protocol:
        """Return what speaks on one connection."""
        return Protocol(openings=self._openings, config=self.config, server_state=self.server_state, app_state={})

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
            self._acceptor.start()
            self._when_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen no more, and let running requests end."""
        await self._acceptor.close()
        await super().shutdown(sockets)


def _forward_libraries(log: Log, clock: Clock) -> None:
    """Put what uvicorn and others log into our log, and nothing onto the terminal."""
    root = logging.getLogger()
    root.handlers[:] = [Forwarding(log, clock)]
    root.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
