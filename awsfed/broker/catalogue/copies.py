"""The last good copy of a fetched catalogue: a private file with a header line, then the document as it came."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from awsfed.errors import CorruptEntry
from awsfed.outside.files import private_directory, read_private, write_atomic
from awsfed.settings.reading import LIMIT

_HEADER_LIMIT = 8192
_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A document as it was fetched."""

    body: bytes
    etag: str | None
    fetched_at: float
    """Epoch seconds of the last time that the source confirmed it."""


def copy_file(folder: Path, url: str) -> Path:
    """Return the file for the copy of a URL."""
    return folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.copy"


def read_copy(folder: Path, url: str) -> Copy | None:
    """Return the copy of a URL, or None where there is none that we wrote.

    Raises:
        UnsafePermissions: somebody else could have written it.
    """
    try:
        data = read_private(copy_file(folder, url), limit=LIMIT + _HEADER_LIMIT)
    except CorruptEntry:
        return None
    header, _, body = (data or b"").partition(b"\n")
    try:
        fields = json.loads(header)
    except ValueError:
        return None
    return _copy(fields, url, body) if isinstance(fields, dict) else None


def write_copy(folder: Path, url: str, copy: Copy) -> None:
    """Keep a copy in place of the one before; raise UnwritableFile or UnsafePermissions where that cannot be."""
    private_directory(folder)
    header = {"format": _FORMAT, "url": url, "etag": copy.etag, "fetched_at": copy.fetched_at}
    write_atomic(copy_file(folder, url), json.dumps(header).encode() + b"\n" + copy.body)


def _copy(fields: dict[str, object], url: str, body: bytes) -> Copy | None:
    etag, fetched_at = fields.get("etag"), fields.get("fetched_at")
    if fields.get("format") != _FORMAT or fields.get("url") != url or not isinstance(fetched_at, int | float):
        return None
    return Copy(body=body, etag=etag if isinstance(etag, str) else None, fetched_at=float(fetched_at))
