"""Every resource by every role: statuses and bodies, and nothing that tells what exists from what does not."""

import re
from typing import Any

import pytest
from server.conftest import OURS, VENDOR, Reply, Server

from awsfed.sandbox.aws.faults import fail
from awsfed.sandbox.crowd.faults import answer
from awsfed.sandbox.crowd.faults import fail as crowd_fails
from awsfed.server.app import all_resources

NOBODY, FRANK, ALICE, ADMIN, SERVICE = None, "frank", "alice", "carol", "service:build"
ROLES = (NOBODY, FRANK, ALICE, SERVICE, ADMIN)
"""frank may use nothing of what is asked for here; alice uses `dev`, and the service `shared`."""
MANY = {
    "name": "Made",
    "type": "ASSUME_ROLE",
    "accountId": "main",
    "roleArn": "arn:aws:iam::123456789012:role/developer",
}
KEY = {"name": "other", "awsAccessKeyId": "AKIAIOSFODNN7EXAMPLE", "awsSecretKey": "x" * 40}
GONE = "00000000-0000-4000-8000-000000000000"

# Statuses for nobody, frank, alice, the service and an administrator.
OPEN = (200, 200, 200, 200, 200)
ONLY_SIGNED_IN = (401, 200, 200, 200, 200)
ONLY_GRANTED = (401, 403, 200, 403, 200)
TABLE: tuple[tuple[str, str, object, tuple[int, ...]], ...] = (
    ("GET", f"{OURS}/status", None, OPEN),
    ("GET", f"{OURS}/session", None, ONLY_SIGNED_IN),
    ("GET", f"{OURS}/connectors", None, ONLY_SIGNED_IN),
    ("GET", f"{OURS}/connectors/dev/explanation", None, ONLY_GRANTED),
    ("POST", f"{OURS}/connectors/dev/credentials", {}, ONLY_GRANTED),
    ("POST", f"{OURS}/connectors/shared/credentials", {}, (401, 403, 200, 200, 200)),
    ("POST", f"{OURS}/connectors/dev/diagnosis", {}, ONLY_GRANTED),
    ("POST", f"{OURS}/connectors/dev/caller-identity", {}, ONLY_GRANTED),
    ("POST", f"{OURS}/connectors/dev/ecr", {}, ONLY_GRANTED),
    ("POST", f"{OURS}/connectors/dev/codeartifact", {"domain": "packages"}, ONLY_GRANTED),
    ("POST", f"{OURS}/connectors/dev/console", {}, ONLY_GRANTED),
    ("GET", f"{VENDOR}/status/info", None, ONLY_SIGNED_IN),
    ("GET", f"{VENDOR}/connectors", None, ONLY_SIGNED_IN),
    ("GET", f"{VENDOR}/connectors/dev", None, ONLY_GRANTED),
    ("GET", f"{VENDOR}/connectors/shared", None, (401, 403, 200, 200, 200)),
    ("GET", f"{VENDOR}/connectors/dev/credentials", None, ONLY_GRANTED),
    ("GET", f"{VENDOR}/connectors/dev/caller-identity", None, ONLY_GRANTED),
    ("GET", f"{VENDOR}/connectors/dev/console/url", None, ONLY_GRANTED),
    ("GET", f"{VENDOR}/connectors/dev/ecr/credentials?region=eu-central-1", None, ONLY_GRANTED),
    ("GET", f"{VENDOR}/connectors/dev/codeartifact/credentials?domain=packages", None, ONLY_GRANTED),
    ("POST", f"{VENDOR}/connectors", MANY, (401, 403, 403, 403, 201)),
    ("PUT", f"{VENDOR}/connectors/{GONE}", MANY, (401, 403, 403, 403, 404)),
    ("PUT", f"{VENDOR}/connectors/dev", MANY, (401, 403, 403, 403, 409)),
    ("DELETE", f"{VENDOR}/connectors/{GONE}", None, (401, 403, 403, 403, 404)),
    ("DELETE", f"{VENDOR}/connectors/dev", None, (401, 403, 403, 403, 409)),
    ("GET", f"{VENDOR}/accounts", None, (401, 403, 403, 403, 200)),
    ("POST", f"{VENDOR}/accounts?skipValidation=true", KEY, (401, 403, 403, 403, 201)),
    ("GET", f"{VENDOR}/accounts/{GONE}", None, (401, 403, 403, 403, 404)),
    ("PUT", f"{VENDOR}/accounts/{GONE}", KEY, (401, 403, 403, 403, 404)),
    ("DELETE", f"{VENDOR}/accounts/{GONE}", None, (401, 403, 403, 403, 404)),
    ("GET", "/console", None, OPEN),
    ("POST", "/console/redeem", {"ticket": "awsfed-ticket.none"}, (404, 404, 404, 404, 404)),
    (
        "GET",
        "/plugins/servlet/identity-federation-for-aws/aws-console-login/dev",
        None,
        (401, 403, 302, 403, 302),
    ),
    ("GET", "/healthz", None, OPEN),
    ("HEAD", "/healthz", None, OPEN),
    ("HEAD", "/readyz", None, OPEN),
    ("GET", "/readyz", None, OPEN),
    ("GET", "/metrics", None, OPEN),
)


def template(method: str, path: str) -> tuple[str, str]:
    """Return which resource a line of the table is about."""
    bare = path.partition("?")[0]
    for whole, resource in all_resources():
        pattern = re.sub(r"\{\w+\}", "[^/]+", whole)
        if resource.method == method and re.fullmatch(pattern, bare):
            return method, whole
    raise AssertionError(path)


def test_the_table_has_every_resource() -> None:
    """But for signing in and out, which tests of their own do."""
    known = {(resource.method, path) for path, resource in all_resources()}
    elsewhere = {("POST", f"{OURS}/session"), ("DELETE", f"{OURS}/session")}

    assert known - elsewhere == {template(method, path) for method, path, _, _ in TABLE}


