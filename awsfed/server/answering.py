"""The way of one request through its resource: read it, find out who asks, check that they may, and answer."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from awsfed.broker.sts.refusals import CallRefused
from awsfed.errors import AccessDenied, AwsfedError, ConfigError, NotFound
from awsfed.server.authentication import authenticate, introduce
from awsfed.server.calls import Call, Received, Resource, Who
from awsfed.server.front import FIELDS, NOTED, Noted
from awsfed.server.shared import Shared
from awsfed.server.statuses import BadRequest, failure

Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(resource: Resource, shared: Shared) -> Endpoint:
    """Return what the application calls for a resource."""

    async def answer(request: Request) -> Response:
        received = await _received(request, resource)
        if not resource.waits:
            return _answer(resource, shared, received)
        signs_in = resource.signs_in or received.headers.get("authorization", "")[:6].lower() == "basic "
        threads = shared.sign_in_threads if signs_in else shared.threads
        return await asyncio.get_running_loop().run_in_executor(threads, _answer, resource, shared, received)

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
        body=await request.body() if resource.takes else b"",
        noted=noted,
    )


def _answer(resource: Resource, shared: Shared, received: Received) -> Response:
    call = Call(shared=shared, received=received)
    noted = received.noted
    try:
        answer = _admitted(resource, call)
    except AwsfedError as error:
        noted.error = error
        answer = failure(error, noted.request_id, is_administrator=_looks_after(call, error))
        if call.caller is not None:
            introduce(call, answer)
        return answer
    if resource.vends or noted.vended:
        shared.metrics.vended(noted.vended or resource.vends or "")
    introduce(call, answer)
    return answer


def _admitted(resource: Resource, call: Call) -> Response:
    if resource.changes:
        _check_origin(resource, call)
    if resource.who is Who.ANYBODY:
        return resource.answer(call)
    call.caller = authenticate(call)
    call.received.noted.user = call.session.name
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
    """Tell whether a caller may know which key and which role AWS refused."""
    try:
        return isinstance(error, CallRefused) and call.caller is not None and call.is_administrator
    except AwsfedError:
        return False


def _check_origin(resource: Resource, call: Call) -> None:
    """Refuse what a page of somebody else could make a browser send."""
    headers = call.received.headers
    origin = headers.get("origin")
    if origin is not None and origin not in call.shared.names.origins:
        raise BadRequest("this comes from a page of another server", status=403)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if resource.takes and kind != "application/json":
        raise BadRequest("the body must be sent as application/json", status=415)
