"""Members of an answer, each through a parser: unknown ones are left alone, and wrong ones are never used."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from awsfed.errors import InvalidValue, ProtocolError
from awsfed.model.credentials import parse_issued
from awsfed.model.secret import Secret

T = TypeVar("T")
Fields = Mapping[str, Any]
_VISIBLE = re.compile(r"[\x21-\x7e]+")


def wrong(name: str) -> ProtocolError:
    """Return the error for a member that cannot be used; what it held is not repeated."""
    return ProtocolError(f"the broker's answer has no usable {name!r}")


def need(fields: Fields, name: str, parse: Callable[[Any], T]) -> T:
    """Return a member that has to be there; raise ProtocolError where it is not, or its parser refuses it."""
    try:
        return parse(fields.get(name))
    except InvalidValue:
        raise wrong(name) from None


def perhaps(fields: Fields, name: str, parse: Callable[[Any], T]) -> T | None:
    """Return a member that may be missing; one that its parser refuses is as good as missing."""
    try:
        return parse(fields.get(name))
    except InvalidValue:
        return None


def matching(pattern: str) -> Callable[[Any], str]:
    """Return the parser of texts that a pattern fits, in ASCII and whole."""
    compiled = re.compile(pattern, re.ASCII)

    def parse(value: object) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise InvalidValue("does not look like it should")
        return value

    return parse


def visible(limit: int) -> Callable[[Any], str]:
    """Return the parser of texts that can stand in a header or a variable: visible ASCII, up to a length."""

    def parse(value: object) -> str:
        if not isinstance(value, str) or len(value) > limit or not _VISIBLE.fullmatch(value):
            raise InvalidValue("has characters that do not belong there")
        return value

    return parse


def issued(limit: int) -> Callable[[Any], Secret]:
    """Return the parser of secrets, tokens and passwords that AWS issued, up to a length."""
    return lambda value: parse_issued(value, limit=limit)


def whole(minimum: int, maximum: int) -> Callable[[Any], int]:
    """Return the parser of whole numbers between two, both included."""

    def parse(value: object) -> int:
        if type(value) is not int or not minimum <= value <= maximum:
            raise InvalidValue("is not such a number")
        return value

    return parse


def list_of(parse: Callable[[Any], T], limit: int) -> Callable[[Any], tuple[T, ...]]:
    """Return the parser of lists, up to a length, whose items pass another one."""

    def parse_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, list) or len(value) > limit:
            raise InvalidValue("is not such a list")
        return tuple(parse(item) for item in value)

    return parse_all
