"""Changing single values of other people's settings files, every other line as it is.

Pure functions from text to text. What comes out is read again and compared, so that a file which is written in a way
that nobody thought of is refused and not damaged.
"""

import configparser
import re

from awsfed.errors import Refused

_HEADER = re.compile(r"\[([^\]]+)\]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_END = re.compile(r"\r\n|\r|\n")
_NPM_LINE = re.compile(r"\s*([^=\s][^=]*?)\s*=")


def with_option(text: str, section: str, name: str, value: str) -> str:
    """Return an INI file with one option set; `value` may have several lines.

    Raises:
        Refused: the file is not one that the tool itself can read, or is written in a way that is not understood.
    """
    before = _parsed(text)
    lines, end_of = _lines(text)
    option = [f"{line}{end_of}" for line in f"{name} = {value}".replace("\n", "\n    ").split("\n")]
    headers = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    start = next((number for number in headers if _section(lines[number]) == section), None)
    if start is None:
        lines += [*([end_of] if lines and lines[-1].strip() else []), f"[{section}]{end_of}", *option]
    else:
        end = next((number for number in headers if number > start), len(lines))
        first, last = _place(lines, start, end, name)
        lines[first:last] = option
    after = "".join(lines)
    _compare(before, _parsed(after), section, name, value)
    return after


def _lines(text: str) -> tuple[list[str], str]:
    """Return the lines of a file with their ends, and what ends one that is added: what ends the first.

    A line ends as the tools have it, and not with whatever else Python takes for the end of one.
    """
    lines = _LINE.findall(text)
    end = _END.search(text)
    end_of = end[0] if end else "\n"
    if lines and not _END.search(lines[-1]):
        lines[-1] += end_of
    return lines, end_of


def _section(line: str) -> str:
    match = _HEADER.match(line)
    return match[1] if match else ""


def _place(lines: list[str], start: int, end: int, name: str) -> tuple[int, int]:
    """Return the lines that an option has in a section, its continuation among them; or where it belongs."""
    for number in range(start + 1, end):
        key = re.match(r"([^=:\s][^=:]*?)\s*[=:]", lines[number])
        if key and _same(key[1], name):
            last = number + 1
            while last < end and lines[last][:1] in {" ", "\t"} and lines[last].strip():
                last += 1
            return number, last
    return start + 1, start + 1


def _same(one: str, other: str) -> bool:
    """Tell whether two names are one: tools read them without regard to case, and pip takes `_` for `-`."""
    return one.lower().replace("_", "-") == other.lower().replace("_", "-")


def option_of(text: str, section: str, name: str) -> str | None:
    """Return the value of an option, or None where it is not set; raise Refused for what is no INI file."""
    return _parsed(text).get(section, {}).get(name)


def _parsed(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(default_section="\0")
    try:
        parser.read_string(_END.sub("\n", text))
    except configparser.Error:
        raise Refused("the file is not one that its own tool can read", hint="correct it in an editor") from None
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _compare(
    before: dict[str, dict[str, str]], after: dict[str, dict[str, str]], section: str, name: str, value: str
) -> None:
    """Raise Refused unless exactly one option differs."""
    rest = [
        {
            part: {key: text for key, text in options.items() if part != section or not _same(key, name)}
            for part, options in whole.items()
        }
        for whole in (before, after)
    ]
    rest[0].setdefault(section, {})
    if rest[0] != rest[1] or after[section].get(name) != value:
        raise Refused("the file is written in a way that cannot be changed safely", hint="set it in an editor")


def with_npm_value(text: str, key: str, value: str) -> str:
    """Return an .npmrc with one key set; of several lines with that key only one is left."""
    lines, end_of = _lines(text)
    ours = [number for number, line in enumerate(lines) if _npm_key(line) == key]
    line = f"{key}={value}{end_of}"
    if ours:
        lines[ours[0]] = line
        lines = [one for number, one in enumerate(lines) if number not in ours[1:]]
    else:
        section = next((number for number, one in enumerate(lines) if one.lstrip().startswith("[")), len(lines))
        lines.insert(section, line)
    return "".join(lines)


def _npm_key(line: str) -> str:
    match = _NPM_LINE.match(line)
    return "" if match is None or line.lstrip()[:1] in {";", "#"} else match[1].strip("\"'")
