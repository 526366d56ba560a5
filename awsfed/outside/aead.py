"""The door to AES-256-GCM: what is sealed opens with the same key at the same place only, and unchanged.

The library is an optional one, imported when something is sealed or opened.
"""

import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

from awsfed.errors import NotInstalled

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_SIZE = 32
_NONCE_SIZE = 12
"""Random ones are safe for four thousand million seals with a key; ours are a few hundred."""


def new_key() -> bytes:
    """Return a new key."""
    return secrets.token_bytes(KEY_SIZE)


def seal(key: bytes, data: bytes, bound_to: str) -> bytes:
    """Return data sealed with a key of 32 bytes, bound to a place; raise ConfigError without the library."""
    nonce = secrets.token_bytes(_NONCE_SIZE)
    return nonce + _cipher(key).encrypt(nonce, data, bound_to.encode())


def unseal(key: bytes, sealed: bytes, bound_to: str) -> bytes | None:
    """Return what was sealed, or None where key, place or a single bit differ; raise ConfigError as `seal` does."""
    cipher = _cipher(key)
    from cryptography.exceptions import InvalidTag

    try:
        return cipher.decrypt(sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:], bound_to.encode())
    except (InvalidTag, ValueError):  # ValueError: too short for a nonce
        return None


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> "AESGCM":
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise NotInstalled("sealing", "cryptography", "broker") from error
    return AESGCM(key)
