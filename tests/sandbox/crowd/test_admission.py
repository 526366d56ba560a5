import ipaddress
from typing import Any

import pytest
from sandbox.crowd.calling import APPLICATION, Caller

from awsfed.sandbox.crowd.application import Call, CrowdApplication
from awsfed.sandbox.crowd.directory import Directory

FAILED = "Application failed to authenticate"


@pytest.mark.parametrize(
    "auth", [("awsfed", "wrong"), ("other", "sandbox-application"), ("alice", "alice-sandbox"), ("awsfed", ""), None]
)
def test_wrong_application(call: Caller, auth: tuple[str, str] | None) -> None:
    """Anything but the application's own credentials is a 401 in plain text, on paths that do not exist too."""
    for path in ("/user?username=alice", "/non-existent/location"):
        response = call("GET", path, auth=auth)

        assert (response.status_code, response.text) == (401, FAILED)
        assert response.headers["Content-Type"] == "text/plain;charset=UTF-8"
        assert response.headers["X-Embedded-Crowd-Version"] == "Crowd/7.2.2"


@pytest.mark.parametrize("allowed", [[], ["10.0.0.0/8"], ["::1"]])
def test_refused_address(call: Caller, directory: Directory, allowed: list[str]) -> None:
    """A caller from an address that is not on the list gets the container's 403 page; an empty list admits nobody."""
    directory.change_application(allowed_addresses=tuple(ipaddress.ip_network(one) for one in allowed))
    response = call.sign_in("alice", "alice-sandbox")

    assert response.status_code == 403
    assert response.headers["Content-Type"].startswith("text/html")
    assert "The server understood the request but refuses to authorize it." in response.text
    assert 'Client with address "127.0.0.1" is forbidden' in response.text


@pytest.mark.parametrize(
    ("trusted", "forwarded", "status"),
    [
        ([], "10.1.1.1", 200),
        (["127.0.0.1"], "10.1.1.1", 403),
        (["127.0.0.1"], "10.1.1.1, 10.2.2.2", 200),
        (["127.0.0.1", "10.2.2.2"], "10.1.1.1, 10.2.2.2", 403),
        (["127.0.0.1"], "nonsense", 403),
    ],
)
def test_forwarded_address(call: Caller, directory: Directory, trusted: list[str], forwarded: str, status: int) -> None:
    """The forwarded address counts only when every proxy in the chain is trusted."""
    directory.change_application(trusted_proxies=tuple(ipaddress.ip_network(one) for one in trusted))
    response = call("GET", "/config/cookie", headers={"X-Forwarded-For": forwarded})

    assert status == response.status_code


def test_wrong_password_before_wrong_address(call: Caller, directory: Directory) -> None:
    """The application is identified before its list of addresses is looked at."""
    directory.change_application(allowed_addresses=())

    assert call("GET", "/config/cookie", auth=("awsfed", "wrong")).status_code == 401


@pytest.mark.parametrize("path", ["/", "/rest/usermanagement/1/user", "/crowd/rest/usermanagement/2/user"])
def test_wrong_address_of_the_server(call: Caller, path: str) -> None:
    """Outside of the context the container answers 404 in HTML, and it is not Crowd that speaks."""
    response = call.raw("GET", path, auth=APPLICATION)

    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")
    assert "X-Embedded-Crowd-Version" not in response.headers


def test_latest_is_an_alias(call: Caller) -> None:
    """`latest` names the newest version, and links still name the version itself."""
    response = call.raw("GET", "/crowd/rest/usermanagement/latest/user.json?username=alice", auth=APPLICATION)

    assert f"{call.origin}/crowd/rest/usermanagement/1/user?username=alice" == response.json()["link"]["href"]


def test_calls_are_remembered_without_bodies(call: Caller, application: CrowdApplication) -> None:
    """Every request leaves its verb, path and query, and nothing secret."""
    call.sign_in("alice", "alice-sandbox")

    assert [Call("POST", "/crowd/rest/usermanagement/1/authentication", "username=alice")] == application.calls
    assert "alice-sandbox" not in repr(application.calls)


def test_container_cookie(call: Caller) -> None:
    """The first answer sets a container cookie for the context; it alone admits nobody."""
    cookie = call("GET", "/config/cookie").headers["Set-Cookie"]

    assert cookie.startswith("JSESSIONID=")
    assert "Path=/crowd" in cookie
    assert call("GET", "/config/cookie", auth=None).status_code == 401


def test_secrets_are_not_shown(directory: Directory) -> None:
    """Neither users nor the application show a password in their representation."""
    shown: list[Any] = [directory.application, *directory.users()]

    assert "sandbox-application" not in repr(shown)
    assert "alice-sandbox" not in repr(shown)
