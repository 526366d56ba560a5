"""The application: every resource behind the front, and the document that describes them."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from awsfed.errors import AwsfedError, NotFound
from awsfed.server.answering import endpoint
from awsfed.server.authentication import cookie_name
from awsfed.server.calls import Resource
from awsfed.server.document import body_schemas, described, tidied
from awsfed.server.front import NOTED, Front, Noted
from awsfed.server.routes import console, health, ifaws, ours, vendor
from awsfed.server.shared import Shared
from awsfed.server.statuses import BadRequest, error_answer, failure
from awsfed.version import VERSION

_NOT_FOUND, _NOT_ALLOWED = 404, 405


def all_resources() -> tuple[tuple[str, Resource], ...]:
    """Return every resource with its whole path, those first that are asked for most."""
    parts = (
        (ours.BASE, ours.RESOURCES),
        (vendor.BASE, ifaws.RESOURCES),
        ("", console.RESOURCES),
        ("", health.RESOURCES),
    )
    return tuple((base + resource.path, resource) for base, resources in parts for resource in resources)


def create_app(shared: Shared) -> ASGIApp:
    """Return the application of a broker that serves others."""
    app = FastAPI(
        title="awsfed",
        version=VERSION,
        description="A broker of temporary AWS credentials for the people in an Atlassian Crowd.",
        openapi_url="/openapi.json",
        docs_url=None,  # they load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    app.router.route_class = _Route
    for path, resource in all_resources():
        app.add_api_route(
            path,
            endpoint(resource, shared),
            methods=[resource.method],
            name=_name(path, resource),
            operation_id=_name(path, resource),
            response_model=None,
            **described(path, resource),
        )
    app.add_exception_handler(HTTPException, _http_failure)
    app.add_exception_handler(AwsfedError, _failure)
    app.add_exception_handler(Exception, _bug)
    _describe(app, cookie_name(shared.names.url))
    return Front(
        app=app,
        names=shared.names,
        proxies=shared.serving.settings.server.trusted_proxies,
        clock=shared.serving.clock,
        log=shared.log,
        metrics=shared.metrics,
    )


class _Route(APIRoute):
    """Calls its resource as it is: FastAPI describes the parameters, and there is nothing for it to read in them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers."""
        return self.endpoint


def _describe(app: FastAPI, cookie: str) -> None:
    """Let the document hold the bodies of requests, which are read by the resources and not by FastAPI."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = made()
            document.setdefault("components", {}).setdefault("schemas", {}).update(body_schemas(all_resources()))
            app.openapi_schema = tidied(document, cookie)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents


def _name(path: str, resource: Resource) -> str:
    return "_".join([resource.method.lower(), *re.findall(r"[a-z0-9]+", path.lower())])


def _http_failure(request: Request, error: Exception) -> Response:
    """Answer what no route takes."""
    status = error.status_code if isinstance(error, HTTPException) else _NOT_FOUND
    if status == _NOT_FOUND:
        return _failure(request, NotFound("there is nothing here"))
    headers = {}
    if status == _NOT_ALLOWED:
        template = request.scope["route"].path
        headers["Allow"] = ", ".join(sorted(one.method for path, one in all_resources() if path == template))
    return _failure(request, BadRequest("this cannot be asked for in this way", status=status, headers=headers))


def _failure(request: Request, error: Exception) -> Response:
    noted: Noted = request.scope[NOTED]
    if not isinstance(error, AwsfedError):
        return _bug(request, error)
    noted.error = error
    return failure(error, noted.request_id)


def _bug(request: Request, _: Exception) -> Response:
    noted: Noted = request.scope[NOTED]
    hint = f"report it with the number {noted.request_id}"
    return error_answer(500, "AwsfedError", "unexpected error, a bug in awsfed", hint, noted.request_id)
