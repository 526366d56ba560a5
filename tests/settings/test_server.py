"""`[server]`: addresses, networks, and what would show passwords to a network."""

from pathlib import Path

import pytest

from awsfed.settings.load import examine
from awsfed.settings.values import Listening


def problems(tmp_path: Path, text: str) -> list[str]:
    """Return what is wrong with a `[server]` table, without the file."""
    file = tmp_path / "config.toml"
    file.write_text(f"[server]\n{text}\n")
    found = examine(environ={"AWSFED_CONFIG": str(file), "HOME": str(tmp_path)}, options={}).problems
    return [f"{problem.key} {problem.message}" for problem in found]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('listen = "127.0.0.1"', "server.listen must be an address and a port"),
        ('listen = "127.0.0.1:65536"', "server.listen must be an address and a port"),
        ('listen = "10.1.2.3:8443"', "server.listen is open to a network"),
        ('listen = "0.0.0.0:443"\ncertificate = "/c.pem"', "server.url is not set"),
        ('certificate_key = "/k.pem"', "server.certificate_key is set, but no certificate is"),
        ('certificate = "/c.pem"\nurl = "http://localhost:8443"', "server.url is http, and a certificate is set"),
        ('url = "https://broker.example.org"', "server.url is https, which nothing here speaks"),
        ('url = "https://broker.example.org/awsfed"\ntrusted_proxies = ["::1"]', "server.url has a path"),
        ('url = "http://broker.example.org"', "server.url must begin with https://"),
        ('trusted_proxies = ["10.1.2.3/8"]', "server.trusted_proxies has an item 1 that is not an address"),
        ("membership_cache_s = 31", "server.membership_cache_s must be a whole number from 0 to 30"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    """Each mistake has the name of its setting."""
    found = problems(tmp_path, text)

    assert 1 == len(found), found
    assert found[0].startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        "",
        'listen = "[::1]:0"',
        'listen = "localhost:8443"',
        'listen = "10.1.2.3:8443"\ntrusted_proxies = ["10.1.2.0/24", "2001:db8::1"]',
        'listen = "0.0.0.0:443"\ncertificate = "/c.pem"\nurl = "https://broker.example.org"',
    ],
)
def test_what_is_right_is_taken(tmp_path: Path, text: str) -> None:
    """Loopback needs nothing; any other address a certificate or a proxy."""
    assert [] == problems(tmp_path, text)


def test_an_address_is_written_as_it_is_read() -> None:
    """IPv6 addresses have brackets around them."""
    assert ("[::1]:8443", "127.0.0.1:0") == (
        str(Listening(host="::1", port=8443)),
        str(Listening(host="127.0.0.1", port=0)),
    )
