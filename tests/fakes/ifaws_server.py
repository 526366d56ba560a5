"""The vendor's app on a host such as Bamboo, over real HTTP, as strict as the contract says.

Basic or a cookie or a bearer; a session that ends after 30 minutes without use; a CAPTCHA after three failed logins;
what the host refuses comes as HTML with its headers, what the app refuses as compact JSON.
"""

import base64
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from fakes.served import Given, Received, Served, compact

from awsfed.outside.clock import Clock

CONTEXT = "/bamboo"
BASE = f"{CONTEXT}/rest/identity-federation-for-aws/"
IDLE_S = 1800
DEV = "0a0f3a4e-7a5c-4d63-9f0e-1f2b3c4d5e6f"
OPS = "1b1f3a4e-7a5c-4d63-9f0e-1f2b3c4d5e6f"
TEAM = "2c2f3a4e-7a5c-4d63-9f0e-1f2b3c4d5e6f"
_CAPTCHA_AFTER = 3
_JSON = "application/json;charset=UTF-8"


@dataclass
class HostUser:
    """Somebody who can sign in at the host."""

    password: str
    groups: set[str] = field(default_factory=set)
    is_administrator: bool = False
    failures: int = 0
    is_active: bool = True


@dataclass
class _HostSession:
    name: str
    used_at: float


