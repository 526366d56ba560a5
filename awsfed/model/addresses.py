"""Addresses of IP, where a host may be one. Most are names, and those need none of the library."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

_NEAR = frozenset({"localhost", "127.0.0.1", "::1"})
_NUMBERS = re.compile(r"[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%.*)?")


def parse_address(host: str) -> "IPv4Address | IPv6Address | None":
    """Return the address that a host is, in brackets or not; None for a name."""
    text = host.strip("[]")
    if not _NUMBERS.fullmatch(text):
        return None
    from ipaddress import ip_address

    try:
        return ip_address(text)
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine itself: `localhost` or a loopback address, in brackets or not."""
    text = host.strip("[]").rstrip(".").casefold()
    if text in _NEAR:
        return True
    address = parse_address(host)
    return address is not None and address.is_loopback
