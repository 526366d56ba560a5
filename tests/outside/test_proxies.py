from base64 import b64decode

import pytest

from awsfed.errors import ConfigError
from awsfed.model.addresses import is_loopback
from awsfed.outside.legs import DIRECT, Leg
from awsfed.outside.proxies import METADATA_HOSTS, parse_proxy, proxy_for, proxy_on

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


@pytest.mark.parametrize("proxy", [None, PROXY])
@pytest.mark.parametrize("host", [*sorted(METADATA_HOSTS), "127.0.0.1", "localhost"])
def test_what_is_near_is_never_proxied(host: str, proxy: str | None) -> None:
    """Neither by settings nor by variables."""
    environ = {"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY, "ALL_PROXY": PROXY}

    assert proxy_on(Leg(name="aws", proxy=proxy), "http", host, environ) is None


def test_the_settings_come_before_the_environment() -> None:
    """All of it: `NO_PROXY` says where the proxies of variables do not count."""
    environ = {"HTTPS_PROXY": "http://other.example.org", "NO_PROXY": "*"}
    found = proxy_on(Leg(name="crowd", proxy=PROXY), "https", "crowd.example.org", environ)

    assert found is not None
    assert ("proxy.example.org:3128", False) == (found.place, found.is_secure)


def test_none_is_a_proxy_too() -> None:
    """The one that is not there."""
    direct = Leg(name="crowd", proxy=DIRECT)

    assert proxy_on(direct, "https", "crowd.example.org", {"HTTPS_PROXY": PROXY}) is None


def test_without_settings_the_environment_decides() -> None:
    """As it does for other programs."""
    found = proxy_on(Leg(name="crowd"), "https", "crowd.example.org", {"HTTPS_PROXY": "https://[::1]"})

    assert found is not None
    assert ("[::1]:443", True) == (found.place, found.is_secure)


@pytest.mark.parametrize(
    ("login", "meaning"),
    [("me:canary", "me:canary"), ("me", "me:"), ("a%40b:c%3Ad", "a@b:c:d"), ("m%C3%BCller:x", "müller:x")],
)
def test_a_login_stands_in_the_url_of_a_variable(login: str, meaning: str) -> None:
    """It goes into a header, and is shown to nobody."""
    proxy = parse_proxy(f"{login}@proxy.example.org:3128")

    assert proxy.authorization is not None
    assert meaning == b64decode(proxy.authorization.removeprefix("Basic ")).decode()
    assert "proxy.example.org:3128" == proxy.place
    assert "Basic" not in repr(proxy)


@pytest.mark.parametrize(
    "text",
    [
        "ftp://proxy",
        "http://",
        "http://proxy:0",
        "http://proxy:port",
        "http://[broken",
        "http://a b:1",
        f"http://{'a' * 64}:1",
    ],
)
def test_what_is_no_proxy(text: str) -> None:
    """The hint is an example."""
    with pytest.raises(ConfigError, match="proxy") as caught:
        parse_proxy(text)

    assert "HTTPS_PROXY" in str(caught.value.hint)


def test_a_login_in_other_bytes_than_those_of_unicode_is_passed_on() -> None:
    """As they stand in the variable."""
    proxy = parse_proxy("http://me:caf\udce9@proxy.example.org:3128")

    assert proxy.authorization is not None
    assert b"me:caf\xe9" == b64decode(proxy.authorization.removeprefix("Basic "))


@pytest.mark.parametrize("password", ["12/canary", "12?canary", "12#canary"])
def test_a_password_that_would_be_read_as_a_port_is_shown_to_nobody(password: str) -> None:
    """Nor is a host asked whose name is that of the user."""
    with pytest.raises(ConfigError, match="login of the proxy") as caught:
        parse_proxy(f"http://me:{password}@proxy.example.org:3128")

    assert "%2F" in str(caught.value.hint)
    assert "12" not in caught.value.message
    assert "canary" not in caught.value.message


@pytest.mark.parametrize("host", ["proxy", "proxy.example.org.", "прокси.example", "10.0.0.1", "[fe80::1%eth0]"])
def test_what_names_a_proxy(host: str) -> None:
    """A name, an international one too, or an address."""
    assert f"{host}:3128" == parse_proxy(f"http://{host}:3128/").place
