"""One request as it came over the wire, read once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request

_VERSIONS = {"2011-06-15": "sts", "2010-05-08": "iam", "2010-05-15": "cloudformation"}
_TARGETS = {
    "AmazonEC2ContainerRegistry_V20150921": "ecr",
    "AmazonSSM": "ssm",
    "secretsmanager": "secretsmanager",
    "TrentService": "kms",
}
_SCOPE = re.compile(r"Credential=([^/,\s]*)/[^/,\s]*/[^/,\s]*/([^/,\s]*)/")
_REST_CALLS = (
    ("codeartifact", re.compile("POST /v1/authorization-token"), "GetAuthorizationToken"),
    ("eks", re.compile("GET /clusters/[^/]+"), "DescribeCluster"),
)
_BODY_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Method, address, headers and body; what the query and a form mean is decoded."""

    method: str
    raw_path: str
    """As it was sent, still percent-encoded."""
    path: str
    query: tuple[tuple[str, str], ...] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """By lower-case name."""
    body: bytes = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    """The parameters of a query-protocol call, from the body or the address."""

    @classmethod
    def read(cls, environ: dict[str, Any]) -> "Received":
        """Read a request to its end, so that the connection stays usable."""
        request = Request(environ)
        request.max_content_length = _BODY_LIMIT
        body = request.get_data(cache=False, parse_form_data=False)
        raw_path, _, raw_query = environ.get("REQUEST_URI", request.full_path).partition("?")
        query = tuple(parse_qsl(raw_query, keep_blank_values=True))
        form = dict(query)
        if request.mimetype == "application/x-www-form-urlencoded":
            form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        return cls(
            method=request.method,
            raw_path=raw_path,
            path=request.path,
            query=query,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            form=form,
        )

    @property
    def service(self) -> str:
        """The service by what is asked; only where that says nothing, by what the signature is for."""
        target = self.headers.get("x-amz-target")
        if target is not None:
            return _TARGETS.get(target.rpartition(".")[0]) or self._signed_for or "unknown"
        if self.path == "/" and self.form.get("Version") in _VERSIONS:
            return _VERSIONS[self.form["Version"]]
        return self._signed_for or "s3"

    @property
    def action(self) -> str:
        """The operation; for S3, which has no names on the wire, method and path."""
        if self.service == "s3":
            return f"{self.method} {self.path}"
        for service, path, name in _REST_CALLS:
            if service == self.service and path.fullmatch(f"{self.method} {self.path}"):
                return name
        target = self.headers.get("x-amz-target", "")
        return target.rpartition(".")[2] or self.form.get("Action", "")

    @property
    def access_key_id(self) -> str | None:
        """The key that a request says it was signed with."""
        return self._credential[0]

    @property
    def _signed_for(self) -> str | None:
        return self._credential[1]

    @property
    def _credential(self) -> tuple[str | None, str | None]:
        """Key and service as the signature tells them, nothing verified."""
        text = self.headers.get("authorization") or f"Credential={dict(self.query).get('X-Amz-Credential', '')}"
        found = _SCOPE.search(text)
        return (found[1], found[2]) if found else (None, None)
