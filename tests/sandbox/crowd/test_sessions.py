from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from sandbox.crowd.calling import Caller, Clock, reason

from awsfed.sandbox.crowd.directory import Directory

if TYPE_CHECKING:
    import requests

HERE = [{"name": "remote_address", "value": "192.0.2.1"}]
THERE = [{"name": "remote_address", "value": "192.0.2.2"}]


def begin(call: Caller, factors: list[dict[str, str]] | None = None, **more: Any) -> "requests.Response":
    """Begin a session of alice."""
    body: dict[str, Any] = {"username": "alice", "password": "alice-sandbox"}
    if factors is not None:
        body["validation-factors"] = {"validationFactors": factors}
    return call("POST", "/session", json=body, **more)


def validate(call: Caller, token: str, factors: list[dict[str, str]]) -> "requests.Response":
    """Validate a token from somewhere."""
    return call("POST", f"/session/{token}", json={"validationFactors": factors})


def test_begin(call: Caller, clock: Clock) -> None:
    """A new session is 201 with token, dates in milliseconds, a link, and the user as a link."""
    response = begin(call, HERE)
    session = response.json()

    assert response.status_code == 201
    assert session["link"]["href"] == response.headers["Location"]
    assert clock.now * 1000 == session["created-date"]
    assert (clock.now + 1800) * 1000 == session["expiry-date"]
    assert {"name", "link"} == set(session["user"])


def test_begin_with_expanded_user(call: Caller) -> None:
    """With expand=user the whole user comes along."""
    assert begin(call, HERE, params={"expand": "user"}).json()["user"]["email"] == "alice@example.com"


def test_same_factors_same_token(call: Caller) -> None:
    """The same user with the same factors gets the same token, with others another."""
    token = begin(call, HERE).json()["token"]

    assert token == begin(call, HERE).json()["token"]
    assert token != begin(call, THERE).json()["token"]
    assert token != begin(call).json()["token"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"username": "alice", "password": "wrong"}, "INVALID_USER_AUTHENTICATION"),
        ({"username": "alice"}, "INVALID_USER_AUTHENTICATION"),
        ({"username": "nobody", "password": "any"}, "USER_NOT_FOUND"),
        ({"username": "dave", "password": "dave-sandbox"}, "INACTIVE_ACCOUNT"),
        ({"password": "alice-sandbox"}, "ILLEGAL_ARGUMENT"),
        ({"userName": "alice", "password": "alice-sandbox"}, "ILLEGAL_ARGUMENT"),
    ],
)
def test_refused(call: Caller, body: dict[str, str], expected: str) -> None:
    """A session needs the password, in the spelling of the wire and not of the published examples."""
    assert (400, expected) == reason(call("POST", "/session", json=body))


def test_without_password(call: Caller) -> None:
    """With validate-password=false the application may be anybody who is active."""
    skip = {"validate-password": "false"}

    assert call("POST", "/session", params=skip, json={"username": "bob"}).status_code == 201
    assert reason(call("POST", "/session", params=skip, json={"username": "dave"})) == (400, "INACTIVE_ACCOUNT")


def test_validation_is_bound_to_factors(call: Caller) -> None:
    """A token is good only together with all of the factors it was made with."""
    token = begin(call, HERE).json()["token"]
    proxied = [*HERE, {"name": "X-Forwarded-For", "value": "192.0.2.9"}]

    assert validate(call, token, HERE).status_code == 200
    for factors in (THERE, proxied, []):
        assert reason(validate(call, token, factors)) == (404, "INVALID_SSO_TOKEN")


def test_expiry_and_prolonging(call: Caller, clock: Clock) -> None:
    """Validation starts the time anew; without it the token ends, and reading does not prolong."""
    token = begin(call, HERE).json()["token"]
    clock.now += 1700
    validate(call, token, HERE)
    clock.now += 1700

    assert call("GET", f"/session/{token}").status_code == 200
    clock.now += 101
    assert reason(call("GET", f"/session/{token}")) == (404, "INVALID_SSO_TOKEN")
    assert reason(validate(call, token, HERE)) == (404, "INVALID_SSO_TOKEN")


