"""The ports of the trail: what is written down, by whom, and where it is kept."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from awsfed.model.connector import Connector
from awsfed.model.credentials import Credentials
from awsfed.model.identity import Identity


class EventKind(Enum):
    """What happened."""

    SIGN_IN = "sign-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGN_OUT = "sign-out"
    INTENT = "intent"
    """A call to STS, or a change, is about to be made."""
    VENDED = "vended"
    FAILED = "failed"
    """What was intended came to nothing."""
    REFUSED = "refused"
    """Not granted, or no longer active."""
    CHANGED = "changed"
    """An administrator created, changed or deleted something: a connector, an access key, a service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened; there is no secret in any field."""

    kind: EventKind
    at: float
    """Epoch seconds."""
    source: str
    """Address of the caller."""
    request_id: str
    user_key: str | None = None
    user_name: str | None = None
    connector: str | None = None
    role: str | None = None
    access_key_id: str | None = None
    """Of what was vended."""
    expires_at: int | None = None
    """Epoch seconds."""
    session_name: str | None = None
    aws_request_id: str | None = None
    reason: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


class Outcome(Protocol):
    """What came of an intent."""

    def vended(self, credentials: Credentials) -> None:
        """Note what AWS gave; it must not be handed on before this returns."""


class Trail(Protocol):
    """Writes down what one request does. Every verb raises StoreError where that is impossible."""

    def vend(
        self, identity: Identity, connector: Connector, about: Mapping[str, str]
    ) -> AbstractContextManager[Outcome]:
        """Note the intent, before STS is asked; an exception inside the block is noted as a failure and goes on.

        Args:
            identity: of whom it is for.
            connector: as it is asked for.
            about: why it may be had, and what was wished: what `awsfed.broker.audit.reasons` returns.
        """

    def refused(self, user_key: str, user_name: str, connector: str, reason: str) -> None:
        """Note that somebody was not given a connector."""


class Changes(Protocol):
    """Writes down what an administrator does; raises StoreError where that is impossible."""

    def change(
        self, user_key: str, user_name: str, what: str, details: Mapping[str, str], connector: str | None = None
    ) -> AbstractContextManager[object]:
        """Note that a change is about to be made, and at the end of the block that it was.

        An exception inside the block is noted as a failure and goes on.

        Args:
            user_key: of the administrator.
            user_name: the same.
            what: a verb and a kind, such as `create connector`.
            details: to which, what was there and what is there then.
            connector: its id, where it is about one.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An event in the chain of its writer."""

    writer: str
    number: int
    """1 for the first of a writer."""
    text: str
    """The event as the JSON that was hashed."""
    previous: str
    """Digest of the link before; 64 zeros for the first."""
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A signature over the newest link of a chain, which vouches for all before it."""

    writer: str
    number: int
    digest: str
    signed_at: int
    """Epoch seconds."""
    public_key: str
    """Ed25519, base64."""
    signature: bytes


class EventRecords(Protocol):
    """Where the trail is kept."""

    def append(self, links: Sequence[Link], head: "Head | None" = None, *, durable: bool = True) -> None:
        """Keep the next links of a chain, and perhaps a signature over them: all or none.

        They outlive this process; those that are not durable are on disk with the next ones that are.

        Raises:
            StoreError: there is a link of such a number already, or the place cannot be used.
        """

    def last(self, writer: str) -> Link | None:
        """Return the newest link of a chain."""

    def links_with(self, words: str) -> Iterator[Link]:
        """Yield every link, of whatever writer, whose text holds some words."""

    def writers(self) -> tuple[str, ...]:
        """Return everybody who ever wrote, those too of whom only signatures are left."""

    def links(self, writer: str, after: int = 0) -> Iterator[Link]:
        """Walk a chain, behind a link of that number, to the link that is the newest when the walk begins."""

    def add_head(self, head: Head) -> None:
        """Keep a signature; where there is one over that link, it stays."""

    def heads(self, writer: str) -> tuple[Head, ...]:
        """Return the signatures over a chain, the oldest first."""
