"""How events hang together: each link names the digest of the one before, so that none can be changed by itself."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from awsfed.broker.audit.interface import Event, EventKind, Link
from awsfed.errors import InvalidValue

START = "0" * 64
"""What the first link has in place of the digest of another."""
_SCHEME = "awsfed-audit-link-1"
_ALWAYS = {"kind", "at", "source", "request_id"}
_OPTIONAL = tuple(field.name for field in fields(Event) if field.name not in {*_ALWAYS, "details"})
_NUMBERS = {"at", "expires_at"}
_FORM = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_LAST_MOMENT = 253_402_300_800 - 2 * 86_400
"""Two days before the year 10000, which no calendar here knows in any time zone."""


def linked(event: Event, writer: str, number: int, previous: str) -> Link:
    """Return an event as the next link of a chain."""
    text = written(event)
    return Link(
        writer=writer, number=number, text=text, previous=previous, digest=digest_of(writer, number, previous, text)
    )


def digest_of(writer: str, number: int, previous: str, text: str) -> str:
    """Return the digest of a link, which stands for its place as well as for its text."""
    return hashlib.sha256("\n".join((_SCHEME, writer, str(number), previous, text)).encode()).hexdigest()


def written(event: Event) -> str:
    """Return an event as JSON in its one form: compact, ASCII, in the order of names."""
    return _FORM.encode(members(event))


def members(event: Event) -> dict[str, object]:
    """Return an event as the members of a JSON object, nothing in it that is not known."""
    known: dict[str, object] = {
        "kind": event.kind.value,
        "at": round(event.at, 3),
        "source": event.source,
        "request_id": event.request_id,
    }
    for name in _OPTIONAL:
        if (value := getattr(event, name)) is not None:
            known[name] = value
    if event.details:
        known["details"] = dict(event.details)
    return known


def read(text: str) -> Event:
    """Return the event of a link; raise InvalidValue where it is none of this version's."""
    try:
        known = json.loads(text)
        texts = [value for name, value in known.items() if name not in _NUMBERS and name != "details"]
        texts += known.get("details", {}).values()
        event = Event(**{**known, "kind": EventKind(known["kind"])})
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise InvalidValue("is not an event that this version knows") from error
    are_moments = all(_is_moment(known[name]) for name in _NUMBERS & known.keys())
    if not are_moments or {type(value) for value in texts} != {str}:
        raise InvalidValue("is not an event that this version knows")
    return event


def _is_moment(value: object) -> bool:
    return type(value) in {int, float} and isinstance(value, int | float) and 0 <= value < _LAST_MOMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The end of a chain."""

    writer: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What a walk along a chain found."""

    writer: str
    links: int
    last_number: int
    """0 where there is no link."""
    digests: Mapping[int, str]
    """Of the links that were to be looked at."""
    problems: tuple[str, ...]


def walk(writer: str, links: Iterable[Link], numbers: Iterable[int] = ()) -> Walked:
    """Walk a chain from its beginning and say what is wrong with it; `numbers` are links whose digests are wanted."""
    wanted = set(numbers)
    digests: dict[int, str] = {}
    problems: list[str] = []
    count, number, previous = 0, 0, START
    for link in links:
        problems += _wrong(link, number, previous)
        count, number, previous = count + 1, link.number, link.digest
        if number in wanted:
            digests[number] = digest_of(link.writer, link.number, link.previous, link.text)
    return Walked(writer=writer, links=count, last_number=number, digests=digests, problems=tuple(problems))


def _wrong(link: Link, number: int, previous: str) -> Iterator[str]:
    """Yield what is wrong with a link that follows another."""
    if link.number > number + 1:
        last = link.number - 1
        yield f"event {last} is missing" if last == number + 1 else f"events {number + 1} to {last} are missing"
    elif link.number != number + 1:
        yield f"event {link.number} stands behind event {number}"
    elif link.previous != previous:
        yield f"event {link.number} does not follow the one before it"
    if link.digest != digest_of(link.writer, link.number, link.previous, link.text):
        yield f"event {link.number} was changed"
