"""Catalogues behind an https URL."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from awsfed.broker.catalogue.copies import Fetched
from awsfed.broker.catalogue.signature import Part
from awsfed.errors import ConfigError, ProtocolError
from awsfed.model.signatures import SIGNATURE_LIMIT, SUFFIX
from awsfed.outside.retry import Trouble, TryAgain
from awsfed.settings.reading import LIMIT

REDIRECTS = 3
_OK, _NOT_MODIFIED, _TOO_MANY, _SERVER_ERRORS = 200, 304, 429, 500
_MOVED = {301, 302, 303, 307, 308}
_MISSING = {403, 404, 410}
"""What hosts answer about a file that is not there; some of them tell nobody that it is not."""
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,500}"')
_ACCEPT = "application/json, application/toml, text/plain;q=0.5, */*;q=0.1"


class Reply(Protocol):
    """What the web door answers."""

    @property
    def status(self) -> int: ...  # noqa: D102 - see the door
    @property
    def headers(self) -> Mapping[str, str]: ...  # noqa: D102 - see the door
    @property
    def body(self) -> bytes: ...  # noqa: D102 - see the door


class Web(Protocol):
    """The web door, as far as it is used here."""

    def send(self, method: str, url: str, *, headers: Mapping[str, str], limit: int) -> Reply:
        """Make one request and follow no redirect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSource:
    """One URL; its signature is at the same URL with `.sig` behind it."""

    url: str
    http: Web

    @property
    def name(self) -> str:
        """Return the URL."""
        return self.url

    def fetch(self, known: Fetched | None, *, signed: bool) -> Fetched:
        """Ask once, on the same host wherever it sends us; see the port."""
        headers = {"Accept": _ACCEPT}
        if known and known.etag and _ETAG.fullmatch(known.etag):
            headers["If-None-Match"] = known.etag
        reply = self._followed(self.url, headers, LIMIT)
        if reply.status not in {_OK, _NOT_MODIFIED}:
            raise ConfigError(f"the catalogue {self.url} answered {reply.status}", hint=_HINT)
        if reply.status == _NOT_MODIFIED and "If-None-Match" not in headers:
            raise ProtocolError(f"the catalogue {self.url} answered 304 to a question that had no condition")
        signature = self._signature() if signed else None
        if reply.status == _NOT_MODIFIED and known:
            return replace(known, parts=tuple(replace(part, signature=signature) for part in known.parts))
        etag = reply.headers.get("etag", "")
        part = Part(name=self.url, body=reply.body, signature=signature)
        return Fetched(parts=(part,), etag=etag if _ETAG.fullmatch(etag) else None)

    def _signature(self) -> bytes | None:
        url = f"{self.url}{SUFFIX}"
        reply = self._followed(url, {"Accept": "text/plain, */*;q=0.1"}, SIGNATURE_LIMIT)
        if reply.status in _MISSING:
            return None
        if reply.status != _OK:
            raise ConfigError(f"the signature {url} answered {reply.status}", hint=_HINT)
        return reply.body

    def _followed(self, url: str, headers: Mapping[str, str], limit: int) -> Reply:
        """Return an answer that is final; raise TryAgain where the host fails."""
        for _ in range(REDIRECTS + 1):
            reply = self.http.send("GET", url, headers=headers, limit=limit)
            if reply.status == _TOO_MANY:
                raise TryAgain(f"the catalogue {self.url} answered {reply.status}", trouble=Trouble.THROTTLED)
            if reply.status >= _SERVER_ERRORS:
                raise TryAgain(f"the catalogue {self.url} answered {reply.status}")
            if reply.status not in _MOVED:
                return reply
            url = self._next(url, reply.headers.get("location", ""))
        raise ConfigError(f"the catalogue {self.url} redirects more than {REDIRECTS} times", hint=_HINT)

    def _next(self, url: str, location: str) -> str:
        """Return where a redirect leads; raise ConfigError where that is another host."""
        try:
            target = urljoin(url, location)
            here, there = urlsplit(self.url), urlsplit(target)
        except ValueError as error:
            raise ProtocolError(f"the catalogue {self.url} redirects to something that is no URL") from error
        if not location or (here.scheme, here.netloc.lower()) != (there.scheme, there.netloc.lower()):
            raise ConfigError(f"the catalogue {self.url} redirects to another host, which is not followed", hint=_HINT)
        return target


_HINT = "check catalogue.source"
