"""Writing the trail: an intent before STS is asked, what came of it before the answer goes out."""

import os
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from awsfed.broker.audit.chain import START, Newest, linked
from awsfed.broker.audit.interface import Event, EventKind, EventRecords, Link, Outcome
from awsfed.errors import AwsfedError, RoleRefused, StoreError
from awsfed.model.connector import Connector
from awsfed.model.credentials import Credentials
from awsfed.model.identity import Identity
from awsfed.model.session_names import session_name_of
from awsfed.model.text import shown
from awsfed.outside.clock import Clock

if TYPE_CHECKING:
    from awsfed.broker.audit.heads import Signing

_NAME_LIMIT = 255
_REASON_LIMIT = 400


@dataclass(slots=True)
class _Waiting:
    """An event that is to be kept."""

    event: Event
    durable: bool
    is_kept: bool = False
    error: BaseException | None = None


@dataclass(slots=True)
class _Writer:
    """One chain that is being written, by one process."""

    name: str = field(default_factory=lambda: secrets.token_hex(8))
    number: int = 0
    digest: str = START
    unsure: Link | None = None
    """The last of some links of which nobody knows whether they were kept."""
    is_closed: bool = False
    lock: Lock = field(default_factory=Lock)
    waiting: deque[_Waiting] = field(default_factory=deque)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainTrail:
    """The chain of this process, shared by all its threads. A process that was forked off begins one of its own.

    A disk takes as long for one link as for many. So whoever has the turn to write keeps the events of all who wait.
    """

    records: EventRecords = field(repr=False)
    signing: "Signing | None" = None
    """Signs the end of the chain now and then; None where nobody does."""
    _writers: dict[int, _Writer] = field(default_factory=dict, init=False, repr=False)
    """By the id of their process: a fork inherits the chains of its parents and writes to none."""

    def append(self, event: Event, *, durable: bool = True) -> None:
        """Keep an event as the next link; raise StoreError where that is impossible, and be ready for another."""
        writer, mine = self._writer(), _Waiting(event, durable)
        writer.waiting.append(mine)
        with writer.lock:
            if not mine.is_kept and mine.error is None:
                self._keep(writer)
                return
        if mine.error is not None:
            raise _of_another(mine.error)

    def _keep(self, writer: _Writer) -> None:
        """Keep the events of all who wait; an error is everybody's."""
        all_of_them = [writer.waiting.popleft() for _ in range(len(writer.waiting))]
        try:
            self._resolve(writer)
            links = list(_links(writer, [one.event for one in all_of_them]))
            end = Newest(writer=writer.name, number=links[-1].number, digest=links[-1].digest)
            head = self.signing.due(end) if self.signing else None
            writer.unsure = links[-1]
            self.records.append(links, head, durable=head is not None or any(one.durable for one in all_of_them))
        except BaseException as error:
            for one in all_of_them:
                one.error = error
            raise
        for one in all_of_them:
            one.is_kept = True
        writer.unsure = None
        _advance(writer, links[-1])
        if head and self.signing:
            self.signing.kept(head)

    def close(self) -> None:
        """Keep nothing any more, so that the end of this process's chain stays as it is signed."""
        writer = self._writer()
        with writer.lock:
            writer.is_closed = True

    def newest(self) -> Newest | None:
        """Return the end of this process's chain; None where nothing has been written."""
        writer = self._writer()
        with writer.lock:
            return Newest(writer=writer.name, number=writer.number, digest=writer.digest) if writer.number else None

    def _writer(self) -> _Writer:
        process = os.getpid()
        return self._writers.get(process) or self._writers.setdefault(process, _Writer())

    def _resolve(self, writer: _Writer) -> None:
        """Find out what became of links that failed; a chain that somebody else wrote to is left alone.

        Raises StoreError where nothing may follow.
        """
        if writer.is_closed:
            raise StoreError("the broker has stopped, and keeps no trail any more")
        if writer.unsure is None:
            return
        kept = self.records.last(writer.name)
        if kept == writer.unsure:
            _advance(writer, kept)
        elif ((kept.number, kept.digest) if kept else (0, START)) != (writer.number, writer.digest):
            writer.name, writer.number, writer.digest = secrets.token_hex(8), 0, START
        writer.unsure = None


def _links(writer: _Writer, events: Iterable[Event]) -> Iterator[Link]:
    """Yield events as the next links of a chain."""
    number, previous = writer.number, writer.digest
    for event in events:
        number += 1
        link = linked(event, writer.name, number, previous)
        previous = link.digest
        yield link


def _of_another(error: BaseException) -> BaseException:
    """Return an error that hit whoever wrote for us, as one of our own."""
    if isinstance(error, AwsfedError):
        return StoreError(error.message, hint=error.hint)
    return StoreError("the trail cannot be written")


