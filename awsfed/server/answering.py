"""The way of one request through its resource: read it, find out who asks, check that they may, and answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from awsfed.broker.guard.attempts import MOMENT_S, site_of
from awsfed.errors import (
    AccessDenied,
    AwsfedError,
    Busy,
    ConfigError,
    NotFound,
    Refused,
    RoleRefused,
    StoreError,
    TooManyAttempts,
)
from awsfed.model.text import shown
from awsfed.server.authentication import PasswordNeeded, authenticate, brings_password, introduce
from awsfed.server.calls import OWN_SITES, Call, Received, Resource, Who
from awsfed.server.front import FIELDS, NOTED, Noted, whole_body
from awsfed.server.pages import PAGE, failure_page
from awsfed.server.shared import Shared
from awsfed.server.statuses import BadRequest, failure
from awsfed.server.workers import Workers

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]
_LOOK_EVERY_S, _LOOK_SELDOM_S = 0.05, 0.4


def endpoint(resource: Resource, shared: Shared) -> Endpoint:
    """Return what the application calls for a resource."""

    async def answer(request: Request) -> Response:
        call = Call(shared=shared, received=await _received(request, resource))
        noted = call.received.noted
        try:
            _check_origin(resource, call)
            found = await _through_its_threads(resource, call)
        except AwsfedError as error:
            noted.fail(error)
            found = failure(error, noted.request_id)
        if noted.held_s:
            await asyncio.sleep(noted.held_s)  # here, where it holds up nobody else
        return found

    return answer


async def _received(request: Request, resource: Resource) -> Received:
    scope = request.scope
    noted: Noted = scope[NOTED]
    noted.route = scope["route"].path
    if resource.versions and scope["path_params"]["version"] not in resource.versions:
        raise NotFound("there is nothing here")
    return Received(
        method=scope["method"],
        path=scope["path_params"],
        query=tuple(request.query_params.multi_items()) if scope["query_string"] else (),
        headers={name: values[0] for name, values in scope[FIELDS].items()},
        cookies=request.cookies if "cookie" in scope[FIELDS] else {},
        body=await whole_body(scope, request.receive, resource.body_limit) if resource.takes else b"",
        noted=noted,
    )


async def _through_its_threads(resource: Resource, call: Call) -> Response:
    """Answer where that belongs: passwords are looked at apart from all else, and what asks nobody waits for nobody."""
    shared = call.shared
    if not resource.waits:
        return _answer(resource, call)
    if resource.signs_in:
        return await _patiently(call, _answer, resource, call)
    workers, source = _workers(resource, shared), site_of(call.received.noted.way.source)
    if not (resource.knows_callers and brings_password(call)):
        return await workers.run(source, _answer, resource, call)
    try:
        if call.received.cookies:
            return await workers.run(source, _answer, resource, call)
    except PasswordNeeded:
        pass
    call.caller = await _patiently(call, authenticate, call)
    return await workers.run(source, _answer, resource, call)


def _workers(resource: Resource, shared: Shared) -> Workers:
    if resource.is_probe:
        return shared.probes
    return shared.apart if resource.is_apart else shared.workers


async def _patiently(call: Call, work: Callable[..., T], *given: object) -> T:
    """Look at a password; where others from there are at it, wait a moment for how that ends."""
    call.may_ask_password = True
    loop = asyncio.get_running_loop()
    source = site_of(call.received.noted.way.source)
    async with call.shared.turns.one(source):
        ends_at, pause_s = loop.time() + MOMENT_S, _LOOK_EVERY_S
        while True:
            try:
                return await call.shared.sign_ins.run(source, work, *given)
            except TooManyAttempts as error:
                if error.wait_s > ends_at - loop.time():
                    raise
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LOOK_SELDOM_S)


def _answer(resource: Resource, call: Call) -> Response:
    noted = call.received.noted
    try:
        if noted.is_gone:
            raise Busy("nobody waits for the answer any more")
        answer = _admitted(resource, call)
    except (PasswordNeeded, TooManyAttempts):
        raise
    except AwsfedError as error:
        error = _written_down(call, error)
        noted.fail(error)
        answer = _failed(resource, call, error)
        introduce(call, answer)
        return answer
    if resource.vends or noted.vended:
        call.shared.metrics.vended(noted.vended or resource.vends or "")
    introduce(call, answer)
    return answer


def _failed(resource: Resource, call: Call, error: AwsfedError) -> Response:
    """Return the answer that stands for an error; where a browser came for a page, that is a page too."""
    answer = failure(error, call.received.noted.request_id, is_administrator=_looks_after(call, error))
    if resource.media == PAGE and PAGE in call.received.headers.get("accept", ""):
        page = failure_page(answer.status_code)
        return Response(page.html, answer.status_code, headers=page.headers)
    return answer


def _written_down(call: Call, error: AwsfedError) -> AwsfedError:
    """Let the trail know of a refusal that it does not know of; return what the caller is told."""
    trail, noted = call.request.trail, call.received.noted
    is_ours = isinstance(error, AccessDenied | Refused) and not isinstance(error, RoleRefused)
    session = call.on_behalf_of or (call.caller.session if call.caller else None)
    if not is_ours or session is None or trail.has_noted:
        return error
    about, asked = call.received.path.get("id", ""), {"resource": f"{call.received.method} {noted.route}"}
    if about and "/connectors/" not in noted.route:
        about, asked["id"] = "", shown(about, limit=64)
    try:
        trail.refused(session.key, session.name, about, error.message, asked)
    except StoreError as unwritten:
        return unwritten
    return error


def _admitted(resource: Resource, call: Call) -> Response:
    if resource.who is Who.ANYBODY:
        return resource.answer(call)
    if call.caller is None:
        call.caller = authenticate(call)
    call.received.noted.user = call.session.name
    if resource.is_apart:
        return _allowed(resource, call)
    with call.shared.shares.one(call.session.key):
        return _allowed(resource, call)


def _allowed(resource: Resource, call: Call) -> Response:
    if resource.who is Who.ADMINISTRATOR and not call.is_administrator:
        raise AccessDenied("only administrators may do this")
    if resource.who is not Who.GRANTED:
        return resource.answer(call)
    try:
        return resource.answer(call)
    except NotFound as error:
        # The connector was found; what is missing behind it, such as its access key, is nothing the caller named.
        raise ConfigError(error.message, hint=error.hint) from error


def _looks_after(call: Call, error: AwsfedError) -> bool:
    """Tell whether a caller may know which key, role or other connector is behind an error."""
    try:
        return error.outward is not None and call.caller is not None and call.is_administrator
    except AwsfedError:
        return False


def _check_origin(resource: Resource, call: Call) -> None:
    """Refuse what a page of somebody else could make a browser send, a page of a neighbouring name too."""
    headers = call.received.headers
    if resource.changes or resource.who is not Who.ANYBODY:
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
        if site not in OWN_SITES or (origin is not None and origin not in call.shared.names.origins):
            raise BadRequest("this comes from a page of another server", status=403)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if resource.takes and kind != "application/json":
        hint = "send Content-Type: application/json, and {} where there is nothing to say"
        raise BadRequest("the body must be sent as application/json", hint=hint, status=415)
