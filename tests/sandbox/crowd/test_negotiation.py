import gzip
import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sandbox.crowd.calling import Caller

from awsfed.sandbox.crowd import routes
from awsfed.sandbox.crowd.application import CrowdApplication
from awsfed.sandbox.crowd.directory import Directory
from awsfed.sandbox.crowd.errors import Reason
from awsfed.sandbox.serving import LoopbackServer

ALICE: dict[str, Any] = {"params": {"username": "alice"}}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/json", "application/json;charset=UTF-8"),
        ("application/xml", "application/xml;charset=UTF-8"),
        ("*/*", "application/xml;charset=UTF-8"),
        ("application/json;charset=UTF-8", "application/json;charset=UTF-8"),
        ("text/html, application/json;q=0.5", "application/json;charset=UTF-8"),
        ("", "application/xml;charset=UTF-8"),
    ],
)
def test_accept(call: Caller, accept: str, expected: str) -> None:
    """The client chooses; one that does not say gets XML; the type always names its character set."""
    assert expected == call("GET", "/user", accept=accept, **ALICE).headers["Content-Type"]


@pytest.mark.parametrize("accept", ["text/html", "text/plain", "image/png"])
def test_unacceptable(call: Caller, accept: str) -> None:
    """A client that takes neither format gets 406, in HTML all the same."""
    response = call("GET", "/user", accept=accept, **ALICE)

    assert response.status_code == 406
    assert response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("content_type", [None, "text/plain", "text/xml", "application/x-www-form-urlencoded"])
def test_unsupported_body(call: Caller, content_type: str | None) -> None:
    """A body whose type is missing or unknown gets 415, even with the right password in it."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    body = json.dumps({"value": "alice-sandbox"}).encode()
    response = call("POST", "/authentication", data=body, headers=headers, **ALICE)

    assert response.status_code == 415


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"\xff"),
        ("application/json", b""),
        ("application/json", b'{"value": "\\ud800"}'),
        ("application/xml", b"<password>"),
        ("application/xml", b"<other><value>alice-sandbox</value></other>"),
        ("application/xml", b'<!DOCTYPE p [<!ENTITY a "b">]><password><value>&a;</value></password>'),
    ],
)
def test_unreadable_body(call: Caller, content_type: str, body: bytes) -> None:
    """A body that is not what its type says gets the container's 400, which is not JSON."""
    response = call("POST", "/authentication", data=body, headers={"Content-Type": content_type}, **ALICE)

    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("text/html")


def test_xml_in_json_out(call: Caller) -> None:
    """The two directions are chosen apart, and a charset in the request does no harm."""
    headers = {"Content-Type": "application/xml; charset=utf-8"}
    body = "<?xml version='1.0'?><password><value>alice-sandbox</value></password>"

    assert call("POST", "/authentication", data=body, headers=headers, **ALICE).json()["name"] == "alice"


def test_suffix(call: Caller) -> None:
    """A suffix outweighs the header."""
    assert call("GET", "/user.json", accept="application/xml", **ALICE).json()["name"] == "alice"
    assert ET.fromstring(call("GET", "/user/group/nested.xml", **ALICE).content).tag == "groups"


def test_error_in_xml(call: Caller) -> None:
    """An error entity follows the format of the answer."""
    response = call("GET", "/user.xml", params={"username": "nobody"})
    error = ET.fromstring(response.content)

    assert (error.tag, error.findtext("reason")) == ("error", "USER_NOT_FOUND")
    assert error.findtext("message") == "User <nobody> does not exist"


def test_unprintable_name_in_xml(call: Caller) -> None:
    """A name that XML cannot hold is echoed with replacements, so that the answer stays XML."""
    response = call("GET", "/user.xml", params={"username": "a\0b"})

    assert ET.fromstring(response.content).findtext("message") == "User <a\ufffdb> does not exist"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/authentication", "POST"),
        ("PUT", "/config/cookie", "GET, HEAD"),
        ("GET", "/session", "DELETE, POST"),
        ("PATCH", "/user", "DELETE, GET, HEAD, POST, PUT"),
    ],
)
def test_wrong_verb(call: Caller, method: str, path: str, allowed: str) -> None:
    """A known path with another verb is 405 and says what is allowed."""
    response = call(method, path)

    assert (405, allowed) == (response.status_code, response.headers["Allow"])


def test_unknown_path(call: Caller) -> None:
    """A path that is no resource is 404 in HTML, but from Crowd."""
    response = call("GET", "/non-existent/location")

    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")
    assert "X-Embedded-Crowd-Version" in response.headers


def test_gzip(call: Caller) -> None:
    """An answer is packed for those who take it and plain for the rest."""
    packed = call("GET", "/user", headers={"Accept-Encoding": "gzip"}, stream=True, **ALICE)
    plain = call("GET", "/user", headers={"Accept-Encoding": "identity"}, **ALICE)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.raw.read()))["name"] == "alice"
    assert "Content-Encoding" not in plain.headers
    assert plain.json()["name"] == "alice"


@pytest.mark.parametrize("route", routes.ROUTES, ids=lambda route: f"{route.verb} {route.path}")
def test_every_route_is_guarded_and_signed(call: Caller, route: routes.Route) -> None:
    """Whatever the route, a stranger gets 401, and the application gets an answer of Crowd's own."""
    path = route.path.replace("<token>", "made-up")
    more: dict[str, Any] = {"json": {}} if route.reads_body else {}
    accept = route.formats[0].value

    assert call(route.verb, path, auth=None, **more).status_code == 401
    answer = call(route.verb, path, accept=accept, **more)
    assert answer.status_code in {200, 400, 403, 404}
    assert "X-Embedded-Crowd-Version" in answer.headers
    assert answer.headers["Content-Type"].startswith(accept)


def test_no_context() -> None:
    """A server without a context path, as Jira is one."""
    with LoopbackServer(CrowdApplication(Directory.default(), context="")) as server:
        caller = Caller(server.url, context="")
        with caller.http:
            assert caller.sign_in("alice", "alice-sandbox").status_code == 200


def test_every_reason_is_its_own_word() -> None:
    """The enumeration has all 29 reasons, spelled as they are on the wire."""
    assert len(Reason) == 29
    assert all(reason.name == reason.value for reason in Reason)
