"""Connections from the moment they are accepted: counted, given to a protocol, and closed."""

import asyncio
import contextlib
import errno
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import uvloop
from fakes.certificates import write_certificate

from awsfed.server.accepting import Acceptor
from awsfed.server.openings import Counted, Openings

Scene = Callable[[Acceptor, Openings], Awaitable[None]]


class Failing(socket.socket):
    """A listener that fails as it is told to."""

    failures: list[OSError]

    def accept(self) -> tuple[socket.socket, Any]:
        """Fail, or accept."""
        if self.failures:
            raise self.failures.pop(0)
        return super().accept()


class Speaker(asyncio.Protocol):
    """Says what it takes the peer for, and hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Speak."""
        speaking = cast("asyncio.Transport", transport)
        ends = speaking.get_extra_info("peername"), speaking.get_extra_info("sockname")
        speaking.write(repr(ends).encode())
        speaking.close()


@pytest.fixture(params=["127.0.0.1", "::1"])
def listener(request: pytest.FixtureRequest) -> Iterator[Failing]:
    """A listener at a free port."""
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with Failing(family, socket.SOCK_STREAM) as listener:
        listener.failures = []
        listener.bind((request.param, 0))
        yield listener


def play(listener: Failing, scene: Scene, context: ssl.SSLContext | None = None) -> None:
    """Let an acceptor accept while a scene is played."""

    async def played() -> None:
        openings = Openings(10)
        acceptor = Acceptor(listener, openings, Speaker, context)
        acceptor.start()
        try:
            async with asyncio.timeout(20):
                await scene(acceptor, openings)
        finally:
            if listener.fileno() >= 0:
                await acceptor.close()

    uvloop.run(played())


async def heard(listener: Failing, **more: Any) -> tuple[str, str]:
    """Return what a speaker says, and what it should say."""
    host, port = listener.getsockname()[:2]
    reader, writer = await asyncio.open_connection(host, port, **more)
    with contextlib.closing(writer):
        ends = writer.get_extra_info("sockname"), writer.get_extra_info("peername")
        return (await reader.read()).decode(), repr(ends)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(500):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError


def test_a_connection_counts_until_it_is_closed(listener: Failing) -> None:
    """Under the address that its protocol knows it by: that is how it is found later."""

    async def scene(_: Acceptor, openings: Openings) -> None:
        said, expected = await heard(listener)
        assert expected == said
        await until(lambda: not openings._waiting)

    play(listener, scene)


def test_one_port_of_a_peer_may_stand_for_several_connections() -> None:
    """Each to another place of this machine: none is forgotten for another one's end."""
    openings, accepted = Openings(10), list[Counted]()
    with contextlib.ExitStack() as held:
        for _ in range(3):
            listener = held.enter_context(socket.create_server(("127.0.0.1", 0)))
            peer = held.enter_context(socket.socket())
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            peer.bind(("127.0.0.1", accepted[0].getpeername()[1] if accepted else 0))
            peer.connect(listener.getsockname())
            accepted.append(held.enter_context(Counted(*listener.accept(), openings)))
        assert 1 == len({one.getpeername() for one in accepted})
        assert accepted == list(openings._waiting.values())
        accepted[0].close()
        assert accepted[1:] == list(openings._waiting.values())


def test_a_connection_with_tls_counts_before_it_has_any(listener: Failing, tmp_path: Path) -> None:
    """Whoever says nothing holds a place, and loses it when the server stops."""
    bundle, _ = write_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(bundle, tmp_path / "private.pem")
    trusting = ssl.create_default_context(cafile=str(bundle))

    async def scene(acceptor: Acceptor, openings: Openings) -> None:
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        await until(lambda: len(openings._waiting) == 1)
        said, expected = await heard(listener, ssl=trusting, server_hostname="127.0.0.1")
        assert expected == said
        await until(lambda: len(openings._waiting) == 1)
        await acceptor.close()
        await until(lambda: not openings._waiting)
        with contextlib.suppress(ConnectionError), contextlib.closing(writer):
            assert b"" == await reader.read()

    play(listener, scene, context)


@pytest.mark.parametrize(
    ("failure", "least_s"), [(OSError(errno.EMFILE, "files"), 0.9), (ConnectionAbortedError(), 0.0)]
)
def test_trouble_with_one_connection_is_not_the_end(listener: Failing, failure: OSError, least_s: float) -> None:
    """Without files the next try comes a second later; whoever has gone again keeps nobody waiting."""
    listener.failures = [failure]

    async def scene(_: Acceptor, openings: Openings) -> None:
        began = time.monotonic()
        said, expected = await heard(listener)
        assert expected == said
        assert least_s <= time.monotonic() - began < least_s + 1

    play(listener, scene)


def test_a_stop_during_such_a_pause_is_a_stop(listener: Failing) -> None:
    """Nobody is accepted afterwards."""
    listener.failures = [OSError(errno.ENFILE, "files")]

    place = listener.getsockname()[:2]

    async def scene(acceptor: Acceptor, openings: Openings) -> None:
        with socket.create_connection(place) as waiting:
            await until(lambda: not listener.failures)
            await acceptor.close()
            await asyncio.sleep(1.1)
            waiting.setblocking(False)
            with pytest.raises(ConnectionError):
                waiting.recv(1)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place)

    play(listener, scene)
