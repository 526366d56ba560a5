"""Signing in to the console: what the federation endpoint is asked, and what becomes of its answers."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fakes.catalogue import assume_role, federation, session_token
from fakes.clock import FakeClock
from fakes.keys import MAIN
from fakes.raw_peer import RawPeer, answer, hang_up

from awsfed.broker.answers import ConsolePlace
from awsfed.broker.services.console import ConsoleSignIn, console_destination
from awsfed.errors import AwsUnavailable, ConfigError, InvalidValue, ProtocolError, Refused, RoleRefused, Unavailable
from awsfed.model.connector import Connector
from awsfed.model.credentials import AccessKey, Credentials
from awsfed.model.partitions import PARTITIONS
from awsfed.model.secret import Secret
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries

HOME = ConsolePlace()
TOKEN = answer(200, b'{"SigninToken": "token"}')
NO = answer(400, b"<html>Bad request</html>")
CREDENTIALS = Credentials(
    access_key_id="ASIAX",
    secret_access_key=Secret("canary/secret+&="),
    session_token=Secret("canary/token"),
    issued_at=0,
    expires_at=3600,
    expiration="1970-01-01T01:00:00Z",
)
TEMPORARY = AccessKey(
    name="main", access_key_id="ASIAY", secret_access_key=Secret("x"), session_token=Secret("somebody vended it")
)


def sign_in(endpoint: str | None, clock: FakeClock | None = None) -> ConsoleSignIn:
    """Return the service, whose waits take no time."""
    clock = clock or FakeClock()
    retries = Retries(clock=clock, started_at=clock.monotonic())
    return ConsoleSignIn(http=HttpClient(environ={}), retries=retries, endpoint=endpoint)


def url(peer: RawPeer, connector: Connector, key: AccessKey = MAIN, place: ConsolePlace = HOME) -> str:
    """Return the address that a connector's credentials are exchanged for."""
    return sign_in(peer.url).url(connector, CREDENTIALS, key, place).reveal()


def forms(peer: RawPeer) -> list[dict[str, str]]:
    """Return what the endpoint was asked."""
    bodies = [request.partition(b"\r\n\r\n")[2].decode() for request in peer.requests]
    return [{name: value for name, (value,) in parse_qs(body, strict_parsing=True).items()} for body in bodies]


def test_the_credentials_go_in_the_body_and_the_token_comes_into_the_address() -> None:
    """Nothing secret is in the line of a request, which proxies and servers write down."""
    with RawPeer(TOKEN) as peer:
        parts = urlsplit(url(peer, assume_role("dev")))

    assert peer.requests[0].startswith(b"POST /federation HTTP/1.1\r\n")
    session = {"sessionId": "ASIAX", "sessionKey": "canary/secret+&=", "sessionToken": "canary/token"}
    (form,) = forms(peer)
    assert ("getSigninToken", session) == (form["Action"], json.loads(form["Session"]))
    query = {name: value for name, (value,) in parse_qs(parts.query).items()}
    destination = "https://console.aws.amazon.com/console/home"
    assert {"Action": "login", "Destination": destination, "SigninToken": "token"} == query
    assert "canary" not in parts.query


@pytest.mark.parametrize(
    ("connector", "key", "duration"),
    [
        (assume_role("dev", duration=14_400), MAIN, "14400"),
        (assume_role("dev", duration=43_200), MAIN, "43200"),
        (assume_role("dev"), MAIN, None),
        (assume_role("dev", duration=3600), TEMPORARY, None),
        (assume_role("dev", duration=3600, via="base"), TEMPORARY, None),
        (federation("fed", duration=3600), MAIN, None),
    ],
)
def test_only_a_role_assumed_with_a_users_own_key_has_a_length(
    connector: Connector, key: AccessKey, duration: str | None
) -> None:
    """For any other, AWS refuses the parameter."""
    with RawPeer(TOKEN) as peer:
        url(peer, connector, key)

    assert [duration] == [form.get("SessionDuration") for form in forms(peer)]


