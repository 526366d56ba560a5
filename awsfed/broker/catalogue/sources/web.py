"""A catalogue behind an https URL, with its last good copy for the times when nobody answers."""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from awsfed.broker.catalogue.bounds import bounded
from awsfed.broker.catalogue.copies import Copy, read_copy, write_copy
from awsfed.broker.catalogue.document import Reading, read_document
from awsfed.broker.catalogue.interface import Connectors
from awsfed.errors import CatalogueUnavailable, ConfigError, ProtocolError, Unavailable, UnwritableFile
from awsfed.outside.clock import Clock
from awsfed.outside.retry import Retries, Trouble, TryAgain
from awsfed.settings.problems import Problem
from awsfed.settings.reading import LIMIT
from awsfed.settings.values import KeySettings

OLDEST_COPY_S = 7 * 86_400
"""An older copy is not used: grants that were taken back a week ago have to be gone."""
REDIRECTS = 3
_OK, _NOT_MODIFIED, _TOO_MANY, _SERVER_ERRORS = 200, 304, 429, 500
_MOVED = {301, 302, 303, 307, 308}
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
class WebCatalogue:
    """The URL that `catalogue.source` names.

    It is asked when the copy is older than `max_age_s`: with all retries where there is no copy, once where there is.
    A definite refusal, or a document with a mistake in it, is an error even while there is a copy.
    """

    url: str
    keys: Mapping[str, KeySettings]
    """Bounds what connectors may ask of each access key."""
    max_age_s: int
    folder: Path
    """Where the copy is kept, privately."""
    http: Web
    clock: Clock
    retries: Retries

    def connectors(self) -> Connectors:
        """Return the connectors; see the port."""
        reading, age_s = self._current()
        return Connectors(by_id=reading.good(), origin=self.url, age_s=age_s)

    def check(self) -> tuple[Problem, ...]:
        """Return every mistake in the document at once, warnings among them; raise as the port does otherwise."""
        return self._current()[0].problems

    def _current(self) -> tuple[Reading, float | None]:
        copy = read_copy(self.folder, self.url)
        age_s = self.clock.now() - copy.fetched_at if copy else 0.0
        if copy and 0 <= age_s < self.max_age_s:
            return self._read(copy), None
        try:
            new = self._fetch(copy)
        except Unavailable as error:
            if copy and age_s <= OLDEST_COPY_S:
                return self._read(copy), max(age_s, 0.0)
            old = " and the copy is more than a week old" if copy else ""
            message = f"the catalogue {self.url} cannot be fetched{old}: {error.message}"
            raise CatalogueUnavailable(message, hint=error.hint) from error
        reading = self._read(new)
        if reading.is_good:
            with contextlib.suppress(UnwritableFile):  # a machine that can keep nothing asks every time
                write_copy(self.folder, self.url, new)
        return reading, None

    def _read(self, copy: Copy) -> Reading:
        return bounded(read_document(copy.body, name=self.url), self.keys, fetched=True)

    def _fetch(self, copy: Copy | None) -> Copy:
        """Return the document as it is now, which may be what the copy holds already."""
        retries = replace(self.retries, retries=0) if copy else self.retries
        reply = retries.run("the catalogue", lambda: self._ask(copy))
        now = self.clock.now()
        if reply.status == _NOT_MODIFIED:
            if copy is None:
                raise ProtocolError(f"the catalogue {self.url} answered 304 to a question that had no condition")
            return replace(copy, fetched_at=now)
        etag = reply.headers.get("etag", "")
        return Copy(body=reply.body, etag=etag if _ETAG.fullmatch(etag) else None, fetched_at=now)

    def _ask(self, copy: Copy | None) -> Reply:
        """Ask once, on the same host wherever it sends us; raise TryAgain, or ConfigError for a refusal."""
        headers = {"Accept": _ACCEPT}
        if copy and copy.etag and _ETAG.fullmatch(copy.etag):
            headers["If-None-Match"] = copy.etag
        url = self.url
        for _ in range(REDIRECTS + 1):
            reply = self.http.send("GET", url, headers=headers, limit=LIMIT)
            if reply.status not in _MOVED:
                return self._answered(reply)
            url = self._next(url, reply.headers.get("location", ""))
        raise ConfigError(f"the catalogue {self.url} redirects more than {REDIRECTS} times", hint=_HINT)

    def _answered(self, reply: Reply) -> Reply:
        if reply.status in {_OK, _NOT_MODIFIED}:
            return reply
        message = f"the catalogue {self.url} answered {reply.status}"
        if reply.status == _TOO_MANY:
            raise TryAgain(message, trouble=Trouble.THROTTLED)
        if reply.status >= _SERVER_ERRORS:
            raise TryAgain(message)
        raise ConfigError(message, hint=_HINT)

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
