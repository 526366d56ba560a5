"""The ports of the guard: records of sessions, of tickets and of failed attempts, kept in the store."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class SessionKind(Enum):
    """How a session is shown to the broker."""

    BEARER = "bearer"
    COOKIE = "cookie"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """A session that was issued; its token is known by its digest alone."""

    token_digest: str
    """Hexadecimal SHA-256."""
    kind: SessionKind
    user_key: str
    """Stable across renames; the session is worth nothing for another user of the same name."""
    user_name: str
    source: str
    """Address that it was issued to."""
    signed_in_at: int
    """Epoch seconds."""
    seen_at: int
    """Epoch seconds; up to a minute behind."""
    ends_at: int
    """Epoch seconds, however busy it is."""


class SessionRecords(Protocol):
    """Where sessions are kept. Every verb raises StoreError where the place cannot be used."""

    def add(self, record: SessionRecord) -> None:
        """Keep a new session."""

    def get(self, token_digest: str) -> SessionRecord | None:
        """Return a session, live or ended."""

    def touch(self, token_digest: str, seen_at: int) -> None:
        """Note when a session was seen last."""

    def delete(self, token_digest: str) -> bool:
        """Remove a session with its tickets; tell whether there was one."""

    def delete_of_user(self, user_key: str) -> int:
        """Remove every session of a user; return how many there were."""

    def holders(self) -> frozenset[tuple[str, str]]:
        """Return the key and the name of everybody of whom a session is kept."""

    def delete_ended(self, now: int, idle_s: int) -> int:
        """Remove the sessions that ended, and the cookies that were idle for too long; return how many there were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecord:
    """A ticket into the console, used once; it ends with the session that asked for it."""

    ticket_digest: str
    token_digest: str
    """Of the session."""
    connector: str
    wishes: str
    """Place in the console and narrowing, as JSON."""
    ends_at: int
    """Epoch seconds."""


class TicketRecords(Protocol):
    """Where tickets are kept."""

    def add(self, record: TicketRecord) -> None:
        """Keep a new ticket."""

    def take(self, ticket_digest: str) -> TicketRecord | None:
        """Remove a ticket and return it; of two callers at once one gets it, and the other None."""

    def delete_ended(self, now: int) -> int:
        """Remove the tickets that ended unused; return how many there were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """How often somebody failed to sign in."""

    count: int
    last_at: float
    """Epoch seconds."""


class AttemptRecords(Protocol):
    """Where failed attempts are counted."""

    def get(self, whose: str) -> Failures:
        """Return the failures counted for a digest; none where nothing is known."""

    def add(self, whose: str, at: float, *, below: int) -> Failures | None:
        """Count one more where fewer than `below` are counted, in one step however many do so at once.

        Return them all, or None where nothing was counted.
        """

    def take_back(self, whose: str, count: int = 1) -> int:
        """Count so many less, never less than none: what was counted turned out not to be a failure.

        Return how many less it is.
        """

    def clear(self, whose: str) -> int:
        """Forget them; return how many there were."""

    def delete_before(self, at: float) -> int:
        """Forget whoever failed last before a moment; return how many there were."""