def test_a_refused_length_is_left_out() -> None:
    """The role may have been assumed in a way that nobody here knows of."""
    with RawPeer(NO, TOKEN) as peer:
        assert url(peer, assume_role("dev", duration=3600))

    assert ["3600", None] == [form.get("SessionDuration") for form in forms(peer)]


def test_a_refusal_is_asked_for_once() -> None:
    """Without a length there is nothing to leave out."""
    with RawPeer(NO) as peer, pytest.raises(RoleRefused) as caught:
        url(peer, assume_role("dev"))

    assert "the sign-in endpoint 127.0.0.1 refused them (status 400)" == caught.value.message
    assert 1 == len(peer.requests)


def test_a_session_token_is_not_even_sent() -> None:
    """AWS lets none in."""
    with RawPeer(TOKEN) as peer, pytest.raises(Refused, match="cannot enter the console"):
        url(peer, session_token("raw"))

    assert [] == peer.requests


@pytest.mark.parametrize("trouble", [answer(500), answer(503), hang_up])
def test_trouble_is_tried_again(trouble: Any) -> None:
    """Twice is enough here."""
    with RawPeer(trouble, trouble, TOKEN) as peer:
        assert url(peer, assume_role("dev"))

    assert 3 == len(peer.requests)


def test_trouble_that_stays() -> None:
    """Ends when the retries do."""
    with RawPeer(answer(503)) as peer, pytest.raises(AwsUnavailable, match="failed with status 503"):
        url(peer, assume_role("dev"))

    assert 8 == len(peer.requests)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"SigninToken": 7}',
        b'{"SigninToken": ""}',
        b'{"SigninToken": "a b"}',
        b'{"SigninToken": "a\\nb"}',
        b'{"SigninToken": "' + b"x" * 20_000 + b'"}',
        b"[" * 60_000,
    ],
)
def test_an_answer_without_a_token(body: bytes) -> None:
    """Nothing of it is repeated."""
    with RawPeer(answer(200, body)) as peer, pytest.raises(ProtocolError) as caught:
        url(peer, assume_role("dev"))

    assert "the answer of the AWS sign-in endpoint holds no sign-in token" == caught.value.message


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_credentials_follow_no_redirect(status: int) -> None:
    """They go where they were meant to go, or nowhere."""
    with RawPeer(TOKEN) as other:
        elsewhere = {"Location": f"{other.url}/federation"}
        with RawPeer(answer(status, b"", elsewhere)) as peer, pytest.raises((RoleRefused, ProtocolError)):
            url(peer, assume_role("dev"))

    assert [] == other.requests


@pytest.mark.parametrize(
    ("connector", "place", "address"),
    [
        (assume_role("a"), HOME, "https://console.aws.amazon.com/console/home"),
        (
            assume_role("a", region="eu-west-1"),
            HOME,
            "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1",
        ),
        (
            assume_role("a", region="eu-west-1"),
            ConsolePlace(service="s3", region="us-east-1"),
            "https://us-east-1.console.aws.amazon.com/s3/home?region=us-east-1",
        ),
        (assume_role("a", partition="aws-cn"), HOME, "https://console.amazonaws.cn/console/home"),
        (
            assume_role("a", partition="aws-us-gov"),
            ConsolePlace(service="ec2"),
            "https://console.amazonaws-us-gov.com/ec2/home",
        ),
    ],
)
def test_places(connector: Connector, place: ConsolePlace, address: str) -> None:
    """The console of the connector's partition, in the region that was asked for or the connector's."""
    assert address == console_destination(connector, place)


@pytest.mark.parametrize("service", ["../x", "s3?x", "s3#x", "S3", "a/b", "", "-", "x" * 65, "s3\n", "@evil.test"])
def test_a_service_is_one_word(service: str) -> None:
    """Nothing that was typed can lead anywhere else; an empty one means the front page."""
    if service == "":
        assert console_destination(assume_role("a"), ConsolePlace(service="")).endswith("/console/home")
        return
    with pytest.raises(InvalidValue):
        console_destination(assume_role("a"), ConsolePlace(service=service))


