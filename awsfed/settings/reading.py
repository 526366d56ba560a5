"""Reading files that decide where passwords go: only those that nobody else could have written."""

import os
import re
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from awsfed.errors import ConfigError, UnsafePermissions
from awsfed.model.once import once
from awsfed.settings.problems import InvalidSettings, Problem

LIMIT = 4_194_304
"""Bytes of the largest file or document that is read."""
_AT_LINE = r" \(at (?:line (\d+), column \d+|end of document)\)$"
# Twenty names in a row, joined by dots: no setting, but work that grows with the square of their number.
_LONG_KEY = re.compile(r"""(?<!["'\w-])(?:["'\w-]{1,300}[ \t]*\.[ \t]*){20}""", re.ASCII)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Document:
    """A parsed TOML file; without slots, for its lines are counted only when somebody asks."""

    name: str
    """The file or URL, for people."""
    text: str = field(repr=False)
    tables: dict[str, Any] = field(repr=False)

    @once
    def _lines(self) -> dict[tuple[str, ...], int]:
        from awsfed.settings import lines

        return lines.lines(self.text)

    def line(self, path: tuple[str, ...]) -> int | None:
        """Return the line of a path, or of the closest thing that holds it."""
        from awsfed.settings import lines

        return lines.nearest(self._lines, path)


def read_trusted(path: Path, *, limit: int = LIMIT) -> bytes | None:
    """Return what a file holds, or None where there is none.

    Raises:
        UnsafePermissions: others may write to it, or it belongs to neither root nor whoever runs this.
        ConfigError: it cannot be read, is no file, or is larger than `limit`.
    """
    if str(path) == os.devnull:
        return b""
    try:
        with path.open("rb") as file:
            check_owner(path, os.fstat(file.fileno()))
            data = file.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a path"
        raise ConfigError(f"{path} cannot be read: {reason.lower()}") from error
    if len(data) > limit:
        raise ConfigError(f"{path} is larger than {limit} bytes")
    return data


def parse_toml(data: bytes, name: str) -> Document:
    """Return a parsed document.

    Raises:
        InvalidSettings: it is not UTF-8 or not TOML; the problem names the line.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidSettings([Problem(file=name, line=line, message="not text in UTF-8")]) from error
    if match := _LONG_KEY.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise InvalidSettings([Problem(file=name, line=line, message="a key of more than 20 parts")])
    try:
        return Document(name=name, text=text, tables=tomllib.loads(text))
    except RecursionError as error:
        raise InvalidSettings([Problem(file=name, message="nested too deeply")]) from error
    except ValueError as error:
        raise InvalidSettings([_syntax_problem(name, text, str(error))]) from error


def _syntax_problem(name: str, text: str, reason: str) -> Problem:
    match = re.search(_AT_LINE, reason)
    if match is None:
        return Problem(file=name, message="not TOML: a value is out of range")
    what = reason[: match.start()]
    line = int(match[1]) if match[1] else text.count("\n") + 1
    return Problem(
        file=name,
        line=line,
        message=f"not TOML: {what[:1].lower()}{what[1:]}",
        hint='text stands in quotes, as in: url = "https://crowd.example.org/crowd"',
    )


def check_owner(path: Path, status: os.stat_result) -> None:
    """Raise UnsafePermissions where somebody else may have written a file, or to a folder."""
    if not hasattr(os, "geteuid"):
        return
    if status.st_uid not in {0, os.geteuid()}:
        raise UnsafePermissions(f"{path} belongs to another user", hint=f"chown it to yourself: chown $(id -u) {path}")
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise UnsafePermissions(f"{path} can be written by others", hint=f"chmod go-w {path}")
