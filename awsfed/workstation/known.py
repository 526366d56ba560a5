"""What the last answers told us: who is signed in where, which connectors there are, and what we put where.

No secrets: it lets a cached answer be found, names be completed and everything be cleaned up without asking anybody.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from awsfed.broker.interface import ConnectorSummary
from awsfed.errors import LoginRequired
from awsfed.launch import NAMES
from awsfed.model.identity import Session
from awsfed.model.slugs import closest, slug_from
from awsfed.outside.clock import Clock
from awsfed.outside.files import private_directory, read_private, remove, write_atomic
from awsfed.outside.locks import locked

_WAIT_S = 10.0
_LIMIT = 16_777_216
"""More than as many connectors as a catalogue may hold, with the longest names."""
_TRUSTED = "issuers.json"
_GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""The ids of connectors that were made over REST."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownConnector:
    """A connector that was granted when we last heard of it."""

    id: str
    name: str
    type: str
    region: str | None
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything about one issuer."""

    issuer: str
    subject: str
    """The user's stable key."""
    name: str
    ends_at: int
    """Epoch seconds at which the session ends."""
    connectors: tuple[KnownConnector, ...] = ()
    keys: tuple[str, ...] = ()
    """Cache entries that were made for this session."""
    profiles: tuple[str, ...] = ()
    """Profiles of the credentials file that were written for it."""

    def connector(self, name: str) -> KnownConnector | None:
        """Return a connector by its id, or None."""
        return next((connector for connector in self.connectors if connector.id == name), None)

    def handle(self, connector: KnownConnector) -> str:
        """Return what people call a connector: its id, or what is like its name where the id is a GUID."""
        own = slug_from(connector.name) if re.fullmatch(_GUID, connector.id, re.IGNORECASE) else ""
        taken = (one.id for one in self.connectors if own in {one.id, slug_from(one.name)} and one != connector)
        return own if own and not any(taken) else connector.id

    def meant_by(self, typed: str) -> str | None:
        """Return what people call the connector that was probably meant by a name that is none, or None."""
        return closest(typed, [self.handle(one) for one in self.connectors if one.id != typed])


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class KnownStore:
    """One file an issuer in the state folder, and the names for completion in the cache folder."""

    directory: Path
    cache_directory: Path
    clock: Clock

    def load(self, issuer: str) -> Known | None:
        """Return what is known about an issuer; a file that is not ours counts as absent."""
        return _parsed(read_private(self._path(issuer), limit=_LIMIT))

    def all(self) -> tuple[Known, ...]:
        """Return what is known about every issuer that a session exists for."""
        found = (_parsed(read_private(path, limit=_LIMIT)) for path in sorted(self.directory.glob("session-*.json")))
        return tuple(known for known in found if known)

    @contextmanager
    def one_sign_in(self) -> Iterator[None]:
        """Let one user take the place of another at a time, so that the session kept and what is known agree."""
        private_directory(self.directory)
        with locked(self.directory / "sign-in.lock", timeout_s=_WAIT_S, clock=self.clock):
            yield

    def begin(self, session: Session) -> None:
        """Note a new session; what is known about the same user stays, what is known about another does not."""
        fresh = Known(issuer=session.issuer, subject=session.key, name=session.name, ends_at=session.ends_at)

        def changed(known: Known | None) -> Known:
            if known is None or known.subject != fresh.subject:
                return fresh
            return replace(known, name=fresh.name, ends_at=fresh.ends_at)

        self._change(session.issuer, changed)

    def end(self, session: Session, at: int) -> None:
        """Note that a session ended before its time, unless another one has taken its place."""

        def changed(known: Known | None) -> Known | None:
            if known is None or (known.subject, known.ends_at) != (session.key, session.ends_at):
                return known
            return replace(known, ends_at=min(known.ends_at, at))

        self._change(session.issuer, changed)

    def remember_connectors(self, issuer: str, summaries: tuple[ConnectorSummary, ...]) -> None:
        """Note what was listed, in place of what was listed before."""
        connectors = tuple(_known(summary) for summary in summaries)
        self._change(issuer, lambda known: replace(known, connectors=connectors) if known else None)

    def remember_vended(
        self, issuer: str, subject: str, summary: ConnectorSummary, keys: tuple[str, ...], put: Callable[[], None]
    ) -> None:
        """Note a connector as it was when it vended for a user, and put the cache entries in their places.

        Nothing happens when that user is not the one who is signed in any more: both in one step, under one lock.
        """

        def changed(known: Known | None) -> Known | None:
            if known is None or known.subject != subject:
                return known
            put()
            fresh = _known(summary)
            at = {connector.id: connector for connector in known.connectors} | {fresh.id: fresh}
            return replace(known, connectors=tuple(at.values()), keys=tuple(dict.fromkeys((*known.keys, *keys))))

        self._change(issuer, changed)

    def remember_profile(self, issuer: str, subject: str, profile: str, write: Callable[[], None]) -> None:
        """Write a profile and note it, in one step, for the user who is signed in.

        Raises:
            LoginRequired: that user has signed out, or another one has signed in.
        """

        def changed(known: Known | None) -> Known | None:
            if known is None or known.subject != subject:
                raise LoginRequired(f"nobody, or somebody else, is signed in to {issuer} by now", hint="awsfed login")
            write()
            return replace(known, profiles=tuple(dict.fromkeys((*known.profiles, profile))))

        self._change(issuer, changed)

    def forget_connector(self, issuer: str, connector: str) -> None:
        """Note that a connector is no longer granted."""

        def changed(known: Known | None) -> Known | None:
            if known is None:
                return None
            return replace(known, connectors=tuple(c for c in known.connectors if c.id != connector))

        self._change(issuer, changed)

    def forget(self, issuer: str) -> None:
        """Forget everything about an issuer."""
        self._change(issuer, lambda _: None)

    def trusted(self) -> dict[str, str]:
        """Return the issuers that a password has gone to, each with the name that was used last."""
        data = read_private(self.directory / _TRUSTED)
        try:
            names = json.loads(data) if data else {}
        except (ValueError, RecursionError):
            return {}
        return {str(issuer): str(name) for issuer, name in names.items()} if isinstance(names, dict) else {}

    def trust(self, issuer: str, name: str) -> None:
        """Note that a password went to an issuer, and under which name; signing out does not forget it."""
        private_directory(self.directory)
        with locked(self.directory / "lock", timeout_s=_WAIT_S, clock=self.clock):
            trusted = self.trusted() | {issuer: name}
            write_atomic(self.directory / _TRUSTED, json.dumps(trusted).encode("utf-8"))

    def _change(self, issuer: str, change: Callable[[Known | None], Known | None]) -> None:
        private_directory(self.directory)
        with locked(self.directory / "lock", timeout_s=_WAIT_S, clock=self.clock):
            before = self.load(issuer)
            after = change(before)
            if after == before:
                return
            if after is None:
                remove(self._path(issuer))
            else:
                write_atomic(self._path(issuer), json.dumps(asdict(after)).encode("utf-8"))
            self._write_names()

    def _write_names(self) -> None:
        names = sorted({known.handle(connector) for known in self.all() for connector in known.connectors})
        private_directory(self.cache_directory)
        write_atomic(self.cache_directory / NAMES, "".join(f"{name}\n" for name in names).encode("ascii"))

    def _path(self, issuer: str) -> Path:
        return self.directory / f"session-{hashlib.sha256(issuer.encode('utf-8')).hexdigest()[:32]}.json"


def _known(summary: ConnectorSummary) -> KnownConnector:
    return KnownConnector(
        id=summary.id,
        name=summary.name,
        type=summary.type.value,
        region=summary.region,
        fingerprint=summary.fingerprint,
    )


def _fields(kind: type, parts: dict[str, Any]) -> dict[str, Any]:
    """Return the parts that are fields: what a later version wrote besides is not a reason to forget the rest."""
    return {field.name: parts[field.name] for field in fields(kind) if field.name in parts}


def _parsed(data: bytes | None) -> Known | None:
    if data is None:
        return None
    try:
        parts = json.loads(data)
        connectors = tuple(KnownConnector(**_fields(KnownConnector, one)) for one in parts["connectors"])
        lists = {name: tuple(map(str, parts.get(name, ()))) for name in ("keys", "profiles")}
        return Known(**{**_fields(Known, parts), "connectors": connectors, **lists})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
