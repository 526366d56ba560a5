"""The Crowd server as a WSGI application."""

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from awsfed.sandbox.crowd import bodies, gate, negotiation, oauth, routes
from awsfed.sandbox.crowd.directory import Directory
from awsfed.sandbox.crowd.entity_views import Views
from awsfed.sandbox.crowd.errors import ContainerRefusal, Refusal
from awsfed.sandbox.crowd.exchange import Answer, Exchange
from awsfed.sandbox.crowd.faults import Faults
from awsfed.sandbox.crowd.oauth import Tokens
from awsfed.sandbox.crowd.rendering import Format, render
from awsfed.sandbox.crowd.sessions import Sessions

_VERSIONS = ("1", "latest")
_NO_CACHE = "no-cache, no-store, no-transform"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived; never its headers or body."""

    method: str
    path: str
    query: str


class CrowdApplication:
    """Answers below one context path; `calls` remembers every request and `faults` brings trouble on order."""

    def __init__(
        self, directory: Directory, *, context: str = "/crowd", clock: Callable[[], float] = time.time
    ) -> None:
        self.directory = directory
        self.calls: list[Call] = []
        self.faults = Faults()
        self.sessions = Sessions(clock)
        self.tokens = Tokens(clock)
        self._context = context.rstrip("/")
        self._routes = routes.table()
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        with self._lock:
            self.calls.append(Call(request.method, request.path, request.query_string.decode("latin-1")))
        request.get_data(cache=True, parse_form_data=False)  # read in any case: the connection stays open
        response = self.faults.strike(request) or self._respond(request)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if request.path == self._context + oauth.PATH:
            return oauth.answer(request, self.directory, self.tokens)
        for version in _VERSIONS:
            base = f"{self._context}/rest/usermanagement/{version}/"
            if request.path.startswith(base):
                response = self._usermanagement(request, "/" + request.path.removeprefix(base).rstrip("/"))
                self._sign(request, response)
                return negotiation.compressed(request, response)
        return _container(ContainerRefusal(404))

    def _sign(self, request: Request, response: Response) -> None:
        """Crowd's own header, and a container cookie that no client needs."""
        response.headers["X-Embedded-Crowd-Version"] = self.directory.server.version
        if "JSESSIONID" not in request.cookies:
            container_session = secrets.token_hex(16).upper()
            response.set_cookie("JSESSIONID", container_session, path=self._context or "/", httponly=True)

    def _usermanagement(self, request: Request, path: str) -> Response:
        """Admission comes before everything else, even before the question whether there is such a path."""
        try:
            gate.admit(request, self.directory, self.tokens)
            path, accept = negotiation.split_suffix(path, request)
            route, values = self._route(request.method, path)
            sent = negotiation.sent_format(request) if route.reads_body else None
            wanted = negotiation.wanted_format(accept, route.formats)
        except ContainerRefusal as refusal:
            return _container(refusal)
        try:
            answer = route.resource(self._exchange(request, values, sent))
        except Refusal as refusal:
            return _written(Answer(status=refusal.status, entity=refusal.entity), wanted)
        except ContainerRefusal as refusal:
            return _container(refusal)
        return _written(answer, wanted)

    def _route(self, method: str, path: str) -> tuple[routes.Route, dict[str, str]]:
        try:
            route, values = self._routes.bind("crowd").match(path, method)
        except MethodNotAllowed as error:
            allowed = ", ".join(sorted(error.valid_methods or ()))
            raise ContainerRefusal(405, headers={"Allow": allowed}) from error
        except NotFound as error:
            raise ContainerRefusal(404) from error
        return route, dict(values)

    def _exchange(self, request: Request, values: dict[str, str], sent: Format | None) -> Exchange:
        application = self.directory.application
        base = f"{request.host_url.rstrip('/')}{self._context}/rest/usermanagement/1"
        return Exchange(
            directory=self.directory,
            sessions=self.sessions,
            views=Views(base=base, lower_case=application.lower_case_output),
            query=request.args,
            path=values,
            body=None if sent is None else bodies.parse(request.get_data(), sent),
        )


def _written(answer: Answer, wanted: Format) -> Response:
    response = Response(status=answer.status, headers=dict(answer.headers))
    response.headers["Cache-Control"] = _NO_CACHE
    if answer.entity is None:
        del response.headers["Content-Type"]
        return response
    response.data = render(answer.entity, wanted)
    response.headers["Content-Type"] = f"{wanted.value};charset=UTF-8"
    return response


def _container(refusal: ContainerRefusal) -> Response:
    headers = {**refusal.headers, "Content-Language": "en"}
    return Response(refusal.body, status=refusal.status, headers=headers, content_type=refusal.content_type)
