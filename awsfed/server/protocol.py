"""One connection of HTTP: who may keep it for how long, and what becomes of it when they take longer.

Heads have ten seconds to come, and answers half a minute to be read. What is no HTTP gets the form of every failure.
"""

import asyncio
import secrets
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from awsfed.server.front import BODY_LIMIT, HEAD_LIMIT, NOTED, TARGET, WHOLE
from awsfed.server.openings import Openings
from awsfed.server.statuses import BadRequest, failure

_HEAD_S = 10.0
_READING_S = 30.0
_GOODBYE_S = 3.0
"""For so long a server that stops waits for a peer that owes it nothing but the end of TLS."""
_RAW_BODY = 2 * BODY_LIMIT
"""Bytes in which a body may come, the sizes of its chunks and what stands behind it included."""
_PIPELINED = 16
"""Requests on one connection that wait for those before them."""


class Protocol(HttpToolsProtocol):
    """uvicorn's, with an end to all that could take for ever."""

    def __init__(self, *, openings: Openings, **more: Any) -> None:
        super().__init__(**more)
        self._openings = openings
        self._bare: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._head_size = self._body_size = 0
        self._receiving: Any = None
        """The cycle of a request whose body has not come to its end."""
        self._is_last = False
        """Whether nothing that comes now is a request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._bare = transport
        self._ends = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        self.transport = _Leaving(transport, self)  # type: ignore[assignment]  # all of a transport that is used
        self._within(_HEAD_S, self._hang_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more, and let nobody work for a caller who is gone."""
        self._rest()
        if self._is_answering():
            noted = cast("dict[str, Any]", self.cycle.scope).get(NOTED)
            if noted is not None:
                noted.is_gone = True
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        if self._is_last:
            return
        begins = False
        if self._receiving is not None:
            self._body_size += len(data)
        else:
            begins = self._head_size == 0 and not self._is_answering()
            self._head_size += len(data)
        super().data_received(data)
        if begins and self._head_size > 0 and not self.transport.is_closing():
            self._within(_HEAD_S, self._hang_up)
        if self._receiving is not None and self._body_size > _RAW_BODY:
            self._hang_up()
        elif self._head_size > HEAD_LIMIT and not self.transport.is_closing():
            self._refuse(BadRequest("the head of the request is too long", status=431))
        elif len(self.pipeline) > _PIPELINED:
            self._hang_up()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what comes behind a body is none, whatever it calls itself."""
        if self._receiving is None:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._rest()
        cast("dict[str, Any]", self.scope)[TARGET] = self.url
        super().on_headers_complete()
        self._head_size = self._body_size = 0
        self._receiving = self.cycle
        if self.parser.should_upgrade():  # it ends at its head for the parser, whatever length it says to have
            self.cycle.keep_alive = False
            self._is_last = True

    def on_message_complete(self) -> None:
        """Owe an answer, or nothing more where the answer did not wait for the body."""
        received, self._receiving = self._receiving, None
        if received is not None:
            received.scope[WHOLE] = True
        super().on_message_complete()
        if received is not None and received.response_complete:
            self._within(self.timeout_keep_alive, self._hang_up)  # uvicorn's own timer ended with the body's last byte
        else:
            self._openings.works(self._ends)

    def on_response_complete(self) -> None:
        """Owe nothing any more; the rest of a body that nobody waited for has to come soon."""
        self._openings.waits(self._ends)
        super().on_response_complete()
        self._expect_the_rest()

    def shutdown(self) -> None:
        """End a connection on which nothing is going on, however little the peer says to that."""
        super().shutdown()
        if not self._is_answering() and self._bare is not None and not self._bare.get_write_buffer_size():
            self._within(_GOODBYE_S, self._abort)

    def timeout_keep_alive_handler(self) -> None:
        """Hang up where no other request comes."""
        self._hang_up()

    def pause_writing(self) -> None:
        """Wait until the peer has read what it was sent, but not for ever."""
        super().pause_writing()
        self._openings.waits(self._ends)
        self._within(_READING_S, self._abort)

    def resume_writing(self) -> None:
        """Go on."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._rest()
            self._expect_the_rest()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's sentence, in uvicorn's form
        """Answer what is no HTTP, and hang up."""
        self._refuse(BadRequest("this is no HTTP that can be understood"))

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: whoever asks for another protocol too is answered in this one."""

    def _expect_the_rest(self) -> None:
        """Wait no longer than usual for what has begun to come: a body that was answered before, or the next head."""
        is_reading = self._receiving is not None and self._receiving.response_complete
        has_begun = is_reading or (self._head_size > 0 and not self._is_answering())
        if has_begun and not self.transport.is_closing():
            self._within(_HEAD_S, self._hang_up)

    def _is_answering(self) -> bool:
        cycle: Any = self.cycle  # none before the first request, whatever its type says
        return cycle is not None and not cycle.response_complete

    def _refuse(self, error: BadRequest) -> None:
        answer = failure(error, secrets.token_hex(8))
        lines = [f"HTTP/1.1 {answer.status_code} {HTTPStatus(answer.status_code).phrase}".encode()]
        lines += [name + b": " + value for name, value in (*answer.raw_headers, (b"connection", b"close"))]
        self.transport.write(b"\r\n".join((*lines, b"", bytes(answer.body))))
        self._hang_up()

    def _within(self, seconds: float, otherwise: Any) -> None:
        self._rest()
        self._timer = self.loop.call_later(seconds, otherwise)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def leave(self) -> None:
        """Let the peer read what it was sent, but not for ever: the connection is about to be closed."""
        self._within(_READING_S, self._abort)

    def _hang_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()

    def _abort(self) -> None:
        if self._bare is not None:
            self._bare.abort()


class _Leaving:
    """A transport that is left alone when it is closed, but not for ever: what was written is read until then."""

    __slots__ = ("_close", "_protocol", "is_closing", "write")

    def __init__(self, transport: asyncio.Transport, protocol: Protocol) -> None:
        self.write, self.is_closing = transport.write, transport.is_closing
        self._close, self._protocol = transport.close, protocol

    def close(self) -> None:
        """Close behind what was written."""
        self._close()
        self._protocol.leave()
