import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsfed.model.addresses import is_loopback, parse_address


@given(st.ip_addresses())
def test_knows_every_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """However the library writes it, in the brackets of a URL too."""
    text = f"[{address}]" if address.version == 6 else str(address)

    assert address == parse_address(str(address)) == parse_address(text)
    assert address.is_loopback == is_loopback(text)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.8.9.10", "::1", "[::1]"])
def test_what_is_this_machine(host: str) -> None:
    """Its name and its addresses."""
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", ".", "[]", "localhost.example.org", "127.0.0.1.example.org", "127.1", "127.0.0.01", "0x7f.0.0.1", "::", "dead",
     "10.0.0.1", "1:2", "crowd"],
)  # fmt: skip
def test_what_is_not(host: str) -> None:
    """Names that look like it, and addresses that only some programs read."""
    assert not is_loopback(host)
