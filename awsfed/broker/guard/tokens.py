"""Tokens: made at random, handed out once, and kept as digests only."""

import hashlib
import re
import secrets

from awsfed.model.secret import Secret

_BYTES = 32
_REST = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token(prefix: str) -> Secret:
    """Return a token with a prefix by which a scanner of leaked secrets recognises it."""
    return Secret(prefix + secrets.token_urlsafe(_BYTES))


def digest_of(token: Secret, prefix: str) -> str | None:
    """Return what a token is found by; None for anything that cannot be one.

    It is not salted or slow: nobody can guess 256 random bits.
    """
    text = token.reveal()
    if not text.startswith(prefix) or not _REST.fullmatch(text.removeprefix(prefix)):
        return None
    return hashlib.sha256(text.encode("ascii")).hexdigest()
