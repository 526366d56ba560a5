"""OAuth 2.0 client credentials: the application trades its secret for a bearer token that ends by itself."""

import json
import secrets
import threading
from collections.abc import Callable

from werkzeug.wrappers import Request, Response

from awsfed.sandbox.crowd.directory import Directory

PATH = "/rest/oauth2/latest/token"
_FORM = "application/x-www-form-urlencoded"


class Tokens:
    """The bearer tokens given out so far."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._ends: dict[str, float] = {}

    def issue(self, life_s: int) -> str:
        """A new token."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._ends[token] = self._clock() + life_s
        return token

    def holds(self, token: str) -> bool:
        """Whether the token was given out here and has not ended."""
        with self._lock:
            return self._clock() < self._ends.get(token, 0.0)

    def revoke_all(self) -> None:
        """End every token, as an administrator does by removing the service account."""
        with self._lock:
            self._ends.clear()


def answer(request: Request, directory: Directory, tokens: Tokens) -> Response:
    """The token endpoint, with the errors of RFC 6749."""
    if request.method != "POST":
        return Response(status=405, headers={"Allow": "POST"})
    if request.mimetype != _FORM or not request.form.get("grant_type"):
        return _error(400, "invalid_request")
    if not _is_client(request, directory):
        return _error(401, "invalid_client")
    if directory.application.auth == "basic":
        return _error(400, "unauthorized_client")
    if request.form["grant_type"] != "client_credentials":
        return _error(400, "unsupported_grant_type")
    life_s = directory.server.token_timeout_s
    token = tokens.issue(life_s)
    scope = request.form.get("scope", "")
    return _json(200, {"access_token": token, "token_type": "Bearer", "expires_in": life_s, "scope": scope})


def _is_client(request: Request, directory: Directory) -> bool:
    """By Basic or by form, not by both at once."""
    basic = request.authorization
    application = directory.application
    if basic is not None and "client_secret" in request.form:
        return False
    if basic is not None:
        client, secret = (basic.username, basic.password) if basic.type == "basic" else (None, None)
    else:
        client, secret = request.form.get("client_id"), request.form.get("client_secret")
    if not application.client_id or not application.client_secret or not client or not secret:
        return False
    right = secrets.compare_digest(secret.encode(), application.client_secret.encode())
    return right and client == application.client_id


def _error(status: int, code: str) -> Response:
    response = _json(status, {"error": code})
    if code == "invalid_client":
        response.headers["WWW-Authenticate"] = 'Basic realm="Crowd OAuth 2.0"'
    return response


def _json(status: int, members: dict[str, str | int]) -> Response:
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    return Response(json.dumps(members), status=status, headers=headers, content_type="application/json;charset=UTF-8")
