"""A document taken apart: its tables of connectors, and what it says about itself.

It is TOML with `[connectors.NAME]` tables, or JSON of the same shape: `{"connectors": {"NAME": {…}}}`. Beside them may
stand `version`, a whole number that grows, and `expires`, a moment: a signed document needs both. It holds nothing
else: it names no secret, command, file or endpoint.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from awsfed.broker.catalogue.json_text import parse_json
from awsfed.errors import InvalidValue
from awsfed.model.text import shown
from awsfed.settings.problems import InvalidSettings, Problem
from awsfed.settings.reading import LIMIT, parse_toml

TABLE = "connectors"
VERSION = "version"
EXPIRES = "expires"
HIGHEST_VERSION = 2**53 - 1
"""The largest number that every reader of JSON takes for itself; enough for a clock's milliseconds."""
_NOTED = 100
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)

Path = tuple[str, ...]
Find = Callable[[Path], tuple[str, int | None]]
"""Tells the file and line of a path such as `("connectors", "dev", "role_arn")`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One document, its connectors not yet looked into."""

    name: str
    """Its file or URL, for people."""
    find: Find = field(repr=False)
    tables: Mapping[str, Any] = field(default_factory=dict, repr=False)
    version: int | None = None
    expires: float | None = None
    """Epoch seconds."""
    problems: tuple[Problem, ...] = ()


def open_document(data: bytes, *, name: str) -> Opened:
    """Take a document apart; what is wrong with it is in the result."""
    find: Find = lambda _: (name, None)  # noqa: E731 - replaced below where lines are known
    if len(data) > LIMIT:
        return Opened(name=name, find=find, problems=(Problem(file=name, message=f"larger than {LIMIT} bytes"),))
    try:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            top = parse_json(data, name)
        else:
            document = parse_toml(data, name)
            top, find = document.tables, lambda path: (name, document.line(path))
    except InvalidSettings as error:
        return Opened(name=name, find=find, problems=error.problems)
    return _opened(top, name, find)


def _opened(top: object, name: str, find: Find) -> Opened:
    if not isinstance(top, dict):
        problem = Problem(file=name, message='not a catalogue: it has to be {"connectors": {…}}')
        return Opened(name=name, find=find, problems=(problem,))
    problems = []

    def note(key: str, message: str) -> None:
        file, line = find((key,))
        problems.append(Problem(file=file, line=line, key=shown(key, limit=80), message=message))

    for key in [key for key in top if key not in {TABLE, VERSION, EXPIRES}][:_NOTED]:
        note(key, f'has no place in a catalogue, which holds "{TABLE}", "{VERSION}" and "{EXPIRES}" only')
    tables = top.get(TABLE, {})
    if not isinstance(tables, dict):
        note(TABLE, "must be a table of connectors")
    parsed: dict[str, Any] = {}
    for key, parse in ((VERSION, _version), (EXPIRES, _expires)):
        try:
            parsed[key] = parse(top[key]) if key in top else None
        except InvalidValue as error:
            note(key, error.message)
    kept = {} if problems else tables
    return Opened(name=name, find=find, tables=kept, problems=tuple(problems), **({} if problems else parsed))


def _version(value: object) -> int:
    if type(value) is not int or not 1 <= value <= HIGHEST_VERSION:
        raise InvalidValue(f"must be a whole number from 1 to {HIGHEST_VERSION}")
    return value


def _expires(value: object) -> float:
    """Return a moment, which TOML writes without quotes and JSON as text of the same form."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            value = datetime.fromisoformat(value.upper())
        except ValueError:
            value = None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InvalidValue("must be a moment with its zone, such as 2030-01-31T12:00:00Z")
    try:
        return value.timestamp()
    except (ValueError, OverflowError) as error:
        raise InvalidValue("is a moment out of range") from error
