"""Reading the trail: whether it is whole, and what is in it."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from awsfed.broker.audit.chain import read, walk
from awsfed.broker.audit.heads import is_genuine
from awsfed.broker.audit.interface import Event, EventKind, Head, Link
from awsfed.errors import InvalidValue


class Readable(Protocol):
    """A trail, in the store or exported."""

    def writers(self) -> tuple[str, ...]:
        """Return everybody who ever wrote, those too of whom only signatures are left."""

    def links(self, writer: str) -> Iterator[Link]:
        """Walk a chain."""

    def heads(self, writer: str) -> Sequence[Head]:
        """Return the signatures over a chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What is known of one chain."""

    writer: str
    links: int
    signed: int
    """How many of them a trusted key vouches for; those behind may be cut off unnoticed."""
    signed_at: int | None
    """Epoch seconds."""
    problems: tuple[str, ...]


def verify(trail: Readable, trusted: tuple[str, ...], kept: Iterable[Head] = ()) -> Iterator[Verified]:
    """Look at every chain; `kept` are signatures that were exported earlier, and kept where nobody here can reach."""
    elsewhere: dict[str, list[Head]] = {}
    for head in kept:
        elsewhere.setdefault(head.writer, []).append(head)
    for writer in sorted({*trail.writers(), *elsewhere}):
        yield _verified(trail, writer, (*trail.heads(writer), *elsewhere.get(writer, ())), trusted)


def _verified(trail: Readable, writer: str, heads: tuple[Head, ...], trusted: tuple[str, ...]) -> Verified:
    walked = walk(writer, trail.links(writer), (head.number for head in heads))
    problems, genuine = list(walked.problems), []
    for head in sorted(set(heads), key=lambda head: (head.number, head.signed_at)):
        if not trusted:
            continue
        if not is_genuine(head, trusted):
            problems.append(f"the signature over event {head.number} is not one of a trusted key")
        elif head.number > walked.last_number:
            problems.append(f"events up to {head.number} were signed, and {_remaining(walked.last_number)}")
        elif walked.digests.get(head.number) != head.digest:
            problems.append(f"event {head.number} is not the one that was signed")
        else:
            genuine.append(head)
    last = genuine[-1] if genuine else None
    return Verified(
        writer=writer,
        links=walked.links,
        signed=last.number if last else 0,
        signed_at=last.signed_at if last else None,
        problems=tuple(dict.fromkeys(problems)),
    )


def _remaining(last_number: int) -> str:
    return f"the last one is {last_number}" if last_number else "none is left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for; None is anything."""

    user: str | None = None
    """Name, in any spelling of upper and lower case, or key."""
    connector: str | None = None
    kinds: tuple[EventKind, ...] = ()
    access_key_id: str | None = None
    source: str | None = None
    since: float | None = None
    """Epoch seconds."""
    until: float | None = None

    def fits(self, event: Event) -> bool:
        """Tell whether an event is one of those."""
        is_user = (
            self.user is None or self.user == event.user_key or self.user.lower() == (event.user_name or "").lower()
        )
        return (
            is_user
            and self.connector in {None, event.connector}
            and (not self.kinds or event.kind in self.kinds)
            and self.access_key_id in {None, event.access_key_id}
            and self.source in {None, event.source}
            and (self.since is None or event.at >= self.since)
            and (self.until is None or event.at < self.until)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Events, the oldest first."""

    events: tuple[Event, ...]
    more: int
    """How many older ones were left out."""
    unreadable: int
    """How many links hold nothing that this version knows."""


def search(trail: Readable, wanted: Wanted, limit: int) -> Found:
    """Return the last events that fit, of all writers; what they say is read from what was hashed."""
    newest: list[tuple[float, int, Event]] = []
    count, unreadable = 0, 0
    for writer in trail.writers():
        for link in trail.links(writer):
            try:
                event = read(link.text)
            except InvalidValue:
                unreadable += 1
                continue
            if wanted.fits(event):
                count += 1
                heapq.heappush(newest, (event.at, count, event))
                if len(newest) > limit:
                    heapq.heappop(newest)
    return Found(
        events=tuple(event for *_, event in sorted(newest, key=lambda one: one[:2])),
        more=count - len(newest),
        unreadable=unreadable,
    )
