from pathlib import Path

import pytest
from settings.desk import Desk

from awsfed.outside.legs import LEGS, Leg


def test_without_a_word_nothing_is_decided(desk: Desk) -> None:
    """Then the environment counts, and the operating system."""
    assert {name: Leg(name=name) for name in LEGS} == desk.load().legs


def test_each_leg_has_its_own(desk: Desk) -> None:
    """And what it does not name it has from no other leg, but from `[tls]`."""
    desk.user(
        "tls.ca_bundle = '/all.pem'\ncrowd.ca_bundle = '/crowd.pem'\ncrowd.proxy = 'http://proxy.example.org:3128/'\n"
        "aws.proxy = 'none'\naws.client_certificate = 'c.pem'\naws.client_key = 'c.key'"
    )
    folder = desk.user_file.parent

    legs = desk.load().legs

    assert Leg(name="crowd", proxy="http://proxy.example.org:3128", ca_bundle=Path("/crowd.pem")) == legs["crowd"]
    assert Leg(name="catalogue", ca_bundle=Path("/all.pem")) == legs["catalogue"]
    assert ("none", Path("/all.pem")) == (legs["aws"].proxy, legs["aws"].ca_bundle)
    assert (folder / "c.pem", folder / "c.key") == (legs["aws"].client_certificate, legs["aws"].client_key)


@pytest.mark.parametrize(
    "proxy",
    [
        "",
        "None",
        "proxy.example.org:3128",
        "socks5://proxy.example.org",
        "http://proxy.example.org/path",
        "http://somebody:canary@proxy.example.org",
        "http://somebody@proxy.example.org",
        "http://proxy.example.org?canary",
    ],
)
def test_a_proxy_is_a_place_and_holds_no_password(desk: Desk, proxy: str) -> None:
    """What is wrong may hold one, so it is not repeated."""
    desk.user(f"crowd.proxy = '{proxy}'")

    example = "a URL such as http://proxy.example.org:3128, without user and password"
    assert [f'USER, line 1: crowd.proxy must be {example}, or "none"'] == desk.complaints()
    assert "HTTPS_PROXY" in str(desk.hints()[0])


def test_a_key_belongs_to_a_certificate(desk: Desk) -> None:
    """Alone it proves nothing."""
    desk.user("catalogue.client_key = 'c.key'")

    assert [
        "USER, line 1: catalogue.client_key belongs to no certificate: catalogue.client_certificate is not set"
    ] == desk.complaints()


def test_a_locked_bundle_holds_for_every_leg(desk: Desk) -> None:
    """No leg gets around it, unless the administrator locked that too."""
    desk.system("locked = ['tls', 'aws.ca_bundle']\ntls.ca_bundle = '/all.pem'\naws.ca_bundle = '/aws.pem'")
    desk.user("crowd.ca_bundle = '/mine.pem'")

    assert ["USER, line 1: crowd.ca_bundle gets around tls.ca_bundle, which is locked"] == desk.complaints()
