"""One exchange with a broker: sent, repeated where that cannot do harm, and read as JSON within bounds."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from awsfed.errors import AwsfedError, BrokerUnavailable, ProtocolError, Unavailable
from awsfed.outside.http import HttpClient
from awsfed.outside.http_reading import Answer
from awsfed.outside.retry import NotReached, Retries, TryAgain

LIST_LIMIT = 8_388_608
"""Bytes of an answer that lists connectors."""
CHECK_URL = "check the broker's URL, and any proxy in between"
_LIMIT = 262_144
_UNAVAILABLE = 503
_JSON = "application/json"
Refusal = Callable[[Answer], AwsfedError]


class _Later(TryAgain):
    """The broker asked to be asked again later; keeps what it said."""

    def __init__(self, refusal: AwsfedError, after_s: float) -> None:
        super().__init__(refusal.message, hint=refusal.hint, after_s=after_s)
        self.refusal = refusal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Request:
    """What a broker is asked."""

    method: str
    path: str
    """Behind the broker's URL; every part that is not ours has passed a parser."""
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    limit: int = _LIMIT


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Exchange:
    """Asks the broker at one URL, and nobody else."""

    url: str
    http: HttpClient
    retries: Retries

    def ask(self, request: Request, refusal: Refusal) -> Answer:
        """Return the answer of a success; repeat what reached nobody, and what the broker wants repeated.

        Raises:
            BrokerUnavailable: it cannot be reached, or failed.
            ProtocolError: it sends us elsewhere, or its answer is too long.
            AwsfedError: whatever `refusal` makes of any other status.
        """

        def attempt() -> Answer:
            answer = self._send(request)
            if answer.status == _UNAVAILABLE and (after_s := retry_after_s(answer)) is not None:
                raise _Later(refusal(answer), after_s)
            return answer

        try:
            answer = self.retries.run("the broker", attempt)
        except _Later as error:
            raise error.refusal from None
        except NotReached as error:
            raise BrokerUnavailable(error.message, hint=error.hint) from error
        if not is_success(answer):
            raise refusal(answer)
        return answer

    def once(self, request: Request) -> Answer:
        """Return the answer to a request that is not worth a wait, or has a password in it, whatever its status."""
        try:
            return self._send(request)
        except NotReached as error:
            raise BrokerUnavailable(error.message, hint=error.hint) from error

    def _send(self, request: Request) -> Answer:
        """Send a request once; raise NotReached where that could be repeated without harm."""
        headers = {"Accept": _JSON, **request.headers}
        body = None
        if request.body is not None:
            headers["Content-Type"] = _JSON
            body = json.dumps(request.body, separators=(",", ":")).encode("ascii")
        try:
            answer = self.http.send(
                request.method,
                f"{self.url}{request.path}",
                headers=headers,
                params=request.params,
                body=body,
                limit=request.limit,
            )
        except NotReached:
            raise
        except Unavailable as error:
            raise BrokerUnavailable(error.message, hint=error.hint) from error
        return answer


def is_success(answer: Answer) -> bool:
    """Tell whether what was asked was done."""
    return answer.status in {200, 201, 204}


def is_elsewhere(answer: Answer) -> bool:
    """Tell whether a broker wants us to ask at another address, which is never done."""
    return answer.status in range(300, 400)


def retry_after_s(answer: Answer) -> int | None:
    """Return for how many seconds the broker wants to be left alone; None where it does not say."""
    text = answer.headers.get("retry-after", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("86400") else None


def is_json(answer: Answer) -> bool:
    """Tell whether an answer says that it is JSON."""
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower() == _JSON


def parse_object(answer: Answer) -> dict[str, Any]:
    """Return the object that an answer holds; raise ProtocolError where it holds none."""
    found = _parsed(answer.body) if is_json(answer) else None
    if not isinstance(found, dict):
        raise ProtocolError("the broker's answer is not the JSON we expect", hint=CHECK_URL)
    return found


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(text: str) -> None:
    raise ValueError(text)