def _advance(writer: _Writer, link: Link) -> None:
    writer.number, writer.digest = link.number, link.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTrail:
    """The trail of one request, the Trail port among it. Every verb raises StoreError where it cannot write."""

    chain: ChainTrail
    clock: Clock
    source: str
    """Address of the caller."""
    request_id: str
    _noted: list[EventKind] = field(default_factory=list, init=False, repr=False)

    @property
    def has_noted(self) -> bool:
        """Tell whether a refusal, or a failure, was noted."""
        return bool({EventKind.REFUSED, EventKind.FAILED} & set(self._noted))

    def vend(
        self, identity: Identity, connector: Connector, about: Mapping[str, str]
    ) -> AbstractContextManager[Outcome]:
        """Note the intent, and what comes of it; see the port."""
        known = {
            "user_key": identity.key,
            "user_name": identity.name,
            "connector": connector.id,
            "role": connector.role_arn,
            "session_name": session_name_of(connector, identity),
            "details": {**about, "key": connector.access_key},
        }
        # What AWS gives is handed out only when its outcome is on disk, and the intent with it: where power fails
        # before that, nobody has anything.
        return _Intent(self._note, known, durable=False)

    def refused(
        self, user_key: str, user_name: str, connector: str, reason: str, details: Mapping[str, str] | None = None
    ) -> None:
        """Note a refusal; see the port. The connector is what the caller wrote, empty where it was about none."""
        known: dict[str, Any] = {"user_key": user_key, "user_name": user_name}
        known["connector"] = shown(connector, limit=64) or None
        self._note(EventKind.REFUSED, **known, reason=_short(reason), details=details or {})

    def signed_in(self, user_key: str, user_name: str, details: Mapping[str, str], expires_at: int) -> None:
        """Note that somebody was given a session."""
        self._note(EventKind.SIGN_IN, user_key=user_key, user_name=user_name, details=details, expires_at=expires_at)

    def sign_in_refused(self, user_name: str, reason: str, details: Mapping[str, str]) -> None:
        """Note that somebody could not sign in; the name is what they wrote."""
        name = shown(user_name, limit=_NAME_LIMIT)
        self._note(EventKind.SIGN_IN_REFUSED, user_name=name, reason=_short(reason), details=details)

    def signed_out(self, user_key: str, user_name: str, details: Mapping[str, str]) -> None:
        """Note that sessions of somebody were ended."""
        self._note(EventKind.SIGN_OUT, user_key=user_key, user_name=user_name, details=details)

    @contextmanager
    def change(
        self, user_key: str, user_name: str, what: str, details: Mapping[str, str], connector: str | None = None
    ) -> Iterator[None]:
        """Note a change before and after it is made; see the port."""
        about: dict[str, Any] = {"user_key": user_key, "user_name": user_name}
        about |= {"connector": connector, "details": details}
        with _Intent(self._note, {**about, "reason": what}):
            yield
        self._note(EventKind.CHANGED, **about, reason=what)

    def _note(self, kind: EventKind, *, durable: bool = True, **known: Any) -> None:
        self._noted.append(kind)
        event = Event(kind=kind, at=self.clock.now(), source=self.source, request_id=self.request_id, **known)
        self.chain.append(event, durable=durable)


def _short(reason: str) -> str:
    return shown(reason, limit=_REASON_LIMIT)


class _Intent:
    """Something that is about to be done, and what comes of it."""

    __slots__ = ("_about", "_durable", "_note")

    def __init__(self, note: Callable[..., None], about: Mapping[str, Any], *, durable: bool = True) -> None:
        self._note, self._about, self._durable = note, about, durable

    def __enter__(self) -> Self:
        self._note(EventKind.INTENT, durable=self._durable, **self._about)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            reason = error.message if isinstance(error, AwsfedError) else type(error).__name__
            what = self._about.get("reason")
            about = {**self._about, "reason": _short(f"{what}: {reason}" if what else reason)}
            request_id = error.request_id if isinstance(error, RoleRefused) else None
            self._note(EventKind.FAILED, **about, aws_request_id=request_id)

    def vended(self, credentials: Credentials) -> None:
        """Note what AWS gave; see the port."""
        self._note(
            EventKind.VENDED,
            **self._about,
            access_key_id=credentials.access_key_id,
            expires_at=credentials.expires_at,
            aws_request_id=credentials.request_id,
        )


class NoTrail:
    """Keeps nothing: for a broker that serves the one person who runs it."""

    def vend(
        self,
        identity: Identity,  # noqa: ARG002 - the port's signature
        connector: Connector,  # noqa: ARG002
        about: Mapping[str, str],  # noqa: ARG002
    ) -> AbstractContextManager[Outcome]:
        """Do nothing; see the port."""
        return nullcontext(_NoOutcome())

    def refused(self, user_key: str, user_name: str, connector: str, reason: str) -> None:
        """Do nothing; see the port."""


class _NoOutcome:
    """Forgets what came."""

    def vended(self, credentials: Credentials) -> None:
        """Do nothing; see the port."""
