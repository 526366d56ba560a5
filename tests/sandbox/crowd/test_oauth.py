from typing import TYPE_CHECKING, Any

import pytest
from sandbox.crowd.calling import APPLICATION, Caller, Clock

from awsfed.sandbox.crowd.application import CrowdApplication
from awsfed.sandbox.crowd.directory import Directory

if TYPE_CHECKING:
    import requests

GRANT = {"grant_type": "client_credentials"}
FORM = {"client_id": "awsfed", "client_secret": "sandbox-application"}


def token(call: Caller, **more: Any) -> "requests.Response":
    """The answer of the token endpoint."""
    return call.raw("POST", "/crowd/rest/oauth2/latest/token", **more)


def bearer(text: str) -> dict[str, Any]:
    """What makes a request carry a token and nothing else."""
    return {"auth": None, "headers": {"Authorization": f"Bearer {text}"}}


@pytest.mark.parametrize("client", [{"auth": APPLICATION, "data": GRANT}, {"data": {**GRANT, **FORM}}])
def test_token(call: Caller, clock: Clock, client: dict[str, Any]) -> None:
    """The secret, by Basic or in the form, buys a bearer token that works until it ends."""
    response = token(call, **client)
    answer = response.json()

    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)
    assert response.headers["Cache-Control"] == "no-store"
    assert call("GET", "/config/cookie", **bearer(answer["access_token"])).status_code == 200
    clock.now += 3600
    ended = call("GET", "/config/cookie", **bearer(answer["access_token"]))
    assert (ended.status_code, ended.text) == (401, "Application failed to authenticate")


@pytest.mark.parametrize(
    ("request_parts", "status", "error"),
    [
        ({"auth": ("awsfed", "wrong"), "data": GRANT}, 401, "invalid_client"),
        ({"data": GRANT}, 401, "invalid_client"),
        ({"auth": APPLICATION, "data": {**GRANT, **FORM}}, 401, "invalid_client"),
        ({"auth": APPLICATION, "data": {"grant_type": "password"}}, 400, "unsupported_grant_type"),
        ({"auth": APPLICATION, "data": {"scope": "x"}}, 400, "invalid_request"),
        ({"auth": APPLICATION, "json": GRANT}, 400, "invalid_request"),
    ],
)
def test_refused(call: Caller, request_parts: dict[str, Any], status: int, error: str) -> None:
    """The token endpoint says no in the words of RFC 6749."""
    response = token(call, **request_parts)

    assert (status, {"error": error}) == (response.status_code, response.json())


def test_only_post(call: Caller) -> None:
    """A token is never given to a GET."""
    assert call.raw("GET", "/crowd/rest/oauth2/latest/token").status_code == 405


def test_unknown_token(call: Caller) -> None:
    """A token from elsewhere admits nobody."""
    assert call("GET", "/config/cookie", **bearer("made-up")).status_code == 401


def test_basic_switched_off(call: Caller, directory: Directory) -> None:
    """An administrator may switch Basic off; then only tokens are admitted."""
    directory.change_application(auth="client_credentials")
    good = token(call, auth=APPLICATION, data=GRANT).json()["access_token"]
    refused = call("GET", "/config/cookie")

    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert call("GET", "/config/cookie", **bearer(good)).status_code == 200


def test_tokens_switched_off(call: Caller, directory: Directory) -> None:
    """Where only Basic is on, no token is given out and old ones are refused."""
    old = token(call, auth=APPLICATION, data=GRANT).json()["access_token"]
    directory.change_application(auth="basic")

    assert token(call, auth=APPLICATION, data=GRANT).json()["error"] == "unauthorized_client"
    assert call("GET", "/config/cookie", **bearer(old)).status_code == 401


def test_revoked(call: Caller, application: CrowdApplication) -> None:
    """Tokens can end before their time."""
    good = token(call, auth=APPLICATION, data=GRANT).json()["access_token"]
    application.tokens.revoke_all()

    assert call("GET", "/config/cookie", **bearer(good)).status_code == 401
