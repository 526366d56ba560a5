"""Accepting connections: each counts from the moment it is accepted, before there is any TLS on it."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable

from awsfed.server.openings import Counted, Openings

_BACKLOG = 512
"""Connections that wait to be accepted."""
_PAUSE_S = 1.0
"""After the system had no file left for another connection."""


class Acceptor:
    """Accepts connections for the event loop that runs, and lets a protocol speak on each.

    Args:
        listener: where they come from; it is closed with the acceptor.
        openings: counts them.
        protocol: makes what speaks on one.
        context: of TLS; None for plain http.
    """

    def __init__(
        self,
        listener: socket.socket,
        openings: Openings,
        protocol: Callable[[], asyncio.Protocol],
        context: ssl.SSLContext | None,
    ) -> None:
        self._listener, self._openings = listener, openings
        self._protocol, self._context = protocol, context
        self._loop = asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Listen from here on."""
        self._listener.setblocking(False)
        self._listener.listen(_BACKLOG)
        self._wait()

    async def close(self) -> None:
        """Listen no more, and hang up on those who are not through with TLS."""
        self._stop_waiting()
        self._listener.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _wait(self) -> None:
        self._loop.add_reader(self._listener, self._accept)

    def _stop_waiting(self) -> None:
        self._loop.remove_reader(self._listener)
        if self._pause is not None:
            self._pause.cancel()

    def _accept(self) -> None:
        """Accept all who wait, before any of them is answered: who came last may need a place the most."""
        for _ in range(_BACKLOG):
            try:
                bare, address = self._listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionError:  # whoever came has gone again
                continue
            except OSError:
                self._stop_waiting()
                self._pause = self._loop.call_later(_PAUSE_S, self._wait)
                return
            task = self._loop.create_task(self._begin(Counted(bare, address, self._openings)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _begin(self, sock: Counted) -> None:
        with contextlib.suppress(OSError, TimeoutError):  # no TLS came about, and the event loop has closed it
            await self._loop.connect_accepted_socket(self._protocol, sock, ssl=self._context)
