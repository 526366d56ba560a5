"""Tickets into the console: what a browser gets in place of a session, for one use within a minute."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from awsfed.broker.answers import ConsolePlace
from awsfed.broker.guard.interface import SessionRecord, TicketRecord, TicketRecords
from awsfed.broker.guard.sessions import BrokerSessions
from awsfed.broker.guard.sweeping import Sweeping
from awsfed.broker.guard.tokens import digest_of, new_token
from awsfed.errors import CorruptEntry, NotFound
from awsfed.model.identity import Session
from awsfed.model.narrowing import Narrowing
from awsfed.model.secret import Secret
from awsfed.outside.clock import Clock

PREFIX = "awsfed-ticket."
LIFE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemed:
    """What a ticket stood for."""

    record: TicketRecord = field(repr=False)
    session: Session
    connector: str
    place: ConsolePlace
    narrowing: Narrowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """Gives out tickets and takes them back, each once."""

    records: TicketRecords = field(repr=False)
    sessions: BrokerSessions
    clock: Clock
    sweeping: Sweeping

    def issue(self, record: SessionRecord, connector: str, place: ConsolePlace, narrowing: Narrowing) -> Secret:
        """Return a new ticket of a session: no more can be had with it than with the session at that moment."""
        self.sweeping.now_and_then(self.sweep)
        ticket = new_token(PREFIX)
        wishes = {"place": asdict(place), "narrowing": asdict(narrowing)}
        kept = TicketRecord(
            ticket_digest=digest_of(ticket, PREFIX) or "",
            token_digest=record.token_digest,
            connector=connector,
            wishes=json.dumps(wishes, separators=(",", ":")),
            ends_at=int(self.clock.now()) + LIFE_S,
        )
        self.records.add(kept)
        return ticket

    def redeem(self, ticket: Secret) -> Redeemed:
        """Take a ticket back; of two that bring the same one at once, one gets what it stands for.

        Raises:
            NotFound: it was used, is too old, or never was.
            LoginRequired: its session ended meanwhile.
        """
        digest = digest_of(ticket, PREFIX)
        record = self.records.take(digest) if digest else None
        if record is None or self.clock.now() >= record.ends_at:
            raise NotFound(f"this way into the console was used already, or is older than {LIFE_S} s", hint=_HINT)
        session, _ = self.sessions.of_digest(record.token_digest)
        place, narrowing = _parsed(record.wishes)
        return Redeemed(record=record, session=session, connector=record.connector, place=place, narrowing=narrowing)

    def give_back(self, redeemed: Redeemed) -> None:
        """Let a ticket that led nowhere be used once more, within the minute that it had; raise StoreError."""
        self.records.add(redeemed.record)

    def sweep(self) -> int:
        """Throw away what nobody used; return how many there were."""
        return self.records.delete_ended(int(self.clock.now()))


_HINT = "awsfed console CONNECTOR"


def _parsed(wishes: str) -> tuple[ConsolePlace, Narrowing]:
    try:
        known: dict[str, dict[str, Any]] = json.loads(wishes)
        narrowing: dict[str, Any] = {name: _frozen(value) for name, value in known["narrowing"].items()}
        return ConsolePlace(**known["place"]), Narrowing(**narrowing)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise CorruptEntry("a ticket in the store is not what awsfed writes", hint=_HINT) from error


def _frozen(value: object) -> object:
    """Return the tuple that JSON made a list of."""
    return tuple(value) if isinstance(value, list) else value
