"""Public keys and detached signatures as they are written down.

A public key is `ed25519:BASE64`, a signature one line `awsfed1 KEYID BASE64`. The id of a key is the beginning of the
SHA-256 of its 32 bytes: it tells which key is meant, and proves nothing.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from awsfed.errors import InvalidValue

ALGORITHM = "ed25519"
SCHEME = "awsfed1"
SUFFIX = ".sig"
SIGNATURE_LIMIT = 1024
"""Bytes of the largest signature file that is read."""
_PUBLIC_SIZE, _SIGNATURE_SIZE = 32, 64
_LINE = re.compile(rb"awsfed1 (?P<key>[0-9a-f]{16}) (?P<value>[A-Za-z0-9+/]{86}==)[ \t]*(?:\r?\n)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A detached signature."""

    key_id: str
    value: bytes


def parse_public_key(text: object) -> str:
    """Return a public key in its one form; raise InvalidValue for anything else."""
    encoded = text.removeprefix(f"{ALGORITHM}:") if isinstance(text, str) else ""
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _PUBLIC_SIZE or text != public_key(raw):
        how = "as awsfed catalogue keygen, or awsfed audit public-key, prints it"
        raise InvalidValue(f"is not a public key such as {ALGORITHM}:BASE64, {how}")
    return public_key(raw)


def public_key(raw: bytes) -> str:
    """Return the 32 bytes of a public key as they are written."""
    return f"{ALGORITHM}:{base64.b64encode(raw).decode()}"


def public_bytes(key: str) -> bytes:
    """Return the 32 bytes of a parsed public key."""
    return base64.b64decode(key.removeprefix(f"{ALGORITHM}:"))


def key_id(key: str) -> str:
    """Return the id of a parsed public key."""
    return hashlib.sha256(public_bytes(key)).hexdigest()[:16]


def parse_signature(data: bytes) -> Signature:
    """Return what a signature file holds; raise InvalidValue for anything but the one line."""
    match = _LINE.fullmatch(data)
    value = base64.b64decode(match["value"]) if match else b""
    if match is None or len(value) != _SIGNATURE_SIZE:
        raise InvalidValue(f'is not a signature: one line "{SCHEME} KEYID BASE64"')
    return Signature(key_id=match["key"].decode(), value=value)


def written(signature: Signature) -> bytes:
    """Return the content of a signature file."""
    return f"{SCHEME} {signature.key_id} {base64.b64encode(signature.value).decode()}\n".encode()
