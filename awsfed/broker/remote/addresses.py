"""Addresses that a broker hands out for a browser: its own, or those where AWS signs people in."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from awsfed.errors import ProtocolError
from awsfed.model.secret import Secret

_LIMIT = 16_384
_PORTS = {"https": 443, "http": 80}
_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,280}(?:[/?#][\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7e]*)?")
"""No user, no white space, and none of the characters that browsers repair on their own."""


def parse_console_url(value: object, *, issuer: str, hosts: Iterable[str]) -> Secret:
    """Return an address that may be opened.

    Args:
        value: what the broker answered.
        issuer: the broker's own URL; anything at its origin may be opened.
        hosts: where AWS signs people in; they and what is below them may be opened over https.

    Raises:
        ProtocolError: it leads anywhere else; it is not repeated.
    """
    if isinstance(value, str) and len(value) <= _LIMIT and _URL.fullmatch(value):
        origin = _origin(value)
        if origin is not None and (origin == _origin(issuer) or _is_of(origin, hosts)):
            return Secret(value)
    raise ProtocolError("the broker's address for the browser leads neither to itself nor to AWS")


def _origin(url: str) -> tuple[str, str, int] | None:
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return (parts.scheme, parts.hostname or "", port or _PORTS[parts.scheme])


def _is_of(origin: tuple[str, str, int], hosts: Iterable[str]) -> bool:
    scheme, host, port = origin
    return (scheme, port) == ("https", 443) and any(host == one or host.endswith(f".{one}") for one in hosts)
