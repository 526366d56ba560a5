"""What every request passes before any route: where it comes from, how much it may send, and what is noted of it."""

import asyncio
import itertools
import re
import secrets
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from awsfed.errors import AwsfedError, Busy
from awsfed.outside.clock import Clock
from awsfed.server.logs import Log
from awsfed.server.metrics import Metrics
from awsfed.server.origins import Names, Networks, Way, way_of
from awsfed.server.statuses import BadRequest, error_answer, failure, is_ours_to_mend, kind_of

BODY_LIMIT = 131_072
HEAD_LIMIT = 16_384
_BODY_S = 10.0
_CALLER_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SLASHES = re.compile(rb"%2f|%5c|\\", re.IGNORECASE)
"""What a proxy in front may take for the end of a part of a path, and we do not."""
_VENDORS = ("/rest/", "/plugins/")
_PROBES = {"/healthz", "/readyz"}
"""Paths that load balancers ask by address, and in plain http."""
NOTED, FIELDS, TARGET, WHOLE = "awsfed", "awsfed.fields", "awsfed.target", "awsfed.whole"
"""What is in the scope of a request besides: `Noted`, the headers as they came, what was asked for as it came, and
whether all of it came."""
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
_FORWARDED = ("x-forwarded-for", "x-forwarded-proto", "forwarded")
_CLOSE = {"Connection": "close"}
_PROCESS, _NUMBERS = secrets.token_hex(4), itertools.count(1)
"""What the requests of this process are numbered by."""
_Fields = dict[str, list[str]]


@dataclass(slots=True)
class Noted:
    """What is known of one request, for the log and for whoever answers it."""

    request_id: str
    way: Way
    caller_id: str | None = None
    """What the caller, or a proxy, calls this request; anybody may write anything there."""
    user: str | None = None
    route: str = "none"
    vended: str | None = None
    status: int = 0
    kind: str | None = None
    """What went wrong; the error itself would hold on to the request that it came from."""
    detail: str | None = None
    """What the operator has to know of that."""
    is_gone: bool = False
    """Whether nobody waits for the answer any more."""
    held_s: float = 0.0
    """For how long the answer is held back."""

    def fail(self, error: AwsfedError) -> None:
        """Note what went wrong."""
        self.kind = kind_of(error)
        self.detail = error.message if is_ours_to_mend(error) else None

    def hold(self, seconds: float) -> None:
        """Hold the answer back for so long."""
        self.held_s = seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The outermost application: it answers whatever happens, and notes it."""

    app: ASGIApp
    names: Names
    proxies: Networks
    clock: Clock
    log: Log
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass on what is none."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = self.clock.monotonic()
        fields = _fields(scope)
        noted = Noted(
            request_id=f"{_PROCESS}{next(_NUMBERS):08x}", way=self._way(scope, fields), caller_id=_caller_id(fields)
        )
        scope[NOTED], scope[FIELDS] = noted, fields
        if scope["path"].startswith(_VENDORS):
            scope["path"] = scope["path"].removesuffix("/")  # it means nothing to the vendor's server
        self.metrics.running += 1
        answering = _Answering(send=send, noted=noted)
        try:
            await self._answer(scope, fields, receive, answering)
        finally:
            self.metrics.running -= 1
            self._note(scope, noted, self.clock.monotonic() - began)

    async def _answer(self, scope: Scope, fields: _Fields, receive: Receive, answering: "_Answering") -> None:
        noted = answering.noted
        try:
            self._admit(scope, fields, noted.way)
            await self.app(scope, receive, answering)
        except AwsfedError as error:
            noted.fail(error)
            if not noted.status:
                await failure(error, noted.request_id)(scope, receive, answering)
        except Exception as error:  # noqa: BLE001 - the outermost handler
            self.log.bug(error, noted.request_id)
            self.metrics.failed("bug")
            if not noted.status:
                message = "unexpected error, a bug in awsfed"
                hint = f"report it with the number {noted.request_id}"
                await error_answer(500, "AwsfedError", message, hint, noted.request_id)(scope, receive, answering)

    def _way(self, scope: Scope, fields: _Fields) -> Way:
        peer = scope["client"][0] if scope.get("client") else ""
        forwarded = {name: ",".join(fields[name]) for name in _FORWARDED if name in fields}
        return way_of(peer, tls=scope["scheme"] == "https", headers=forwarded, proxies=self.proxies)

    def _admit(self, scope: Scope, fields: _Fields, way: Way) -> None:
        """Refuse what did not come safely, or was meant for another server."""
        if sum(len(name) + len(value) for name, value in scope["headers"]) > HEAD_LIMIT:
            raise BadRequest("the head of the request is too long", status=431, headers=_CLOSE)
        _check_one_meaning(fields)
        if not scope.get(TARGET, b"/").startswith(b"/"):
            raise BadRequest("what is asked for has to be a path", headers=_CLOSE)
        if _SLASHES.search(scope["raw_path"]):
            raise BadRequest("no part of a path here has a slash in it", headers=_CLOSE)
        if scope["path"] in _PROBES:
            return
        if way.is_from_unnamed:
            raise BadRequest(
                "a proxy on this machine passed this on that server.trusted_proxies does not name", status=403
            )
        if not way.is_readable:
            raise BadRequest("the proxy sends an X-Forwarded-For whose last part is no address")
        if not way.is_safe:
            raise BadRequest("plain http would show passwords to the network; use https", status=403)
        if not self.names.is_ours(fields["host"][0]):
            raise BadRequest("this server has another name", hint="its URL is in server.url", status=421)
        (length,) = fields.get("content-length", ("0",))
        if not length.isdecimal() or int(length[:12]) > BODY_LIMIT:
            raise too_large(BODY_LIMIT)

    def _note(self, scope: Scope, noted: Noted, seconds: float) -> None:
        self.metrics.answered(noted.route, _method(scope), noted.status, seconds)
        if noted.kind:
            self.metrics.failed(noted.kind)
        self.log.line(
            "request",
            requestId=noted.request_id,
            callerId=noted.caller_id,
            source=noted.way.source,
            user=noted.user,
            method=_method(scope),
            route=noted.route,
            status=noted.status,
            ms=round(seconds * 1000, 1),
            kind=noted.kind,
            detail=noted.detail,
        )


@dataclass(slots=True)
class _Answering:
    """Sends an answer, with the headers that every answer has."""

    send: Send
    noted: Noted

    async def __call__(self, message: Message) -> None:
        """Send one message of an answer."""
        if message["type"] == "http.response.start":
            self.noted.status = message["status"]
            number = (b"x-request-id", self.noted.request_id.encode("ascii"))
            headers = message["headers"] = [*message["headers"], number, *_HEADERS]
            if all(name != b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", b"no-store"))
        await self.send(message)


async def whole_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Return the body of a request; raise BadRequest where it is longer than the limit, or takes too long."""
    if WHOLE in scope:  # nothing is waited for, and a timer would be for nothing
        return await _joined(receive, limit)
    try:
        async with asyncio.timeout(_BODY_S):
            return await _joined(receive, limit)
    except TimeoutError:
        raise BadRequest("the request does not come to its end", status=408) from None


