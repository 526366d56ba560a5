"""The last good copy of a fetched catalogue: a private file with a header line, then the documents as they came."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from awsfed.broker.catalogue.signature import Part
from awsfed.errors import CorruptEntry
from awsfed.outside.files import private_directory, read_private, write_atomic
from awsfed.settings.reading import LIMIT

_HEADER_LIMIT = 1_048_576
_FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The documents of a source as they are there."""

    parts: tuple[Part, ...]
    etag: str | None = None
    """With which the source can say that nothing changed; None where it has no such thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Documents as they were fetched."""

    fetched: Fetched
    fetched_at: float
    """Epoch seconds of the last time that the source confirmed them."""


def copy_file(folder: Path, source: str) -> Path:
    """Return the file for the copy of a source."""
    return folder / f"{hashlib.sha256(source.encode()).hexdigest()[:32]}.copy"


def read_copy(folder: Path, source: str) -> Copy | None:
    """Return the copy of a source, or None where there is none that we wrote.

    Raises:
        UnsafePermissions: somebody else could have written it.
    """
    try:
        data = read_private(copy_file(folder, source), limit=LIMIT + _HEADER_LIMIT)
    except CorruptEntry:
        return None
    header, _, body = (data or b"").partition(b"\n")
    try:
        fields = json.loads(header)
        if fields["format"] != _FORMAT or fields["source"] != source:
            return None
        fetched = Fetched(parts=_parts(fields["parts"], body), etag=_text(fields["etag"]))
        return Copy(fetched=fetched, fetched_at=float(fields["fetched_at"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def write_copy(folder: Path, source: str, copy: Copy) -> None:
    """Keep a copy in place of the one before; raise UnwritableFile or UnsafePermissions where that cannot be."""
    private_directory(folder)
    parts = copy.fetched.parts
    header = {
        "format": _FORMAT,
        "source": source,
        "etag": copy.fetched.etag,
        "fetched_at": copy.fetched_at,
        "parts": [[part.name, len(part.body), _as_text(part.signature)] for part in parts],
    }
    body = b"".join(part.body for part in parts)
    write_atomic(copy_file(folder, source), json.dumps(header).encode() + b"\n" + body)


def _parts(listed: list[Any], body: bytes) -> tuple[Part, ...]:
    """Cut the documents out of the body; raise ValueError where the lengths do not fit."""
    parts, at = [], 0
    for name, size, signature in listed:
        if type(size) is not int or size < 0:
            raise ValueError
        text = _text(signature)
        kept = None if text is None else text.encode("latin-1")
        parts.append(Part(name=str(name), body=body[at : at + size], signature=kept))
        at += size
    if at != len(body):
        raise ValueError
    return tuple(parts)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _as_text(signature: bytes | None) -> str | None:
    return None if signature is None else signature.decode("latin-1")
