"""Changing one value in a settings file; every other byte stays as it is."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from awsfed.errors import Refused
from awsfed.settings import lines
from awsfed.settings.written import as_toml

_MARK = "\ufeff"
_VALUE = re.compile(r"""(=[ \t]*)(true\b|false\b|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')""")


def with_value(text: str, table: str, name: str, *, value: bool | str) -> str:
    """Return a settings file in which a value of a table is set.

    A line that sets it is changed, a new one goes below the head of its table, and a new table to the end. What comes
    out is read again: if anything but the value differs, nothing is returned.

    Raises:
        Refused: the file writes the table in a way that is not changed here.
    """
    body = text.removeprefix(_MARK)
    wanted = _parsed(body)
    if wanted is None or not isinstance(wanted.setdefault(table, {}), dict):
        raise _by_hand(table, name, value=value)
    wanted[table][name] = value
    for changed in _candidates(body, table, name, as_toml(value)):
        if _parsed(changed) == wanted:
            return text[: len(text) - len(body)] + changed
    raise _by_hand(table, name, value=value)


def _candidates(text: str, table: str, name: str, word: str) -> Iterator[str]:
    """Yield texts that may be it, from a changed line to a new table."""
    end = "\r\n" if "\r\n" in text else "\n"
    whole = text if not text or text.endswith("\n") else f"{text}{end}"
    pieces = re.findall(r"[^\n]*\n", whole)
    found = lines.lines(text)
    if at := found.get((table, name)):
        changed = _VALUE.sub(lambda found: found[1] + word, pieces[at - 1], count=1)
        yield "".join([*pieces[: at - 1], changed, *pieces[at:]])
    if at := found.get((table,)):
        yield "".join([*pieces[:at], f"{name} = {word}{end}", *pieces[at:]])
    for path, at in found.items():
        if path[0] == table:
            yield "".join([*pieces[:at], f"{table}.{name} = {word}{end}", *pieces[at:]])
            break
    yield f"{whole}{end if whole else ''}[{table}]{end}{name} = {word}{end}"


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _by_hand(table: str, name: str, *, value: bool | str) -> Refused:
    hint = f"write {name} = {as_toml(value)} into it yourself"
    return Refused(f"the settings file is not changed: awsfed does not know how it writes [{table}]", hint=hint)
