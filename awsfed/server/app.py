"""The application: every resource behind the front, and the document that describes them."""

import re
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from awsfed.errors import NotFound
from awsfed.server.answering import Endpoint, endpoint
from awsfed.server.authentication import cookie_name
from awsfed.server.calls import Resource
from awsfed.server.document import body_schemas, described, tidied
from awsfed.server.front import Front
from awsfed.server.routes import console, health, ifaws, ours, vendor
from awsfed.server.shared import Shared
from awsfed.server.statuses import BadRequest
from awsfed.version import VERSION


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
    _describe(app, cookie_name(shared.names.url))
    return Front(
        app=_routed(app),
        names=shared.names,
        proxies=shared.serving.settings.server.trusted_proxies,
        clock=shared.serving.clock,
        log=shared.log,
        metrics=shared.metrics,
    )


def _routed(app: FastAPI) -> ASGIApp:
    """Return what finds the route of a request: nothing is between it and the front, which answers what goes wrong."""
    routes: list[Any] = list(app.router.routes)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        methods: set[str] = set()
        for route in routes:
            match, found = route.matches(scope)
            if match is Match.NONE or not route.path_regex.fullmatch(scope["path"]):  # `$` overlooks a line feed
                continue
            if match is Match.FULL:
                scope.update(found)
                await route.app(scope, receive, send)
                return
            methods |= route.methods
        if methods:
            raise BadRequest(
                "this cannot be asked for in this way", status=405, headers={"Allow": ", ".join(sorted(methods))}
            )
        raise NotFound("there is nothing here")

    return answer


class _Route(APIRoute):
    """Calls its resource as it is: FastAPI describes the parameters, and there is nothing for it to read in them."""

    def __init__(self, path: str, endpoint: Endpoint, **more: Any) -> None:
        super().__init__(path, endpoint, **more)

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            response = await endpoint(Request(scope, receive, send))
            await response(scope, receive, send)

        self.app = answer


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