async def _joined(receive: Receive, limit: int) -> bytes:
    pieces: list[bytes] = []
    left = limit
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Busy("nobody waits for the answer any more")
        piece: bytes = message.get("body", b"")
        left -= len(piece)
        if left < 0:
            raise too_large(limit)
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


def _fields(scope: Scope) -> _Fields:
    """Return the headers of a request, every value of each in its order, by lower-case name."""
    fields: _Fields = {}
    for name, value in scope["headers"]:
        fields.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return fields


def _check_one_meaning(fields: _Fields) -> None:
    """Refuse a request that a proxy in front could have read in another way than we do."""
    lengths, codings = fields.get("content-length", ()), fields.get("transfer-encoding", ())
    if len(lengths) > 1 or any(coding.lower() != "chunked" for coding in codings):
        raise BadRequest("it cannot be told where the body ends", headers=_CLOSE)
    if lengths and codings:
        # What follows could be part of it. The parser refuses that too, as long as it is strict.
        raise BadRequest("the body has a length, and comes in chunks too", headers=_CLOSE)
    if "upgrade" in fields and (codings or lengths not in ((), ["0"])):
        raise BadRequest("a request with a body cannot ask for another protocol", headers=_CLOSE)
    if len(fields.get("host", ())) != 1:
        raise BadRequest("there is not one header Host", headers=_CLOSE)
    if len(fields.get("authorization", ())) > 1:
        raise BadRequest("there are two headers Authorization")


def too_large(limit: int) -> BadRequest:
    """Return the error for a body that nobody reads."""
    return BadRequest(f"the body has more than {limit} bytes", status=413, headers=_CLOSE)


def _caller_id(fields: _Fields) -> str | None:
    given = fields.get("x-request-id", ("",))[0]
    return given if _CALLER_ID.fullmatch(given) else None


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def _method(scope: Scope) -> str:
    """Return the method, for a log and for counters that strangers cannot fill."""
    return scope["method"] if scope["method"] in _METHODS else "other"
