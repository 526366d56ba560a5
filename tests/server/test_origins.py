"""Where requests come from: what trusted proxies say of it, and what anybody else says."""

from ipaddress import ip_network

import pytest

from awsfed.server.origins import Way, may_read_metrics, way_of

PROXIES = (ip_network("10.1.0.0/16"), ip_network("127.0.0.1"), ip_network("fd00::/8"))


def way(peer: str, forwarded: str | None = None, scheme: str | None = None, *, tls: bool = False) -> Way:
    """Return how a request came."""
    headers = {"x-forwarded-for": forwarded, "x-forwarded-proto": scheme}
    return way_of(peer, tls=tls, headers={name: text for name, text in headers.items() if text}, proxies=PROXIES)


@pytest.mark.parametrize(
    ("forwarded", "source"),
    [
        ("10.9.9.9", "10.9.9.9"),
        ("8.8.8.8, 10.9.9.9, 10.1.2.3", "10.9.9.9"),
        ("10.9.9.9:49152", "10.9.9.9"),
        ("8.8.8.8, 10.9.9.9:49152,10.1.2.3:80", "10.9.9.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:49152", "2001:db8::1"),
        ("[::ffff:10.9.9.9]:1", "10.9.9.9"),
        ("unknown, 10.1.2.3", "10.1.2.3"),
        ("evil\t, 10.9.9.9", "10.9.9.9"),
        ("10.1.2.3", "10.1.2.3"),
    ],
)
def test_the_last_address_that_is_no_proxys_own_counts(forwarded: str, source: str) -> None:
    """With brackets, with a port, and whatever others wrote before it."""
    found = way("10.1.0.1", forwarded, "https")

    assert (source, True, True, False) == (found.source, found.is_readable, found.is_safe, found.is_local)


@pytest.mark.parametrize(
    "forwarded",
    ["unknown", "_hidden", "10.9.9.9, unknown", "10.9.9", "10.9.9.9:x", "[10.9.9.9", "fe80::1%eth0:80", "[::1]x"],
)
def test_what_a_proxy_writes_and_is_no_address_is_no_source(forwarded: str) -> None:
    """Otherwise all who come that way would be one and the same."""
    assert not way("10.1.0.1", forwarded, "https").is_readable


def test_nobody_else_is_believed() -> None:
    """An address that is not in the list is the source itself, and its request as safe as it came."""
    assert Way(source="10.9.0.1", is_local=False, is_safe=False) == way("10.9.0.1", "127.0.0.1", "https")
    assert Way(source="10.9.0.1", is_local=False, is_safe=True) == way("10.9.0.1", tls=True)
    assert Way(source="::1", is_local=True, is_safe=True) == way("::1")


@pytest.mark.parametrize("tls", [True, False])
def test_a_proxy_on_this_machine_that_nobody_named_is_not_this_machine(*, tls: bool) -> None:
    """All who come through it would be, with what only this machine may see, and one wrong password would slow all."""
    for forwarded, scheme in (("10.9.9.9", "https"), ("10.9.9.9", None), (None, "https")):
        found = way("::1", forwarded, scheme, tls=tls)
        assert (False, False, True) == (found.is_local, found.is_safe, found.is_from_unnamed)
    assert not way("10.9.0.1", "10.9.9.9", "https", tls=tls).is_from_unnamed


def test_whoever_comes_through_a_proxy_of_this_machine_is_not_local() -> None:
    """Not even where the proxy forgets to say who that is."""
    silent, talking = way("127.0.0.1"), way("127.0.0.1", "127.0.0.1", "https")

    assert (True, False) == (silent.is_safe, silent.is_local)
    assert (True, False) == (talking.is_safe, talking.is_local)
    assert not may_read_metrics(silent, ())
    assert may_read_metrics(silent, (ip_network("127.0.0.1"),))
    assert not way("127.0.0.1", "10.9.9.9").is_safe
    assert not way("10.1.0.1").is_safe
