"""Reading the trail: whether it is whole, and what is in it."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from awsfed.broker.audit.chain import Walked, digest_of, read, walk
from awsfed.broker.audit.heads import EVERY_LINKS, EVERY_S, is_genuine
from awsfed.broker.audit.interface import Event, EventKind, Head, Link
from awsfed.errors import InvalidValue

_LONGEST_TAIL = 3 * EVERY_LINKS
"""Links that are unsigned at one time: as many as are between two signatures, and those that are written together."""
_OLDEST_TAIL_S = 2 * EVERY_S


class Readable(Protocol):
    """A trail, in the store or exported."""

    def writers(self) -> tuple[str, ...]:
        """Return everybody who ever wrote, those too of whom only signatures are left."""

    def links(self, writer: str, after: int = 0) -> Iterator[Link]:
        """Walk a chain, behind a link of that number, to the link that is the newest when the walk begins."""

    def last(self, writer: str) -> Link | None:
        """Return the newest link of a chain."""

    def heads(self, writer: str) -> Sequence[Head]:
        """Return the signatures over a chain."""

    def links_with(self, words: str) -> Iterator[Link]:
        """Yield every link, of whatever writer, whose text holds some words."""


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

    @property
    def unsigned(self) -> int:
        """How many links nobody vouches for."""
        return max(0, self.links - self.signed)


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
    if trusted and not problems:
        problems += _unsigned(trail, walked, last)
    return Verified(
        writer=writer,
        links=walked.links,
        signed=last.number if last else 0,
        signed_at=last.signed_at if last else None,
        problems=tuple(dict.fromkeys(problems)),
    )


def _unsigned(trail: Readable, walked: Walked, last: Head | None) -> Iterator[str]:
    """Yield what no broker leaves behind that signs its trail, wherever it is stopped: it signs every chain at once.

    Links that were written after the walk are not looked at, nor are their signatures.
    """
    if last is None:
        if walked.links:
            yield "no signature of a trusted key is over it"
        return
    tail = walked.last_number - last.number
    if tail > _LONGEST_TAIL:
        yield f"{tail} events behind event {last.number} are signed by nobody"
        return
    for link in trail.links(walked.writer, last.number) if tail else ():
        if link.number > walked.last_number:
            return
        with suppress(InvalidValue):
            if abs(read(link.text).at - last.signed_at) > _OLDEST_TAIL_S:
                yield f"event {link.number} and those behind it are signed by nobody"
                return


def _remaining(last_number: int) -> str:
    return f"the last one is {last_number}" if last_number else "none is left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for; None is anything."""

    user: str | None = None
    """Name, in any spelling of upper and lower case, or key."""
    connectors: tuple[str, ...] = ()
    """Ids; none is any."""
    kinds: tuple[EventKind, ...] = ()
    access_key_id: str | None = None
    source: str | None = None
    request: str | None = None
    """Id of a request, ours or that of AWS."""
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
            and (not self.connectors or event.connector in self.connectors)
            and (not self.kinds or event.kind in self.kinds)
            and self.access_key_id in {None, event.access_key_id}
            and self.source in {None, event.source}
            and self.request in {None, event.request_id, event.aws_request_id}
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
    changed: int = 0
    """How many of those that are shown do not fit their own digest."""


def search(trail: Readable, wanted: Wanted, limit: int) -> Found:
    """Return the last events that fit, of all writers; what they say is read from what was hashed."""
    if wanted.access_key_id is not None:
        return _search(trail.links_with(wanted.access_key_id), wanted, limit)
    return _search((link for writer in trail.writers() for link in trail.links(writer)), wanted, limit)


def _search(links: Iterable[Link], wanted: Wanted, limit: int) -> Found:
    newest: list[tuple[float, int, Event, bool]] = []
    count, unreadable = 0, 0
    for link in links:
        try:
            event = read(link.text)
        except InvalidValue:
            unreadable += 1
            continue
        if wanted.fits(event):
            count += 1
            is_changed = link.digest != digest_of(link.writer, link.number, link.previous, link.text)
            heapq.heappush(newest, (event.at, count, event, is_changed))
            if len(newest) > limit:
                heapq.heappop(newest)
    return Found(
        events=tuple(event for *_, event, _ in sorted(newest, key=lambda one: one[:2])),
        more=count - len(newest),
        unreadable=unreadable,
        changed=sum(is_changed for *_, is_changed in newest),
    )
