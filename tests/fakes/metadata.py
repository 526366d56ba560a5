"""The metadata services of EC2, ECS and EKS on loopback, as strict as the real ones, with knobs for trouble."""

import json
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

ROLE = "broker-role"
_FORWARDED = ("X-Forwarded-For", "Forwarded", "Via")


def role_credentials(life_s: int = 21_600, now: datetime | None = None) -> dict[str, str]:
    """Return new credentials in the words of the platforms."""
    expires = (now or datetime.now(UTC)) + timedelta(seconds=life_s)
    return {
        "AccessKeyId": "ASIA" + secrets.token_hex(8).upper(),
        "SecretAccessKey": secrets.token_hex(20),
        "Token": secrets.token_hex(60),
        "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


@dataclass
class _Service:
    """What both services share: a server for as long as a `with` block lasts, and what was asked of it."""

    credentials: dict[str, str] = field(default_factory=role_credentials)
    trouble: list[int] = field(default_factory=list)
    """Statuses of the next answers, instead of the real ones."""
    body: bytes | None = None
    """What is sent instead of the credentials."""
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        service = self

        class Handler(BaseHTTPRequestHandler):
            """Hands every request to the service."""

            def do_GET(self) -> None:
                """Answer."""
                status, body = service.answered("GET", self)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_PUT(self) -> None:
                """Answer."""
                status, body = service.answered("PUT", self)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The origin."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answered(self, method: str, request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        """Return status and body; what came over a proxy is refused."""
        self.asked.append(f"{method} {request.path}")
        if self.trouble:
            return self.trouble.pop(0), b"ordered by a test"
        if any(name in request.headers for name in _FORWARDED):
            return 403, b"forwarded"
        return self.answer(method, request)

    def answer(self, method: str, request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        """Return status and body."""
        raise NotImplementedError


@dataclass
class Instance(_Service):
    """The instance metadata service, version 2 alone: without a token of its own it answers nothing."""

    role: str | None = ROLE
    offers_version_2: bool = True
    tokens: dict[str, int] = field(default_factory=dict)
    """Tokens that were given, and for how many seconds."""

    def answer(self, method: str, request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        """Return status and body."""
        if request.path == "/latest/api/token":
            return self._token(method, request)
        if self.offers_version_2 and request.headers.get("X-aws-ec2-metadata-token") not in self.tokens:
            return 401, b""
        folder = "/latest/meta-data/iam/security-credentials/"
        if request.path == folder and self.role:
            return 200, self.role.encode()
        if request.path == folder + str(self.role):
            extra = {"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z"}
            return 200, self.body or json.dumps({**extra, **self.credentials}).encode()
        return 404, b"<html>Not Found</html>"

    def _token(self, method: str, request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        ttl = request.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
        if not self.offers_version_2:
            return 404, b""
        if method != "PUT":
            return 405, b""
        if not ttl.isdigit() or not 1 <= int(ttl) <= 21_600:
            return 400, b""
        token = secrets.token_urlsafe(40) + "=="
        self.tokens[token] = int(ttl)
        return 200, token.encode()


@dataclass
class Container(_Service):
    """The credentials of an ECS task or an EKS pod, for whoever shows the token."""

    token: str | None = None

    def answer(self, method: str, request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        """Return status and body."""
        if request.path != "/v1/credentials" or method != "GET":
            return 404, b""
        if self.token is not None and request.headers.get("Authorization") != self.token:
            return 401, b""
        return 200, self.body or json.dumps({**self.credentials, "AccountId": "123456789012"}).encode()
