"""A unified diff of a change, for people: what is not known to be harmless is masked, theirs as well as ours."""

import difflib
import re
from pathlib import Path

from awsfed.model.text import shown
from awsfed.workstation.awsfiles.document import Document
from awsfed.workstation.awsfiles.marker import parse_marker
from awsfed.workstation.awsfiles.readable import HEADER

_SHOWN = {"aws_access_key_id", "output", "region", "x_security_token_expires"}
_KEY = re.compile(r"(?P<key>[\w-]{1,64})\s*=")
_MASK = "***"


def diff(before: Document, after: bytes, path: Path) -> str:
    """Return the difference with three lines around each change, empty when there is none."""
    old = [line.rstrip("\r\n") for line in before.lines]
    new = [line.rstrip("\r") for line in after.decode().removesuffix("\n").split("\n")] if after else []
    name = shown(str(path), limit=4096)
    process_is_ours = "+credential_process"
    lines = []
    for line in difflib.unified_diff(old, new, name, name, lineterm=""):
        control = line.startswith(("---", "+++", "@@"))
        lines.append(line if control else _masked(line[:1], line[1:], ours=line.startswith(process_is_ours)))
    return "".join(f"{line}\n" for line in lines)


def _masked(sign: str, line: str, *, ours: bool) -> str:
    text = line.strip()
    if not text or HEADER.match(text) or parse_marker(text) or ours:
        return sign + shown(line, limit=1000)
    key = _KEY.match(text)
    if key and key["key"] in _SHOWN:
        return sign + shown(line, limit=1000)
    if text.startswith(("#", ";")):
        return f"{sign}# {_MASK}"
    return f"{sign}{key['key']} = {_MASK}" if key else f"{sign}{_MASK}"
