"""The door to STS: against an STS that checks every signature, and peers that are none."""

from pathlib import Path

import pytest
from fakes.certificates import write_certificate
from fakes.clock import FakeClock
from fakes.raw_peer import RawPeer, answer, hang_up

from awsfed.errors import AwsUnavailable, ConfigError, ProtocolError
from awsfed.model.credentials import AccessKey
from awsfed.model.endpoints import Variant
from awsfed.model.secret import Secret
from awsfed.outside.aws_answers import AwsRefusal
from awsfed.outside.clock import SystemClock
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Trouble, TryAgain
from awsfed.outside.sts import StsDoor
from awsfed.sandbox.world import Sandbox

IDENTITY = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Arn>arn:aws:iam::123456789012:user/x</Arn><UserId>AIDAX</UserId><Account>123456789012</Account>"
    b"</GetCallerIdentityResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"
    b"</GetCallerIdentityResponse>"
)
KEY = AccessKey(name="main", access_key_id="AKIACANARYCANARY0000", secret_access_key=Secret("canary/secret"))
REGION = "eu-central-1"


def door(
    endpoint: str | None = None, *, environ: dict[str, str] | None = None, now: float | None = None, **more: Variant
) -> StsDoor:
    """Return a door whose environment is empty unless a test says otherwise."""
    clock = SystemClock() if now is None else FakeClock(now)
    return StsDoor(http=HttpClient(environ=environ or {}), clock=clock, endpoint=endpoint, **more)


def ask(through: StsDoor, key: AccessKey = KEY) -> dict[str, object]:
    """Ask whose key it is."""
    return dict(through.call("GetCallerIdentity", {}, key, REGION).data)


def error(code: str, message: str) -> bytes:
    """Return a refusal as STS words it."""
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
    ).encode()


def test_a_call_is_signed_and_answered(sandbox: Sandbox) -> None:
    """By an STS that checks the signature, with a user's key and with what that key got."""
    main = AccessKey(
        name="main", access_key_id=sandbox.access_key_id, secret_access_key=Secret(sandbox.secret_access_key)
    )
    through = door(sandbox.aws_url)
    given = through.call("GetSessionToken", {"DurationSeconds": 900}, main, REGION).data["Credentials"]
    session = AccessKey(
        name="session",
        access_key_id=given["AccessKeyId"],
        secret_access_key=Secret(given["SecretAccessKey"]),
        session_token=Secret(given["SessionToken"]),
    )

    assert "arn:aws:iam::123456789012:user/awsfed-broker" == ask(through, main)["Arn"] == ask(through, session)["Arn"]


def test_a_wrong_secret_is_refused(sandbox: Sandbox) -> None:
    """Once, with the code of AWS."""
    wrong = AccessKey(name="main", access_key_id=sandbox.access_key_id, secret_access_key=Secret("wrong"))
    with pytest.raises(AwsRefusal) as caught:
        ask(door(sandbox.aws_url), wrong)

    assert "SignatureDoesNotMatch" == caught.value.code


def test_the_region_decides_where_to_ask() -> None:
    """The proxy is told the host, and never sees the key."""
    with RawPeer(answer(503)) as proxy, pytest.raises(TryAgain) as caught:
        ask(door(environ={"https_proxy": f"http://{proxy.place}"}))

    assert proxy.requests[0].startswith(b"CONNECT sts.eu-central-1.amazonaws.com:443")
    assert caught.value.message.startswith("cannot reach AWS sts in eu-central-1: ")
    assert "canary" not in f"{caught.value}{proxy.requests}"


def test_an_endpoint_that_does_not_exist_is_not_replaced_by_another() -> None:
    """No request leaves."""
    with RawPeer(answer(503)) as proxy, pytest.raises(ConfigError, match="STS has no FIPS endpoint in eu-central-1"):
        ask(door(environ={"https_proxy": f"http://{proxy.place}"}, variant=Variant(fips=True)))

    assert [] == proxy.requests


def test_a_variant_that_cannot_be_reached_is_named() -> None:
    """It may be that the region has none of it."""
    with RawPeer(answer(503)) as proxy, pytest.raises(TryAgain) as caught:
        ask(door(environ={"https_proxy": f"http://{proxy.place}"}, variant=Variant(dualstack=True)))

    assert "whether STS has a dual-stack endpoint there" in str(caught.value.hint)


