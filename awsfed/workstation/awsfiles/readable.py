"""Whether every SDK can read a file, before we change a byte of it. A file they cannot read is refused, not repaired.

The measure is botocore, which fails for *all* profiles where one line is wrong; to that come a few things that it
reads differently from the others. No message repeats a line: it could be half a secret.
"""

import codecs
import configparser
import re
from pathlib import Path

from awsfed.errors import CorruptEntry
from awsfed.model.text import shown

HEADER = configparser.RawConfigParser.SECTCRE
OPTION = configparser.RawConfigParser.OPTCRE
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_EDIT = "correct that line in an editor: AWS programs stumble over it too"


def decode(data: bytes, path: Path) -> str:
    """Return the file as text.

    Raises:
        CorruptEntry: it is not UTF-8, begins with a byte order mark, or has carriage returns inside lines.
    """
    if data.startswith(codecs.BOM_UTF8):
        hint = "save it as UTF-8 without a byte order mark: AWS programs cannot read it as it is"
        raise CorruptEntry(f"{shown(str(path))} begins with a byte order mark", hint=hint)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise _corrupt(path, data.count(b"\n", 0, error.start) + 1, "is not UTF-8") from None
    if lone := _LONE_RETURN.search(data):
        raise _corrupt(path, data.count(b"\n", 0, lone.start()) + 1, "has a carriage return in it")
    return text


def check_readable(data: bytes, path: Path) -> None:
    """Make sure that botocore reads a file, and the other SDKs read the same in it.

    Raises:
        CorruptEntry: they do not; the message names the line.
    """
    text = decode(data, path)
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error as error:
        # "from None": the parser's own message quotes lines
        raise _corrupt(path, *_explain(error)) from None
    _check_headers(text, path)


def check_block(value: str, path: Path, line: int) -> None:
    """Make sure that botocore can split an indented block under an empty key into keys of its own.

    Raises:
        CorruptEntry: a line of the block has no `=`.
    """
    if value.startswith("\n") and any(part.strip() and "=" not in part for part in value.splitlines()):
        raise _corrupt(path, line, "opens an indented block that has a line without '='")


def _check_headers(text: str, path: Path) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.strip()
        if not bare.startswith("["):
            continue
        header = HEADER.match(bare)
        if line.startswith("[DEFAULT]"):
            raise _corrupt(path, number, "says [DEFAULT] in capitals, which botocore mixes into every profile")
        if header and "]" in header["header"]:
            raise _corrupt(path, number, "has a second bracket behind a header")
        if line[0] != "[" and header:
            raise _corrupt(path, number, "is a header that does not begin at the margin")


def _explain(error: configparser.Error) -> tuple[int | None, str]:
    match error:
        case configparser.DuplicateSectionError():
            return error.lineno, f"opens the section [{shown(error.section)}] a second time"
        case configparser.DuplicateOptionError():
            return error.lineno, f"sets '{shown(error.option)}' a second time in [{shown(error.section)}]"
        case configparser.MissingSectionHeaderError():
            return error.lineno, "stands before any [section]"
        case configparser.ParsingError(errors=[(number, _), *_]):
            return number, "is neither a [section], nor key = value, nor a comment"
    return None, "cannot be parsed"


def _corrupt(path: Path, line: int | None, problem: str) -> CorruptEntry:
    where = f", line {line}" if line else ""
    return CorruptEntry(f"{shown(str(path))}{where}: {problem}", hint=_EDIT)
