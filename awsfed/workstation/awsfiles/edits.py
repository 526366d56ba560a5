"""Changes to a document, as new bytes: our lines only, every other byte stays.

New lines end as the file's lines do, and stand at the margin of the options around them: deeper, they would continue
the value above; less deep, a line below could begin to continue theirs.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from awsfed.errors import Refused
from awsfed.workstation.awsfiles.document import Document, Section
from awsfed.workstation.awsfiles.marker import Marker

_TRAILING_COMMENT = re.compile(r"\s[#;]")


def check_value(name: str, value: str) -> str:
    """Return a value that every SDK reads back as it is written.

    Raises:
        Refused: it would end the line, be trimmed, or be cut off at a comment sign. It is not repeated.
    """
    if not value or value != value.strip() or not value.isprintable() or _TRAILING_COMMENT.search(value):
        raise Refused(f"the value for {name} cannot stand in a file that AWS programs read")
    return value


def append(document: Document, header: str, marker: Marker, values: Mapping[str, str]) -> bytes:
    """Add a section at the end, one blank line after what is there."""
    newline = document.newline
    before = "".join(document.lines)
    if before and not before.endswith("\n"):
        before += newline
    section = [f"[{header}]", marker.line(), *(f"{name} = {value}" for name, value in values.items())]
    return (before + (newline if before else "") + newline.join(section) + newline).encode()


def put(
    document: Document, section: Section, marker: Marker, values: Mapping[str, str], drop: Collection[str] = ()
) -> bytes:
    """Set keys in a section: in place where they are, after its last option where they are new; delete `drop`."""
    lines: list[str | None] = list(document.lines)
    newline = document.newline
    added: dict[int, list[str]] = {}
    if section.marker:
        if section.marker != marker:
            lines[section.first + 1] = marker.line() + newline
    else:
        added.setdefault(section.first, []).append(marker.line())
    last = section.options[-1] if section.options else None
    anchor = last.lines[-1] if last else section.first + bool(section.marker)
    for name, value in values.items():
        option = section.option(name)
        if option is None:
            added.setdefault(anchor, []).append(f"{last.indent if last else ''}{name} = {value}")
            continue
        wanted = f"{option.indent}{name} = {value}"
        if len(option.lines) > 1 or document.lines[option.lines[0]].rstrip("\r\n") != wanted:
            _delete(lines, option.lines)
            lines[option.lines[0]] = wanted + newline
    _delete(lines, (number for option in section.options if option.name in drop for number in option.lines))
    return _join(lines, added, newline)


def take_out(document: Document, sections: Iterable[Section], keys: Collection[str]) -> bytes:
    """Delete our lines from sections of ours, and the headers we made where nothing else is left under them."""
    lines: list[str | None] = list(document.lines)
    for section in sections:
        if section.marker is None:
            continue
        keeps = {"region"} if section.marker.keeps_region else set()
        own = [option for option in section.options if option.name in keys and option.name not in keeps]
        lines[section.first + 1] = None
        _delete(lines, (number for option in own for number in option.lines))
        rest = [line for line in lines[section.first + 1 : section.end] if line is not None]
        # A comment after a blank line speaks about the next section; one without is a note in this one.
        if not section.marker.adopted and len(own) == len(section.options) and not (rest and rest[0].strip()):
            lines[section.first] = None
            above = lines[section.first - 1] if section.first else None
            if above is not None and not above.strip():
                lines[section.first - 1] = None  # the blank line that came with the section
    return _join(lines, {}, document.newline)


def _delete(lines: list[str | None], numbers: Iterable[int]) -> None:
    for number in numbers:
        lines[number] = None


def _join(lines: list[str | None], added: Mapping[int, list[str]], newline: str) -> bytes:
    parts: list[str] = []
    for number, line in enumerate(lines):
        if line is not None:
            parts.append(line)
        for new in added.get(number, ()):
            if parts and not parts[-1].endswith("\n"):
                parts.append(newline)
            parts.append(new + newline)
    return "".join(parts).encode()