def test_who_asks_is_told() -> None:
    """AWS's own log names the program, and its request is named in ours."""
    with RawPeer(answer(200, IDENTITY)) as peer:
        answered = door(peer.url).call("GetCallerIdentity", {}, KEY, REGION)

    assert b"awsfed/" in peer.requests[0].partition(b"User-Agent: ")[2].partition(b"\r\n")[0]
    assert "r-1" == answered.request_id


def test_a_certificate_that_is_not_trusted(tmp_path: Path) -> None:
    """Not tried again, and nothing was sent."""
    _, server = write_certificate(tmp_path)
    with RawPeer(answer(200, IDENTITY), tls=server) as peer, pytest.raises(AwsUnavailable) as caught:
        ask(door(peer.url))

    assert not isinstance(caught.value, TryAgain)
    assert [] == peer.requests


@pytest.mark.parametrize(
    ("status", "code", "trouble"),
    [
        (400, "Throttling", Trouble.THROTTLED),
        (400, "ThrottlingException", Trouble.THROTTLED),
        (429, "Anything", Trouble.THROTTLED),
        (500, "InternalFailure", Trouble.FAILED),
        (502, "", Trouble.FAILED),
        (503, "ServiceUnavailable", Trouble.FAILED),
        (408, "RequestTimeout", Trouble.FAILED),
    ],
)
def test_what_passes_by_itself(status: int, code: str, trouble: Trouble) -> None:
    """Is told as worth another try, once."""
    with RawPeer(answer(status, error(code, "later"))) as peer, pytest.raises(TryAgain) as caught:
        ask(door(peer.url))

    assert trouble is caught.value.trouble
    assert 1 == len(peer.requests)


def test_a_page_instead_of_an_answer_may_pass() -> None:
    """What stands before STS and fails does not speak its language."""
    with RawPeer(answer(503, b"<html><p>later")) as peer, pytest.raises(TryAgain):
        ask(door(peer.url))


def test_a_connection_that_breaks_is_worth_another_try() -> None:
    """Before an answer, and where nobody listens."""
    with RawPeer(hang_up) as peer, pytest.raises(TryAgain):
        ask(door(peer.url))
    with pytest.raises(TryAgain):
        ask(door("http://127.0.0.1:1"))


def test_a_refusal_has_code_and_first_line() -> None:
    """Below the first line stands all that was signed; terminals get nothing to act on."""
    body = error("SignatureDoesNotMatch", "does not match.\n\nThe Canonical String was canary\x9b31m")
    with RawPeer(answer(403, body)) as peer, pytest.raises(AwsRefusal) as caught:
        ask(door(peer.url))

    assert "SignatureDoesNotMatch: does not match." == caught.value.message


@pytest.mark.parametrize(
    ("date", "skew_s"),
    [
        ("Sun, 15 Jun 2025 15:06:40 GMT", 0),
        ("Sun, 15 Jun 2025 14:06:40 GMT", 3600),
        ("yesterday", None),
        ("Sun, 99 Jun 2025 15:06:40 GMT", None),
        ("Sun, 15 Jun 99999999999 15:06:40 GMT", None),
        ("", None),
    ],
)
def test_the_difference_of_clocks(date: str, skew_s: float | None) -> None:
    """From the answer's Date, of refusals too; nonsense tells nothing."""
    headers = {"Date": date} if date else {}
    with RawPeer(answer(200, IDENTITY, headers), answer(403, error("AccessDenied", "no"), headers)) as peer:
        through = door(peer.url, now=1_750_000_000)
        assert skew_s == through.call("GetCallerIdentity", {}, KEY, REGION).skew_s
        with pytest.raises(AwsRefusal) as caught:
            ask(through)

    assert skew_s == caught.value.skew_s


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html>sign in to our wireless</html>"),
        (200, b"<html><p>sign in"),
        (200, b"\xff\xfe"),
        (302, b""),
        (403, b"<html><p>blocked by the company</p></html>"),
        (404, b"nothing"),
        (200, b"<a>" * 5000),
        (200, b"<a>" * 30_000 + b"</a>" * 30_000),
        (200, b"x" * 200_000),
    ],
)
def test_something_else_in_the_place_of_aws(status: int, body: bytes) -> None:
    """An answer that is none is neither a bug nor worth another try; it is followed nowhere."""
    other = answer(status, body, {"Location": "http://127.0.0.1:1/"})
    with RawPeer(other) as peer, pytest.raises(ProtocolError if status == 200 else AwsUnavailable):
        ask(door(peer.url))

    assert 1 == len(peer.requests)


def test_no_secret_is_shown() -> None:
    """Neither of the environment nor of a key."""
    assert "canary" not in repr(door(environ={"AWSFED_PASSWORD": "canary"}))
