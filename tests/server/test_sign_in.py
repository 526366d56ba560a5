"""Ways to sign in: our bearer, Basic and the cookie that follows, services; and what browsers may not be made to do."""

import base64

import pytest
from server.conftest import OURS, VENDOR, Reply, Server

from awsfed.sandbox.world import Sandbox
from awsfed.server.bodies import SignIn
from awsfed.server.calls import Received
from awsfed.server.front import Noted
from awsfed.server.origins import Way

INFO = f"{VENDOR}/status/info"


def basic(name: str, password: str) -> dict[str, str]:
    """Return the header of a vendor's client."""
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def cookie_of(reply: Reply) -> str:
    """Return the cookie that came, as it is sent back."""
    return reply.headers["Set-Cookie"].partition(";")[0]


def passwords_asked(server: Server) -> int:
    """Return how often Crowd was shown a password."""
    return sum("/authentication" in call.path for call in server.workstation.sandbox.crowd.calls)


def test_a_vendors_client_signs_in_once_and_goes_on_with_the_cookie(server: Server) -> None:
    """Also where it sends name and password with every request: Crowd sees the password once."""
    first = server.ask("GET", INFO, headers=basic("alice", "alice-sandbox"))
    cookie = {"Cookie": cookie_of(first)}
    second = server.ask("GET", INFO, headers=cookie)
    third = server.ask("GET", f"{VENDOR}/connectors/dev/credentials", headers=cookie | basic("ALICE", "alice-sandbox"))

    assert [200, 200, 200] == [first.status, second.status, third.status]
    assert ("OK", "alice") == (first.headers["X-Seraph-LoginReason"], first.headers["X-AUSERNAME"])
    assert first.headers["Set-Cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert "Set-Cookie" not in second.headers
    assert ["expiration", "sessionToken", "accessKeyId", "secretAccessKey"] == list(third.json)
    assert 1 == passwords_asked(server)


def test_the_bodies_are_the_vendors(server: Server) -> None:
    """Compact, with the object's own id first, and a list in its envelope."""
    reply = server.ask("GET", f"{VENDOR}/connectors", user="alice")

    assert (
        b'{"values":[{"id":"dev","name":"Development","type":"ASSUME_ROLE"},'
        b'{"id":"artifacts","name":"Build artifacts","type":"FEDERATION_TOKEN"},'
        b'{"id":"shared","name":"Shared","type":"ASSUME_ROLE","scope":"SYSTEM"}],"size":3}'
    ) == reply.body
    assert "application/json;charset=UTF-8" == reply.headers["Content-Type"]
    assert "no-cache, no-store, no-transform" == reply.headers["Cache-Control"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer awsfed-session.none"},
        {"Authorization": "Bearer "},
        {"Authorization": "Negotiate abc"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + base64.b64encode(b"no colon").decode()},
        {"Cookie": "awsfed=awsfed-session.none"},
        {"Cookie": "=;;;"},
    ],
)
def test_who_is_nobody_is_told_so(server: Server, headers: dict[str, str]) -> None:
    """With no challenge that opens a browser's own window; a reason is for those alone whose password was wrong."""
    reply = server.ask("GET", INFO, headers=headers | {"Accept": "text/html"})

    assert (401, None) == (reply.status, reply.headers.get("X-Seraph-LoginReason"))
    assert 'Bearer realm="awsfed"' == reply.headers["WWW-Authenticate"]


@pytest.mark.parametrize("coding", ["utf-8", "latin-1"])
def test_clients_write_names_in_two_codings(server: Server, sandbox: Sandbox, coding: str) -> None:
    """What is no UTF-8 is Latin-1, in which some libraries write what is given to them as text."""
    sandbox.crowd.directory.add_user("jörg", password="pässwörd")
    value = base64.b64encode("jörg:pässwörd".encode(coding)).decode()

    assert "jörg" == server.ask("GET", INFO, headers={"Authorization": f"Basic {value}"}).json["userName"]


