"""Keys that an administrator keeps: 32 random bytes in base64, as `openssl rand -base64 32` prints them."""

import base64
import binascii
import secrets

from awsfed.errors import InvalidValue
from awsfed.model.secret import Secret

_SIZE = 32


def new_random_key() -> Secret:
    """Return a new key as it is written down."""
    return Secret(base64.b64encode(secrets.token_bytes(_SIZE)).decode())


def parse_random_key(secret: Secret, what: str) -> bytes:
    """Return the bytes of a key; raise InvalidValue for anything else, which is not repeated."""
    try:
        key = base64.b64decode(secret.reveal().strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _SIZE:
        raise InvalidValue(f"is no {what}: {_SIZE} random bytes in base64, as openssl rand -base64 {_SIZE} prints them")
    return key