@pytest.mark.parametrize("region", ["nowhere", "eu-west-1.evil.test", "eu-west-1/", "EU-WEST-1", "eu-west-1\n"])
def test_a_region_is_one(region: str) -> None:
    """It becomes a part of the host."""
    with pytest.raises(InvalidValue):
        console_destination(assume_role("a"), ConsolePlace(region=region))


@pytest.mark.parametrize("partition", ["aws-iso", "aws-iso-b"])
def test_partitions_without_a_public_console(partition: str) -> None:
    """Nobody outside knows their hosts."""
    with pytest.raises(ConfigError, match=f"partition {partition} is not public"):
        sign_in(None).check(assume_role("a", partition=partition), HOME)


SET = {
    **PARTITIONS,
    "aws-iso": replace(
        PARTITIONS["aws-iso"],
        signin_host="signin.example.org",
        console_host="console.example.org",
        regional_console=False,
    ),
    "aws-us-gov": replace(PARTITIONS["aws-us-gov"], signin_host="signin-fips.example.org"),
}


def test_hosts_of_the_settings_are_used_as_they_stand() -> None:
    """Both where there was none before; no region is put in front of a name that we do not know."""
    clock = FakeClock()
    with RawPeer(answer(503)) as proxy:
        http = HttpClient(environ={"https_proxy": f"http://{proxy.place}"})
        service = ConsoleSignIn(http=http, retries=Retries(clock=clock, retries=0), partitions=SET)
        with pytest.raises(Unavailable):
            service.url(assume_role("a", partition="aws-iso"), CREDENTIALS, MAIN, HOME)

    assert proxy.requests[0].startswith(b"CONNECT signin.example.org:443")
    place = ConsolePlace(service="s3", region="us-iso-east-1")
    destination = console_destination(assume_role("a", partition="aws-iso"), place, SET)
    assert "https://console.example.org/s3/home?region=us-iso-east-1" == destination


def test_a_sign_in_without_a_console_leads_nowhere() -> None:
    """Both hosts are needed, and the missing one is named."""
    half = {**PARTITIONS, "aws-iso": replace(PARTITIONS["aws-iso"], signin_host="signin.example.org")}
    with pytest.raises(ConfigError, match="the console of partition aws-iso is not public") as caught:
        replace(sign_in(None), partitions=half).check(assume_role("a", partition="aws-iso"), HOME)

    assert "set partitions.aws-iso.console_host where you know it" == caught.value.hint


def test_without_a_host_for_fips_nobody_signs_in() -> None:
    """The usual host is none of those; one from the settings is taken at its word."""
    service = replace(sign_in(None), partitions=SET, fips=True)
    with pytest.raises(ConfigError, match="no FIPS endpoint is known for the console's sign-in of partition aws") as no:
        service.check(assume_role("a"), HOME)
    assert "set partitions.aws.signin_host where you know it" == no.value.hint

    service.check(assume_role("a", partition="aws-us-gov"), HOME)


@pytest.mark.parametrize(
    ("partition", "host"),
    [
        ("aws", "signin.aws.amazon.com"),
        ("aws-cn", "signin.amazonaws.cn"),
        ("aws-us-gov", "signin.amazonaws-us-gov.com"),
    ],
)
def test_each_partition_has_its_own_endpoint(partition: str, host: str) -> None:
    """Asked through a proxy, which is told the host and sees no more."""
    clock = FakeClock()
    with RawPeer(answer(503)) as proxy:
        http = HttpClient(environ={"https_proxy": f"http://{proxy.place}"})
        service = ConsoleSignIn(http=http, retries=Retries(clock=clock, retries=0))
        with pytest.raises(AwsUnavailable):
            service.url(assume_role("a", partition=partition), CREDENTIALS, MAIN, HOME)

    assert proxy.requests[0].startswith(f"CONNECT {host}:443".encode())
    assert b"canary" not in proxy.requests[0]
