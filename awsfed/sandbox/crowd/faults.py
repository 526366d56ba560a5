"""Trouble on order: the next matching requests are slowed, cut off, or answered with something else."""

import os
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from werkzeug.wrappers import Request, Response


class Fault(Protocol):
    """What happens instead of an answer; None lets the request go on after all."""

    def __call__(self, request: Request, released: threading.Event) -> Response | None:
        """Do harm; `released` is set when a test wants no more waiting."""
        ...


@dataclass(frozen=True, slots=True)
class answer:  # noqa: N801 - used like a verb: faults.add(answer(...))
    """A raw answer: this status, these headers and this body, without Crowd's own headers."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | str = b""

    def __call__(self, request: Request, released: threading.Event) -> Response | None:  # noqa: ARG002 - the shape of a fault
        """Answer without asking Crowd."""
        return Response(self.body, status=self.status, headers=dict(self.headers))


def throttle(retry_after_s: int | None = None) -> answer:
    """503, as a proxy in front of a busy server says it."""
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return answer(503, headers, "busy")


def fail(status: int = 500, body: bytes | str = "") -> answer:
    """An error page that is not Crowd's."""
    return answer(status, {"Content-Type": "text/html;charset=utf-8"}, body)


@dataclass(frozen=True, slots=True)
class hang:  # noqa: N801 - used like a verb: faults.add(hang(5))
    """Wait, then answer as usual."""

    seconds: float

    def __call__(self, request: Request, released: threading.Event) -> Response | None:  # noqa: ARG002 - the shape of a fault
        """Wait until the time is over or a test ends the waiting."""
        released.wait(self.seconds)
        return None


@dataclass(frozen=True, slots=True)
class reset:  # noqa: N801 - used like a verb: faults.add(reset())
    """Drop the connection with a TCP reset instead of an answer."""

    def __call__(self, request: Request, released: threading.Event) -> Response | None:  # noqa: ARG002 - the shape of a fault
        """Close the connection below the server, which then finds it dead."""
        connection: socket.socket = request.environ["werkzeug.socket"]
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        dead, other_end = socket.socketpair()
        with dead, other_end:
            os.dup2(dead.fileno(), connection.fileno())
        raise ConnectionResetError("the sandbox dropped the connection")


@dataclass(slots=True, eq=False)
class _Order:
    fault: Fault
    path: str
    method: str | None
    left: int


class Faults:
    """A queue: each request takes the first order that fits it, each order serves `times` requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[_Order] = []
        self._released = threading.Event()

    def add(self, fault: Fault, *, path: str = "", method: str | None = None, times: int = 1) -> None:
        """Order a fault for the next requests whose path with its query holds `path` and whose verb is `method`."""
        with self._lock:
            self._orders.append(_Order(fault, path, method, times))

    def clear(self) -> None:
        """Forget all orders and let every hanging request go on."""
        with self._lock:
            self._orders.clear()
            self._released.set()
            self._released = threading.Event()

    def strike(self, request: Request) -> Response | None:
        """The fault's answer to a request; None when there is no fault or it lets the request through."""
        with self._lock:
            released = self._released
            order = next((one for one in self._orders if _fits(one, request)), None)
            if order is None:
                return None
            order.left -= 1
            if order.left <= 0:
                self._orders.remove(order)
        return order.fault(request, released)


def _fits(order: _Order, request: Request) -> bool:
    return order.path in request.full_path and order.method in {None, request.method}
