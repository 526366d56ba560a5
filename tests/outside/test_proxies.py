import pytest

from awsfed.outside.proxies import is_loopback, proxy_for

PROXY = "http://proxy.example.org:3128"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.9.9.9", "::1"])
def test_loopback_is_never_proxied(host: str) -> None:
    """A request to this machine stays on it, whatever the environment says."""
    assert is_loopback(host)
    assert proxy_for("https", host, {"HTTPS_PROXY": PROXY, "ALL_PROXY": PROXY}) is None


@pytest.mark.parametrize("host", ["localhost.example.org", "127.0.0.1.example.org", "10.0.0.1", "notlocalhost"])
def test_a_name_that_looks_like_loopback_is_not(host: str) -> None:
    """Only the machine itself is loopback."""
    assert not is_loopback(host)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_either_case_names_the_proxy(name: str) -> None:
    """Variables count in capitals and in small letters."""
    assert proxy_for("https", "crowd.example.org", {name: PROXY}) == PROXY


def test_the_proxy_of_another_scheme_does_not_count() -> None:
    """HTTP_PROXY is for plain http."""
    assert proxy_for("https", "crowd.example.org", {"HTTP_PROXY": PROXY}) is None


@pytest.mark.parametrize(
    "exempt", ["*", "example.org", ".example.org", "a.test, CROWD.example.org", "crowd.example.org."]
)
def test_no_proxy_exempts_names(exempt: str) -> None:
    """A name in NO_PROXY stands for its subdomains too."""
    proxy = proxy_for("https", "crowd.example.org", {"HTTPS_PROXY": PROXY, "NO_PROXY": exempt.rstrip(".")})

    assert proxy is None


@pytest.mark.parametrize("exempt", ["", "ample.org", "crowd.example", "x.crowd.example.org", "10.0.0.0/8"])
def test_no_proxy_exempts_nothing_else(exempt: str) -> None:
    """The end of a word is not a domain."""
    assert proxy_for("https", "crowd.example.org", {"HTTPS_PROXY": PROXY, "NO_PROXY": exempt}) == PROXY


@pytest.mark.parametrize("exempt", ["10.0.0.0/8", "10.1.2.3"])
def test_no_proxy_exempts_addresses_and_networks(exempt: str) -> None:
    """A network in NO_PROXY stands for its addresses."""
    assert proxy_for("https", "10.1.2.3", {"HTTPS_PROXY": PROXY, "no_proxy": exempt}) is None
