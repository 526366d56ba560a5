"""One of the files as lines, sections and options, read as botocore reads it.

botocore uses `configparser.RawConfigParser`; the scanner below follows its rules line by line, because that parser
forgets where things stood. It expects what `check_readable` let pass.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from awsfed.workstation.awsfiles.marker import Marker, parse_marker
from awsfed.workstation.awsfiles.readable import HEADER, OPTION, check_block, check_readable, decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One key of a section; its value may be a secret and is kept out of reprs."""

    name: str
    value: str = field(repr=False)
    indent: str
    lines: tuple[int, ...]
    """The line of the key and those that continue its value; comments and blank lines between them are not its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A header and everything up to the next one."""

    header: str
    first: int
    """The line of the header."""
    end: int
    """The line after the last."""
    marker: Marker | None
    options: tuple[Option, ...]

    def option(self, name: str) -> Option | None:
        """Return a key of the section."""
        return next((option for option in self.options if option.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole file; the lines with their ends, put together, are the file."""

    lines: tuple[str, ...] = field(repr=False)
    sections: tuple[Section, ...]

    @property
    def newline(self) -> str:
        """How lines end here: as the first one does."""
        return "\r\n" if self.lines and self.lines[0].endswith("\r\n") else "\n"


@lru_cache(maxsize=2)  # one change looks at the same content several times, and at what it makes of it
def parse(data: bytes, path: Path) -> Document:
    """Take a file apart; `path` is for the messages.

    Raises:
        CorruptEntry: SDKs could not read it, or would read different things in it.
    """
    check_readable(data, path)
    lines = tuple(io.StringIO(decode(data, path), newline=""))
    document = Document(lines=lines, sections=_scan(lines))
    for section in document.sections:
        for option in section.options:
            check_block(option.value, path, option.lines[0] + 1)
    return document


@dataclass(slots=True)
class _Open:
    """An option whose value may go on."""

    name: str
    indent: str
    lines: list[int]
    parts: list[str]

    def close(self) -> Option:
        value = "\n".join(self.parts).rstrip()
        return Option(name=self.name, value=value, indent=self.indent, lines=tuple(self.lines))


def _scan(lines: Sequence[str]) -> tuple[Section, ...]:
    found: list[tuple[str, int, list[_Open]]] = []
    option: _Open | None = None
    depth = 0
    for number, line in enumerate(lines):
        text = line.strip()
        if not text or text.startswith(("#", ";")):
            if not text and option:
                option.parts.append("")  # it counts if the value goes on after it
            continue
        indent = line[: len(line) - len(line.lstrip())]
        if option and len(indent) > depth:
            option.parts.append(text)
            option.lines.append(number)
            continue
        depth = len(indent)
        if header := HEADER.match(text):
            option = None
            found.append((header["header"], number, []))
        elif match := OPTION.match(text):
            option = _Open(match["option"].rstrip().lower(), indent, [number], [match["value"].strip()])
            found[-1][2].append(option)
    ends = [*(first for _, first, _ in found), len(lines)][1:]
    return tuple(
        Section(
            header=header,
            first=first,
            end=end,
            marker=parse_marker(lines[first + 1]) if first + 1 < end else None,
            options=tuple(option.close() for option in options),
        )
        for (header, first, options), end in zip(found, ends, strict=True)
    )
