"""What Crowd answers, parsed: users and pages of groups. No error repeats any of it."""

import json
from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import Any

from awsfed.broker.identity.interface import Person
from awsfed.errors import InvalidValue, ProtocolError
from awsfed.model.text import parse_name, shown

_OWN_KEYS = "name:"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user entity."""

    person: Person
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group entity; `name` is None where it is none that awsfed could show or compare."""

    given: str
    """What Crowd calls it, whatever that is."""
    name: str | None
    is_active: bool


def parse_user(body: bytes, asked: str) -> User:
    """Return the user of an answer, who must be the one asked for; names are compared without regard to case.

    Servers that tell no `key` get one made from the name, `name:` and the folded name. With those a user who took over
    the name of another cannot be told from the one before.

    Raises:
        ProtocolError: it is not a user entity, or another user's.
    """
    fields = _parse_object(body)
    name = _parse_text(fields, "name")
    if name.lower() != asked.lower():
        raise ProtocolError(
            "Crowd answered about another user than the one it was asked for",
            hint="check the aliases of the application in Crowd, and any proxy in between",
        )
    display_name = fields.get("display-name")
    if display_name is not None and not isinstance(display_name, str):
        raise _wrong("display-name")
    return User(
        person=Person(
            key=_parse_key(fields, name), name=name, display_name=shown((display_name or "").strip()) or name
        ),
        is_active=_parse_active(fields),
    )


def parse_groups(body: bytes) -> tuple[Group, ...]:
    """Return one page of groups, in its order.

    Raises:
        ProtocolError: it is not such a page, or does not tell which groups are active.
    """
    groups = _parse_object(body).get("groups")
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise _wrong("groups")
    return tuple(_parse_group(group) for group in groups)


def parse_reason(body: bytes) -> str | None:
    """Return the reason of an error entity; None where the body is none, as with pages of containers and proxies."""
    try:
        reason = _parse_object(body).get("reason")
    except ProtocolError:
        return None
    return reason if isinstance(reason, str) else None


def _parse_object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body.removeprefix(BOM_UTF8).decode())
    except (ValueError, RecursionError):
        raise ProtocolError("Crowd's answer is not JSON", hint="check that crowd.url leads to Crowd itself") from None
    if not isinstance(parsed, dict):
        raise ProtocolError("Crowd's answer is not a JSON object")
    return parsed


def _parse_text(fields: dict[str, Any], field: str) -> str:
    try:
        return parse_name(fields.get(field))
    except InvalidValue:
        raise _wrong(field) from None


def _parse_key(fields: dict[str, Any], name: str) -> str:
    if fields.get("key") is None:
        return _OWN_KEYS + name.lower()
    key = _parse_text(fields, "key")
    if key.startswith(_OWN_KEYS):
        raise _wrong("key")
    return key


def _parse_active(fields: dict[str, Any]) -> bool:
    active = fields.get("active")
    if not isinstance(active, bool):
        raise _wrong("active")
    return active


def _parse_group(fields: dict[str, Any]) -> Group:
    """Leave out a name that is odd, not wrong: one such group must not lock out everybody in it."""
    given = fields.get("name")
    if not isinstance(given, str):
        raise _wrong("name")
    try:
        name = parse_name(given)
    except InvalidValue:
        name = None
    return Group(given=given, name=name, is_active=_parse_active(fields))


def _wrong(field: str) -> ProtocolError:
    return ProtocolError(f"Crowd's answer lacks a usable {field!r}", hint="check that crowd.url leads to Crowd itself")