class IfawsHost:
    """The host, the app on it, and what they know.

    Attributes:
        users: by name; the host folds case.
        tokens: personal access tokens, and whose they are.
        connectors: as an administrator sees them, with their groups.
        versions: the versions of the resources that the app serves.
        says_anonymous_with: the status for a request of nobody: 401, or 403 as some hosts have it.
        aws_refuses: an error of AWS, as the app passes it on.
        changes: members of resources of connectors that are answered otherwise.
        served: the running server.
    """

    def __init__(self, clock: Clock) -> None:
        self.users = {
            "alice": HostUser("alice-right", {"developers"}),
            "bob": HostUser("bob-right"),
            "carol": HostUser("carol-right", {"admins"}, is_administrator=True),
        }
        self.tokens = {"NDc4MDkyNDc2-pat": "alice"}
        self.connectors: dict[str, dict[str, Any]] = {
            DEV: {"name": "dev", "type": "ASSUME_ROLE", "groups": {"developers"}},
            TEAM: {"name": "Development Team A", "type": "FEDERATION_TOKEN", "groups": {"developers"}},
            OPS: {"name": "ops", "type": "ASSUME_ROLE", "scope": "SYSTEM", "groups": {"operators"}},
        }
        self.versions = {"2.0", "2.1", "2.2"}
        self.says_anonymous_with = 401
        self.aws_refuses: str | None = None
        self.changes: dict[str, Any] = {}
        self.vended = 0
        self._clock = clock
        self._sessions: dict[str, _HostSession] = {}
        self.served = Served(self._answer, clock)

    @property
    def url(self) -> str:
        """What users set as the broker."""
        return f"{self.served.origin}{CONTEXT}"

    @contextmanager
    def serving(self) -> Iterator["IfawsHost"]:
        """Serve."""
        with self.served:
            yield self

    def solve_captcha(self, name: str) -> None:
        """Sign in once in a browser."""
        self.users[name].failures = 0

    def end_sessions(self) -> None:
        """Restart the host."""
        self._sessions.clear()

    def _answer(self, asked: Received) -> Given:
        if not asked.path.startswith(f"{CONTEXT}/"):
            return _html(404, "Not Found")
        name, reason, cookies = self._who(asked)
        headers = [("X-AUSERNAME", quote(name) if name else "anonymous"), *(("Set-Cookie", one) for one in cookies)]
        if reason:
            headers.append(("X-Seraph-LoginReason", reason))
        if reason in {"AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED"}:
            return _html(401 if reason == "AUTHENTICATED_FAILED" else 403, "Unauthorized", headers)
        version, _, rest = asked.path.removeprefix(BASE).partition("/")
        if not asked.path.startswith(BASE) or version not in self.versions:
            return _html(404, "Dead link", headers)
        if name is None:
            return _html(self.says_anonymous_with, "You must log in", headers)
        if asked.method != "GET":
            return _html(405, "Method Not Allowed", headers)
        given = self._resource(rest.split("/"), asked.params, name, version)
        return Given(status=given.status, body=given.body, headers=[*given.headers, *headers])

    def _who(self, asked: Received) -> tuple[str | None, str | None, list[str]]:
        """Return the user, the reason of Seraph, and the cookies to set."""
        scheme, _, given = asked.headers.get("authorization", "").partition(" ")
        if scheme == "Basic":
            return self._basic(given)
        if scheme == "Bearer":
            owner = self.tokens.get(given)
            return (owner, "OK", []) if owner else (None, "AUTHENTICATED_FAILED", [])
        pairs = [pair.strip().partition("=") for pair in asked.headers.get("cookie", "").split(";")]
        jar = {name: value for name, _, value in pairs}
        session = self._sessions.get(jar.get("JSESSIONID", ""))
        if session is None or self._clock.now() - session.used_at > IDLE_S or not self.users[session.name].is_active:
            return None, None, ["JSESSIONID=anonymous0; Path=/bamboo; HttpOnly"]
        session.used_at = self._clock.now()
        return session.name, "OK", []

    def _basic(self, given: str) -> tuple[str | None, str | None, list[str]]:
        typed, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        user = self.users.get(typed.lower())
        if user and user.failures >= _CAPTCHA_AFTER:
            return None, "AUTHENTICATION_DENIED", []
        if user is None or not user.is_active or user.password != password:
            if user:
                user.failures += 1
            return None, "AUTHENTICATED_FAILED", []
        user.failures = 0
        identifier = secrets.token_hex(16).upper()
        self._sessions[identifier] = _HostSession(typed.lower(), self._clock.now())
        token = 'atl.xsrf.token="3f1c_lin"; Path=/bamboo'
        return typed.lower(), "OK", [f"JSESSIONID={identifier}; Path=/bamboo; Secure; HttpOnly; SameSite=Lax", token]

    def _resource(self, parts: list[str], params: Mapping[str, str], name: str, version: str) -> Given:
        user = self.users[name]
        if parts == ["status", "info"]:
            return _json({"version": "3.4.1", "state": "RUNNING"})
        if parts[0] != "connectors":
            return _error(404, "There is no such resource.")
        if len(parts) == 1:
            values = [self._seen(key, user) for key in self.connectors if self._may(key, user)]
            return _json({"values": values, "size": len(values)})
        if parts[1] not in self.connectors:
            return _error(404, "The connector does not exist.")
        if not self._may(parts[1], user):
            return _error(403, "You do not have permission to use this connector.")
        return self._of_connector(parts[1], "/".join(parts[2:]), params, user, version)

    def _of_connector(self, key: str, what: str, params: Mapping[str, str], user: HostUser, version: str) -> Given:
        if what and self.aws_refuses:
            return _error(400, self.aws_refuses)
        given: dict[str, Any] | None = None
        match what:
            case "":
                given = self._seen(key, user)
            case "credentials":
                given = self._credentials()
            case "caller-identity":
                arn = "arn:aws:sts::123456789012:assumed-role/developer/alice"
                given = {"account": "123456789012", "arn": arn, "userId": "AROAEXAMPLE:alice"}
            case "console/url":
                servlet = "/plugins/servlet/identity-federation-for-aws/aws-console-login/"
                given = {"url": f"{self.url}{servlet}{key}"}
            case "ecr/credentials":
                given = self._ecr(params.get("region", "eu-central-1"))
            case "codeartifact/credentials" if version != "2.0" and set(params) == {"domain", "region"}:
                given = {"authorizationToken": "packages-token", "expiration": (self._clock.now() + 43_200) * 1000}
        return _error(404, "There is no such resource.") if given is None else _json(given | self.changes)

    def _credentials(self) -> dict[str, Any]:
        self.vended += 1
        return {
            "expiration": int((self._clock.now() + 3600) * 1000),
            "sessionToken": f"token-{self.vended}",
            "accessKeyId": f"ASIA{self.vended:016}",
            "secretAccessKey": f"secret-{self.vended}",
        }

    def _ecr(self, region: str) -> dict[str, Any]:
        host = f"123456789012.dkr.ecr.{region}.amazonaws.com"
        token = base64.b64encode(b"AWS:ecr-password").decode()
        given = {"authorizationToken": token, "expiresAt": int((self._clock.now() + 43_200) * 1000)}
        given |= {"proxyEndpoint": f"https://{host}", "proxyEndpointDomain": host}
        return given | {"username": "AWS", "password": "ecr-password"}

    def _may(self, key: str, user: HostUser) -> bool:
        return user.is_administrator or bool(self.connectors[key]["groups"] & user.groups)

    def _seen(self, key: str, user: HostUser) -> dict[str, Any]:
        connector = self.connectors[key]
        seen = {"id": key} | {name: connector[name] for name in ("name", "type", "scope") if name in connector}
        return seen | ({"groups": sorted(connector["groups"])} if user.is_administrator else {})


def _json(value: Any, status: int = 200) -> Given:
    headers = [("Content-Type", _JSON), ("Cache-Control", "no-cache, no-store, no-transform")]
    return Given(status=status, body=compact(value), headers=headers)


def _error(status: int, message: str) -> Given:
    return _json({"errorMessages": [message], "errors": {}}, status)


def _html(status: int, title: str, headers: list[tuple[str, str]] | None = None) -> Given:
    body = f"<html><head><title>{title}</title></head><body><h1>{title} ({status})</h1></body></html>".encode()
    return Given(status=status, body=body, headers=[("Content-Type", "text/html;charset=UTF-8"), *(headers or [])])