def test_a_wrong_password_and_an_unknown_user_are_one_answer(server: Server) -> None:
    """Byte for byte; and a cookie helps nobody who sends another name."""
    cookie = {"Cookie": cookie_of(server.ask("GET", INFO, headers=basic("frank", "frank-sandbox")))}
    replies = [
        server.ask("GET", INFO, headers=basic("frank", "wrong")),
        server.ask("GET", INFO, headers=basic("nobody-at-all", "wrong")),
        server.ask("GET", INFO, headers=cookie | basic("nobody-at-all", "wrong")),
    ]

    assert [(401, "AUTHENTICATED_FAILED")] * 3 == [(one.status, one.headers["X-Seraph-LoginReason"]) for one in replies]
    assert 1 == len({reply.body.replace(reply.headers["X-Request-Id"].encode(), b"") for reply in replies})


def test_a_bearer_ends_where_it_is_told_to(server: Server) -> None:
    """Signing out ends the session at once; a bearer is no cookie."""
    made = server.ask("POST", f"{OURS}/session", body={"name": "frank", "password": "frank-sandbox"})
    bearer = {"Authorization": f"Bearer {made.json['token']}"}
    as_cookie = server.ask("GET", f"{OURS}/session", headers={"Cookie": f"awsfed={made.json['token']}"})
    who = server.ask("GET", f"{OURS}/session", headers=bearer)
    ended = server.ask("DELETE", f"{OURS}/session", headers=bearer)
    after = server.ask("GET", f"{OURS}/session", headers=bearer)

    assert ["token", "key", "name", "signedInAt", "endsAt"] == list(made.json)
    assert [401, 200, 204, 401] == [as_cookie.status, who.status, ended.status, after.status]
    assert ("frank", [], False) == (who.json["name"], who.json["groups"], who.json["isAdministrator"])


def test_signing_out_with_a_password_leaves_no_cookie(server: Server) -> None:
    """The session that is made for this request ends with it."""
    ended = server.ask("DELETE", f"{OURS}/session", headers=basic("frank", "frank-sandbox"))

    assert (204, 1) == (ended.status, ended.headers["Set-Cookie"].count("awsfed="))
    assert "awsfed=; " in ended.headers["Set-Cookie"]
    assert "Max-Age=0" in ended.headers["Set-Cookie"]


def test_a_cookie_is_made_where_it_is_asked_for(server: Server) -> None:
    """Then the token stands in no body."""
    made = server.ask("POST", f"{OURS}/session", body={"name": "frank", "password": "frank-sandbox", "cookie": True})
    who = server.ask("GET", f"{OURS}/session", headers={"Cookie": cookie_of(made)})

    assert (201, ["key", "name", "signedInAt", "endsAt"]) == (made.status, list(made.json))
    assert "frank" == who.json["name"]


def test_a_service_signs_in_by_its_token(server: Server) -> None:
    """With Basic as with our own resource, and sees what it was granted."""
    token = server.workstation.awsfed("services", "add", "nightly", "shared").strip()
    reply = server.ask("GET", f"{VENDOR}/connectors", headers=basic("nightly", token))
    vended = server.ask("GET", f"{VENDOR}/connectors/shared/credentials", headers=basic("nightly", token))

    assert (200, ["shared"]) == (reply.status, [one["id"] for one in reply.json["values"]])
    assert 200 == vended.status, vended.body