@pytest.mark.parametrize(("method", "path", "body", "statuses"), TABLE, ids=[f"{row[0]} {row[1]}" for row in TABLE])
def test_who_may(server: Server, method: str, path: str, body: object, statuses: tuple[int, ...]) -> None:
    """Each role gets its status; every failure has the one form, and no answer may be kept anywhere."""
    replies = [server.ask(method, path, body=body, user=role) for role in ROLES]

    assert list(statuses) == [reply.status for reply in replies], [reply.body for reply in replies]
    for reply in replies:
        assert reply.headers["X-Request-Id"]
        assert "no-store" in reply.headers["Cache-Control"]
        if reply.status >= 400:
            assert ["errorMessages", "errors", "kind", "hint", "requestId"] == list(reply.json)
            assert "Basic" not in reply.headers.get("WWW-Authenticate", "")


def same(reply: Reply) -> Any:
    """Return an answer without what differs by itself: the number of the request, and the ids that were sent."""
    text = re.sub(r'"requestId":"[^"]*"', "", reply.body.decode())
    names = set(reply.headers) - {"date", "x-request-id", "content-length"}
    return reply.status, re.sub(r"raw|xyz", "ID", text), names


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        (method, path, body)
        for method, path, body, statuses in TABLE
        if statuses in {ONLY_GRANTED, (401, 403, 302, 403, 302)}
    ],
)
def test_what_is_not_allowed_is_not_there(server: Server, method: str, path: str, body: object) -> None:
    """A connector of others and one that never was are one answer, byte for byte but for their ids."""
    closed, unknown = (
        server.ask(method, path.replace("/dev", f"/{name}"), body=body, user="alice") for name in ("raw", "xyz")
    )

    assert 403 == closed.status
    assert same(closed) == same(unknown)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "connectors"),
        ("PUT", f"connectors/{GONE}"),
        ("DELETE", f"connectors/{GONE}"),
        ("GET", "connectors/dev/codeartifact/credentials?domain=packages"),
    ],
)
def test_what_came_later_is_not_in_the_first_version(server: Server, method: str, path: str) -> None:
    """2.0 reads; what 2.1 added is not found there, and is found in 2.1."""
    body = MANY if method in {"POST", "PUT"} else None
    base = VENDOR.removesuffix("2.2")

    assert 404 == server.ask(method, f"{base}2.0/{path}", body=body, user="carol").status
    assert 405 != server.ask(method, f"{base}2.1/{path}", body=body, user="carol").status
    assert 404 == server.ask("GET", f"{base}1.0/connectors", user="carol").status
    assert 200 == server.ask("GET", f"{base}2.0/connectors", user="carol").status


def detail(server: Server, reply: Reply) -> str:
    """Return what the log says of the request behind an answer."""
    return str(server.line_of(reply).get("detail"))


WHOSE = "arn:aws:iam::123456789012:user/awsfed-broker"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{OURS}/connectors/dev/credentials"),
        ("POST", f"{OURS}/connectors/dev/console"),
        ("POST", f"{OURS}/connectors/dev/diagnosis"),
        ("GET", f"{VENDOR}/connectors/dev/credentials"),
    ],
)
def test_whose_key_aws_refused_is_for_administrators(server: Server, method: str, path: str) -> None:
    """Others hear the code of AWS; the key, its user and the role are in the log and for who looks after them."""

    def refused(user: str) -> Reply:
        fault = fail(403, "AccessDenied", f"User: {WHOSE} is not authorized to perform: sts:AssumeRole")
        server.workstation.sandbox.aws.faults.add(fault)
        reply = server.ask(method, path, body={} if method == "POST" else None, user=user)
        if path.endswith("/console"):
            reply = server.ask("POST", "/console/redeem", body={"ticket": reply.json["url"].partition("#")[2]})
        return reply

    reply = refused("alice")
    theirs = reply.body.decode()
    assert "AWS refuse" in theirs
    for secret in (WHOSE, "main", "sts:", "trust policy"):
        assert secret not in theirs
    if not path.endswith("/console"):  # a ticket is redeemed by nobody in particular
        assert WHOSE in refused("carol").body.decode()
    assert WHOSE in detail(server, reply)


def test_a_diagnosis_shows_the_key_to_administrators(server: Server) -> None:
    """That it works is for everybody, which one it is is not."""
    theirs, ours = (
        server.ask("POST", f"{OURS}/connectors/dev/diagnosis", body={}, user=user).json["steps"][0]
        for user in ("alice", "carol")
    )

    assert {"what": "AWS accepts the access key", "detail": "", "error": None} == theirs
    assert f"main: AKIASANDBOXBROKERAAA, {WHOSE}" == ours["detail"]


def test_what_is_out_of_reach_is_not_named(server: Server) -> None:
    """Where Crowd is, how it is called and what is in between stands in the log alone."""
    server.workstation.sandbox.crowd.faults.add(answer(401, {"X-Embedded-Crowd-Version": "1"}), path="authentication")
    reply = server.ask("POST", f"{OURS}/session", body={"name": "alice", "password": "alice-sandbox"})

    assert "application" not in reply.body.decode()
    assert "application" in detail(server, reply)

    for _ in range(8):
        server.workstation.sandbox.crowd.faults.add(crowd_fails(500), path="authentication")
    reply = server.ask("POST", f"{OURS}/session", body={"name": "alice", "password": "alice-sandbox"})
    server.workstation.sandbox.crowd.faults.clear()

    assert (503, ["the broker cannot ask Crowd now"]) == (reply.status, reply.json["errorMessages"])
    assert "500" in detail(server, reply)
