"""Trouble on order: the next matching calls are throttled, failed, held up or cut off."""

import json
import threading
from dataclasses import dataclass
from typing import Any, Protocol

from werkzeug.wrappers import Request, Response

from awsfed.sandbox.aws.refusals import Refusal
from awsfed.sandbox.crowd.faults import hang, reset

__all__ = ["Faults", "fail", "hang", "order", "reset", "throttle"]


class Fault(Protocol):
    """What happens instead of an answer; None lets the call go on after all."""

    def __call__(self, request: Request, released: threading.Event) -> Response | None:
        """Do harm; `released` is set when nobody wants to wait any more."""
        ...


@dataclass(frozen=True, slots=True)
class fail:  # noqa: N801 - used like a verb: faults.add(fail(503, "ServiceUnavailable"))
    """A refusal with this status and code, in the shape of the service that was called."""

    status: int = 500
    code: str = "InternalFailure"
    message: str = "ordered by a fault"

    def __call__(self, request: Request, released: threading.Event) -> Response | None:  # noqa: ARG002 - the shape of a fault
        """Refuse."""
        raise Refusal(self.status, self.code, self.message)


def throttle() -> fail:
    """What STS says to those who call too often."""
    return fail(400, "Throttling", "Rate exceeded")


@dataclass(slots=True)
class _Order:
    fault: Fault
    action: str | None
    left: int


class Faults:
    """A queue: each call takes the first order that fits it, each order serves `times` calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[_Order] = []
        self._released = threading.Event()

    def add(self, fault: Fault, *, action: str | None = None, times: int = 1) -> None:
        """Order a fault for the next calls of an action such as `AssumeRole` or `getSigninToken`, or of any."""
        with self._lock:
            self._orders.append(_Order(fault, action, times))

    def clear(self) -> None:
        """Forget all orders and let every call go on that hangs."""
        with self._lock:
            self._orders.clear()
            self._released.set()
            self._released = threading.Event()

    def take(self, action: str) -> "Trouble | None":
        """Take the trouble that is due for a call, if any."""
        with self._lock:
            due = next((one for one in self._orders if one.action in {None, action}), None)
            if due is None:
                return None
            due.left -= 1
            if due.left <= 0:
                self._orders.remove(due)
            return Trouble(fault=due.fault, released=self._released)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A fault on its way to one call."""

    fault: Fault
    released: threading.Event

    @property
    def is_final(self) -> bool:
        """Tell whether the caller learns of it at once, with no answer to come."""
        return isinstance(self.fault, reset)

    def strike(self, environ: dict[str, Any]) -> None:
        """Let it happen.

        Raises:
            Refusal: the fault is one.
            ConnectionResetError: the connection is gone.
        """
        self.fault(Request(environ), self.released)


def order(faults: Faults, environ: dict[str, Any], body: bytes) -> Response:
    """`POST /_sandbox/faults`: order one fault in JSON; `DELETE` forgets all orders.

    Such as `{"fault": "fail", "status": 503, "code": "ServiceUnavailable", "action": "AssumeRole", "times": 2}`; the
    faults are throttle, fail, hang (with `seconds`) and reset.
    """
    request = Request(environ)
    if request.method == "DELETE":
        faults.clear()
        return Response(status=204)
    if request.method != "POST" or request.mimetype != "application/json":
        return Response('POST with Content-Type: application/json, such as {"fault": "throttle"}\n', 405)
    try:
        wanted = json.loads(body)
        times = int(wanted.get("times", 1))
        faults.add(_parsed(wanted), action=wanted.get("action"), times=times)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Response("not an order: fault is one of throttle, fail, hang, reset\n", 400)
    return Response(status=204)


def _parsed(wanted: dict[str, Any]) -> Fault:
    match wanted["fault"]:
        case "throttle":
            return throttle()
        case "fail":
            return fail(int(wanted.get("status", 500)), str(wanted.get("code", "InternalFailure")))
        case "hang":
            return hang(float(wanted["seconds"]))
        case "reset":
            return reset()
        case _:
            raise ValueError("no such fault")