def test_a_user_who_is_switched_off_has_no_session_any_more(server: Server) -> None:
    """The next request is refused, whatever it asks for."""
    server.token("alice")
    server.workstation.sandbox.crowd.directory.set_active("alice", False)

    for method, path in (("GET", f"{VENDOR}/connectors"), ("GET", f"{VENDOR}/connectors/dev/credentials")):
        reply = server.ask(method, path, user="alice")
        assert (403, "UserInactive") == (reply.status, reply.json["kind"])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "self"}, 200),
        ({"Origin": "https://evil.example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "application/json; charset=utf-8"}, 200),
    ],
)
def test_no_other_page_can_make_a_browser_vend(server: Server, headers: dict[str, str], status: int) -> None:
    """A change needs JSON, and an origin that is ours where one is sent."""
    sent = {name: server.url if value == "self" else value for name, value in headers.items()}

    assert (
        status == server.ask("POST", f"{OURS}/connectors/dev/credentials", raw=b"{}", user="alice", headers=sent).status
    )


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_page_can_make_a_browser_ask(server: Server, site: str) -> None:
    """The vendor's interface vends by GET too; and no password is looked at for such a page."""
    asked = passwords_asked(server)
    sent = {"Sec-Fetch-Site": site, **basic("alice", "alice-sandbox")}
    refused = server.ask("GET", f"{VENDOR}/connectors/dev/credentials", headers=sent)

    assert (403, None) == (refused.status, refused.headers.get("Set-Cookie"))
    assert asked == passwords_asked(server)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff",
        b"[" * 60_000,
        b'{"narrowing":{"unknown":1}}',
        b'{"narrowing":{"duration":"900"}}',
        b'{"narrowing":{"policy":"not a policy"}}',
        b'{"narrowing":{"regionLock":["nowhere"]}}',
        b'{"narrowing":{"policyArns":["arn"]}}',
        b'{"secret-canary":1}',
    ],
)
def test_what_is_not_understood_is_refused(server: Server, body: bytes) -> None:
    """With a status of its own, and nothing of it repeated but names of fields."""
    reply = server.ask("POST", f"{OURS}/connectors/dev/credentials", raw=body, user="alice")

    assert (200 if body == b"" else 400) == reply.status, reply.body
    assert b"not a policy" not in reply.body


def test_narrowing_narrows(server: Server) -> None:
    """What is given lives less long, and has a policy that the connector has not."""
    wish = {"narrowing": {"readOnly": True, "regionLock": ["eu-west-1"], "duration": 900}}
    usual = server.ask("POST", f"{OURS}/connectors/dev/credentials", body={}, user="alice").json
    less = server.ask("POST", f"{OURS}/connectors/dev/credentials", body=wish, user="alice").json

    assert 2700 == pytest.approx((usual["expiration"] - less["expiration"]) / 1000, abs=60)
    assert (usual["packedPolicyPercent"] or 0) < less["packedPolicyPercent"]


def test_membership_is_asked_at_every_vend(server: Server) -> None:
    """Who left a group is refused at the next request."""
    directory = server.workstation.sandbox.crowd.directory
    before = server.ask("POST", f"{OURS}/connectors/dev/credentials", body={}, user="alice")
    directory.remove_from_group("alice", "aws-developers")
    after = server.ask("POST", f"{OURS}/connectors/dev/credentials", body={}, user="alice")

    assert [200, 403] == [before.status, after.status]


def test_guessing_gets_slow(server: Server) -> None:
    """After some failures of one name from one place, the next try has to wait, and is told how long."""
    statuses: list[int] = []
    reply: Reply | None = None
    while 429 not in statuses and len(statuses) < 8:
        reply = server.ask("POST", f"{OURS}/session", body={"name": "guessed", "password": "x"})
        statuses.append(reply.status)

    assert reply is not None
    assert 429 == statuses[-1]
    assert {401} == set(statuses[:-1])
    assert ("TooManyAttempts", True) == (reply.json["kind"], int(reply.headers["Retry-After"]) > 0)
    assert 200 == server.ask("GET", f"{VENDOR}/connectors", user="alice").status


def test_what_a_request_brings_is_not_shown() -> None:
    """In whatever repeats it: a token, a cookie, a password, a body."""
    received = Received(
        method="POST",
        path={},
        query=(),
        headers={"authorization": "Bearer canary"},
        cookies={"awsfed": "canary"},
        body=b"canary",
        noted=Noted(request_id="r-1", way=Way(source="192.0.2.1", is_local=False, is_safe=True)),
    )

    assert "canary" not in repr(received) + repr(SignIn(name="ada", password="canary", token="canary"))
