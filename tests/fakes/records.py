"""The tables of a broker in memory; each keeps what its port says and nothing more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from awsfed.broker.audit.chain import read
from awsfed.broker.audit.interface import Event, Head, Link
from awsfed.broker.guard.interface import Failures, SessionKind, SessionRecord, TicketRecord
from awsfed.broker.store.interface import ConnectorRecord, KeyRecord
from awsfed.errors import Busy, Refused, StoreError
from awsfed.model.secret import Secret


@dataclass
class FakeTickets:
    """Tickets by their digests."""

    by_digest: dict[str, TicketRecord] = field(default_factory=dict)

    def add(self, record: TicketRecord) -> None:
        """Keep a ticket."""
        self.by_digest[record.ticket_digest] = record

    def take(self, ticket_digest: str) -> TicketRecord | None:
        """Remove a ticket and return it."""
        return self.by_digest.pop(ticket_digest, None)

    def delete_ended(self, now: int) -> int:
        """Remove what ended."""
        return self.drop({ticket.ticket_digest for ticket in self.by_digest.values() if ticket.ends_at <= now})

    def drop(self, digests: set[str]) -> int:
        """Remove some of them."""
        for digest in digests:
            del self.by_digest[digest]
        return len(digests)


@dataclass
class FakeSessions:
    """Sessions by the digests of their tokens, and the tickets that go with them."""

    tickets: FakeTickets = field(default_factory=FakeTickets)
    by_digest: dict[str, SessionRecord] = field(default_factory=dict)

    def add(self, record: SessionRecord) -> None:
        """Keep a session."""
        if record.token_digest in self.by_digest:
            raise StoreError("there is a session of that token already")
        self.by_digest[record.token_digest] = record

    def get(self, token_digest: str) -> SessionRecord | None:
        """Return a session."""
        return self.by_digest.get(token_digest)

    def touch(self, token_digest: str, seen_at: int) -> None:
        """Note when it was seen last."""
        record = self.by_digest.get(token_digest)
        if record is not None and record.seen_at < seen_at:
            self.by_digest[token_digest] = replace(record, seen_at=seen_at)

    def delete(self, token_digest: str) -> bool:
        """Remove a session with its tickets."""
        return bool(self._drop({token_digest} & set(self.by_digest)))

    def delete_of_user(self, user_key: str) -> int:
        """Remove every session of a user."""
        return self._drop({digest for digest, record in self.by_digest.items() if record.user_key == user_key})

    def holders(self) -> frozenset[tuple[str, str]]:
        """Return who has sessions."""
        return frozenset((record.user_key, record.user_name) for record in self.by_digest.values())

    def delete_ended(self, now: int, idle_s: int) -> int:
        """Remove what nobody can use any more."""
        return self._drop(
            {
                digest
                for digest, record in self.by_digest.items()
                if record.ends_at <= now or (record.kind is SessionKind.COOKIE and record.seen_at <= now - idle_s)
            }
        )

    def _drop(self, digests: set[str]) -> int:
        for digest in digests:
            del self.by_digest[digest]
        self.tickets.drop({key for key, ticket in self.tickets.by_digest.items() if ticket.token_digest in digests})
        return len(digests)


@dataclass
class FakeAttempts:
    """Failures by whose they are."""

    by_digest: dict[str, Failures] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def get(self, whose: str) -> Failures:
        """Return what was counted."""
        return self.by_digest.get(whose, Failures(count=0, last_at=0.0))

    def add(self, whose: str, at: float, *, below: int) -> Failures | None:
        """Count one more, where there is place."""
        with self.lock:
            before = self.get(whose)
            if before.count >= below:
                return None
            self.by_digest[whose] = Failures(count=before.count + 1, last_at=max(at, before.last_at))
            return self.by_digest[whose]

    def take_back(self, whose: str, count: int = 1) -> int:
        """Count so many less."""
        with self.lock:
            before = self.get(whose)
            taken = min(count, before.count)
            self.by_digest[whose] = replace(before, count=before.count - taken)
        return taken

    def clear(self, whose: str) -> int:
        """Forget them."""
        with self.lock:
            return self.by_digest.pop(whose, Failures(count=0, last_at=0.0)).count

    def delete_before(self, at: float) -> int:
        """Forget whoever failed last before a moment."""
        gone = [whose for whose, failures in self.by_digest.items() if failures.last_at < at]
        for whose in gone:
            del self.by_digest[whose]
        return len(gone)


@dataclass
class FakeEvents:
    """Chains by their writers."""

    chains: dict[str, list[Link]] = field(default_factory=dict)
    signed: list[Head] = field(default_factory=list)
    waited: list[bool] = field(default_factory=list)
    """Of each call of `append`, whether its links had to be on disk."""

    @property
    def events(self) -> list[Event]:
        """What the links say, one chain behind the other."""
        return [read(link.text) for chain in self.chains.values() for link in chain]

    def append(self, links: Sequence[Link], head: Head | None = None, *, durable: bool = True) -> None:
        """Keep the next links."""
        taken = {(kept.writer, kept.number) for chain in self.chains.values() for kept in chain}
        if any((link.writer, link.number) in taken for link in links):
            raise StoreError("there is a link of that number already")
        self.waited.append(durable)
        for link in links:
            self.chains.setdefault(link.writer, []).append(link)
        if head is not None:
            self.signed.append(head)

    def links_with(self, words: str) -> Iterator[Link]:
        """Yield the links that hold some words."""
        return (link for links in self.chains.values() for link in links if words in link.text)

    def last(self, writer: str) -> Link | None:
        """Return the newest link."""
        return max(self.chains.get(writer, []), key=lambda link: link.number, default=None)

    def writers(self) -> tuple[str, ...]:
        """Return whoever wrote."""
        return tuple(sorted({*self.chains, *(head.writer for head in self.signed)}))

    def links(self, writer: str, after: int = 0) -> Iterator[Link]:
        """Walk a chain."""
        chain = sorted(self.chains.get(writer, []), key=lambda link: link.number)
        yield from (link for link in chain if link.number > after)

    def add_head(self, head: Head) -> None:
        """Keep a signature, if it is the first over its link."""
        if (head.writer, head.number) not in {(one.writer, one.number) for one in self.signed}:
            self.signed.append(head)

    def heads(self, writer: str) -> tuple[Head, ...]:
        """Return the signatures over a chain."""
        return tuple(sorted((head for head in self.signed if head.writer == writer), key=lambda head: head.number))


@dataclass
class FakeConnectors:
    """Connectors by their ids, in the order of their creation."""

    by_id: dict[str, ConnectorRecord] = field(default_factory=dict)
    number: int = 0

    def revision(self) -> int:
        """Return a number that grows."""
        return self.number

    def all(self) -> tuple[int, tuple[ConnectorRecord, ...]]:
        """Return all of them."""
        return self.number, tuple(sorted(self.by_id.values(), key=lambda record: (record.created_at, record.id)))

    def add(self, record: ConnectorRecord, *, at: int | None = None) -> None:
        """Keep a new one."""
        self.check(at)
        if record.id in self.by_id:
            raise StoreError("there is a connector of that id already")
        self.by_id[record.id] = record
        self.number += 1

    def replace(self, record: ConnectorRecord, *, at: int | None = None) -> bool:
        """Change one of them."""
        self.check(at)
        self.number += 1
        before = self.by_id.get(record.id)
        if before is not None:
            self.by_id[record.id] = replace(record, created_at=before.created_at)
        return before is not None

    def delete(self, connector_id: str, *, at: int | None = None) -> bool:
        """Remove one of them."""
        self.check(at)
        self.number += 1
        return self.by_id.pop(connector_id, None) is not None

    def check(self, at: int | None) -> None:
        """Refuse what was decided at another revision."""
        if at is not None and at != self.number:
            raise Busy("somebody else changed the connectors at the same time")


SECRETLESS = Secret("")


@dataclass
class FakeKeyRecords:
    """Access keys by their ids, each with its secret."""

    by_id: dict[str, tuple[KeyRecord, Secret]] = field(default_factory=dict)
    connectors: FakeConnectors = field(default_factory=FakeConnectors)
    """Those that may use them."""

    def all(self) -> tuple[KeyRecord, ...]:
        """Return all of them by name."""
        return tuple(sorted((record for record, _ in self.by_id.values()), key=lambda record: record.name))

    def find(self, id_or_name: str) -> KeyRecord | None:
        """Return one of them."""
        found = self.open(id_or_name)
        return found[0] if found else None

    def open(self, id_or_name: str) -> tuple[KeyRecord, Secret] | None:
        """Return one of them with its secret."""
        by_name = {record.name: (record, secret) for record, secret in self.by_id.values()}
        return self.by_id.get(id_or_name) or by_name.get(id_or_name)

    def add(self, record: KeyRecord, secret: Secret) -> None:
        """Keep a new one."""
        self._check_name(record)
        self.by_id[record.id] = (record, secret)

    def replace(self, record: KeyRecord, secret: Secret | None, *, before: KeyRecord) -> None:
        """Change one of them."""
        self._check_name(record)
        there, kept = self.by_id.get(record.id, (None, SECRETLESS))
        if there != before:
            raise Busy("somebody else changed this access key at the same time")
        self.by_id[record.id] = (replace(record, created_at=before.created_at), secret or kept)

    def delete(self, key_id: str, *, at: int) -> bool:
        """Remove one of them."""
        self.connectors.check(at)
        self.connectors.number += 1
        return self.by_id.pop(key_id, None) is not None

    def _check_name(self, record: KeyRecord) -> None:
        if any(other.name == record.name and other.id != record.id for other in self.all()):
            raise Refused(f"there is an access key named {record.name!r} already")