@pytest.mark.parametrize(("asked", "life_s"), [("60", 60), ("86400", 1800)])
def test_duration(call: Caller, clock: Clock, asked: str, life_s: int) -> None:
    """A client may ask for a shorter life, not for a longer one."""
    session = begin(call, HERE, params={"duration": asked}).json()

    assert (clock.now + life_s) * 1000 == session["expiry-date"]


@pytest.mark.parametrize("asked", ["soon", "0", "-5"])
def test_impossible_duration(call: Caller, asked: str) -> None:
    """A life of no time is an illegal argument."""
    assert reason(begin(call, HERE, params={"duration": asked})) == (400, "ILLEGAL_ARGUMENT")


def test_read_and_end(call: Caller) -> None:
    """Reading shows the whole user; after the end the token is unknown, also to a second end."""
    token = begin(call, HERE).json()["token"]

    assert call("GET", f"/session/{token}").json()["user"]["email"] == "alice@example.com"
    ended = call("DELETE", f"/session/{token}")
    assert (ended.status_code, ended.content) == (204, b"")
    assert "Content-Type" not in ended.headers
    assert reason(call("DELETE", f"/session/{token}")) == (404, "INVALID_SSO_TOKEN")
    assert reason(call("GET", f"/session/{token}")) == (404, "INVALID_SSO_TOKEN")


def test_end_everywhere(call: Caller) -> None:
    """All sessions of a user end at once, except one that is spared."""
    spared, other = (begin(call, factors).json()["token"] for factors in (HERE, THERE))

    assert call("DELETE", "/session", params={"username": "ALICE", "exclude": spared}).status_code == 204
    assert [call("GET", f"/session/{token}").status_code for token in (spared, other)] == [200, 404]
    assert call("DELETE", "/session", params={"username": "alice"}).status_code == 204
    assert call("GET", f"/session/{spared}").status_code == 404
    assert reason(call("DELETE", "/session")) == (400, "ILLEGAL_ARGUMENT")


def test_session_follows_the_user(call: Caller, directory: Directory) -> None:
    """A session survives a new name, but not the end of the account."""
    token = begin(call, HERE).json()["token"]
    directory.rename_user("alice", "alicia")

    assert call("GET", f"/session/{token}").json()["user"]["name"] == "alicia"
    directory.set_active("alicia", False)
    assert reason(call("GET", f"/session/{token}")) == (404, "INVALID_SSO_TOKEN")


def test_xml(call: Caller) -> None:
    """In XML the session has ISO dates with milliseconds, and factors are elements."""
    body = (
        "<authentication-context><username>alice</username><password>alice-sandbox</password><validation-factors>"
        "<validation-factor><name>remote_address</name><value>192.0.2.1</value></validation-factor>"
        "</validation-factors></authentication-context>"
    )
    headers = {"Content-Type": "application/xml"}
    begun = call("POST", "/session", accept="application/xml", headers=headers, data=body)
    session = ET.fromstring(begun.content)
    inner = body[body.index("<validation-factors>") : body.index("</authentication-context>")]

    assert (session.tag, session.find("user").get("name")) == ("session", "alice")  # type: ignore[union-attr] # the assertion wants it
    assert session.findtext("created-date") == "2027-01-15T08:00:00.000+00:00"
    token = session.findtext("token")
    assert token == begin(call, HERE).json()["token"]
    assert call("POST", f"/session/{token}", headers=headers, data=inner).status_code == 200
    assert call("POST", f"/session/{token}", headers=headers, data="<validation-factors/>").status_code == 404


def test_cookie(call: Caller, directory: Directory) -> None:
    """JSON shows an empty domain, XML leaves it out."""
    assert call("GET", "/config/cookie").json() == {"domain": "", "name": "crowd.token_key", "secure": False}

    tree = ET.fromstring(call("GET", "/config/cookie", accept="application/xml").content)
    assert (tree.tag, tree.find("domain"), tree.findtext("secure")) == ("cookie-config", None, "false")
    directory.change_server(cookie_domain=".example.com")
    tree = ET.fromstring(call("GET", "/config/cookie", accept="application/xml").content)
    assert tree.findtext("domain") == ".example.com"
