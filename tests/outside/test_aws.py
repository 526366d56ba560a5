"""The AWS door: what it takes from its surroundings, which is proxies and nothing else."""

import socket
from pathlib import Path

import pytest
from fakes.certificates import write_certificate
from fakes.clock import FakeClock
from fakes.raw_peer import RawPeer, answer, hang_up

from awsfed.errors import AwsUnavailable, ConfigError, ProtocolError
from awsfed.model.credentials import AccessKey
from awsfed.model.endpoints import Variant
from awsfed.model.secret import Secret
from awsfed.outside.aws import AwsDoor
from awsfed.outside.aws_answers import AwsRefusal
from awsfed.outside.clock import SystemClock
from awsfed.outside.legs import Leg
from awsfed.outside.retry import Trouble, TryAgain
from awsfed.sandbox.world import Sandbox

IDENTITY = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Arn>arn:aws:iam::123456789012:user/x</Arn><UserId>AIDAX</UserId><Account>123456789012</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)
KEY = AccessKey(name="main", access_key_id="AKIACANARYCANARY0000", secret_access_key=Secret("canary/secret"))
FIPS, DUAL_STACK = Variant(fips=True), Variant(dualstack=True)
HOSTILE = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1",
    "AWS_PROFILE": "missing",
    "AWS_DEFAULT_PROFILE": "missing",
    "AWS_CA_BUNDLE": "/nonexistent/bundle.pem",
    "REQUESTS_CA_BUNDLE": "/nonexistent/bundle.pem",
    "AWS_RETRY_MODE": "bad",
    "AWS_MAX_ATTEMPTS": "0",
    "AWS_STS_REGIONAL_ENDPOINTS": "nonsense",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "AWS_DEFAULTS_MODE": "nonsense",
    "AWS_DATA_PATH": "/nonexistent",
    "AWS_ACCESS_KEY_ID": "AKIASOMEBODYELSE0000",
    "AWS_SECRET_ACCESS_KEY": "somebody else's",
    "AWS_SESSION_TOKEN": "somebody else's",
    "AWS_REGION": "nowhere",
    "AWS_DEFAULT_REGION": "nowhere",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
    "AWS_AUTH_SCHEME_PREFERENCE": "nonsense",
    "AWS_CSM_ENABLED": "true",
    "AWS_CSM_PORT": "nonsense",
    "AWS_METADATA_SERVICE_TIMEOUT": "nonsense",
    "AWS_SDK_UA_APP_ID": "x" * 51,
    "AWS_REQUEST_CHECKSUM_CALCULATION": "nonsense",
    "AWS_RESPONSE_CHECKSUM_VALIDATION": "nonsense",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "nonsense",
    "AWS_SIGV4A_SIGNING_REGION_SET": "nonsense",
    "AWS_DISABLE_REQUEST_COMPRESSION": "nonsense",
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "nonsense",
    "HTTPS_PROXY": "http://127.0.0.1:1",
    "HTTP_PROXY": "http://127.0.0.1:1",
}
HOSTILE_FILE = """
[default]
region = nowhere
endpoint_url = http://127.0.0.1:1
retry_mode = bad
max_attempts = 0
ca_bundle = /nonexistent/bundle.pem
aws_access_key_id = AKIASOMEBODYELSE0000
aws_secret_access_key = somebody else's
services = here
use_fips_endpoint = true
sigv4a_signing_region_set = nonsense

[services here]
sts =
  endpoint_url = http://127.0.0.1:1
"""


def door(endpoint: str | None = None, **changes: object) -> AwsDoor:
    """Return a door whose environment is empty unless a test says otherwise."""
    return AwsDoor(**{"clock": SystemClock(), "environ": {}, "endpoint": endpoint, **changes})  # type: ignore[arg-type]  # few callers, all here


def ask(through: AwsDoor, key: AccessKey = KEY) -> dict[str, object]:
    """Ask whose key it is."""
    return dict(through.call("sts", "GetCallerIdentity", {}, key, "eu-central-1").data)


@pytest.fixture
def main(sandbox: Sandbox) -> AccessKey:
    """The sandbox's long-term key."""
    return AccessKey(
        name="main", access_key_id=sandbox.access_key_id, secret_access_key=Secret(sandbox.secret_access_key)
    )


def test_a_call_is_signed_and_answered(sandbox: Sandbox, main: AccessKey) -> None:
    """By an AWS that checks the signature."""
    assert "arn:aws:iam::123456789012:user/awsfed-broker" == ask(door(sandbox.aws_url), main)["Arn"]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_variable_of_the_process_counts(
    sandbox: Sandbox, main: AccessKey, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whatever is left over in a shell: the call goes where it should, signed with the key it was given."""
    monkeypatch.setenv(name, HOSTILE[name])

    assert "arn:aws:iam::123456789012:user/awsfed-broker" == ask(door(sandbox.aws_url), main)["Arn"]


def test_no_file_of_aws_counts(
    sandbox: Sandbox, main: AccessKey, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither in the home folder nor where variables name them; all variables at once change nothing either."""
    folder = tmp_path / ".aws"
    folder.mkdir()
    for name in ("config", "credentials"):
        (folder / name).write_text(HOSTILE_FILE)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)

    assert "arn:aws:iam::123456789012:user/awsfed-broker" == ask(door(sandbox.aws_url), main)["Arn"]


def test_nobody_else_is_told_about_a_call(sandbox: Sandbox, main: AccessKey, monkeypatch: pytest.MonkeyPatch) -> None:
    """Monitoring by botocore would send the key's id to whoever a variable names."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.2)
        monkeypatch.setenv("AWS_CSM_ENABLED", "true")
        monkeypatch.setenv("AWS_CSM_PORT", str(listener.getsockname()[1]))
        ask(door(sandbox.aws_url), main)

        with pytest.raises(TimeoutError):
            listener.recv(1)


def test_without_a_test_host_the_region_decides_where_to_ask() -> None:
    """The proxy is told the host, and never sees the key; it comes from the environment that was handed in."""
    with RawPeer(answer(503)) as proxy, pytest.raises(TryAgain) as caught:
        ask(door(environ={"https_proxy": f"http://{proxy.place}"}))

    assert proxy.requests[0].startswith(b"CONNECT sts.eu-central-1.amazonaws.com:443")
    assert caught.value.message.startswith("cannot reach AWS sts in eu-central-1: ")
    assert "sts.eu-central-1.amazonaws.com:443 through the proxy 127.0.0.1:" in caught.value.message
    assert "canary" not in f"{caught.value}{proxy.requests}"


def test_a_host_may_be_exempt_from_the_proxy() -> None:
    """As `no_proxy` says; the door then asks directly, which no test can."""
    with RawPeer(answer(503)) as proxy:
        environ = {"https_proxy": f"http://{proxy.place}", "no_proxy": ".amazonaws.com"}
        with pytest.raises(TryAgain, match="cannot reach AWS sts"):
            ask(door(environ=environ))

    assert [] == proxy.requests


def test_a_test_host_on_loopback_needs_no_proxy(sandbox: Sandbox, main: AccessKey) -> None:
    """Whatever the environment says."""
    assert ask(
        door(sandbox.aws_url, environ={"http_proxy": "http://127.0.0.1:1", "all_proxy": "http://127.0.0.1:1"}), main
    )


def test_who_asks_is_told() -> None:
    """AWS's own log names the program."""
    with RawPeer(answer(200, IDENTITY, {"Content-Type": "text/xml"})) as peer:
        ask(door(peer.url))

    assert b"awsfed/" in peer.requests[0].partition(b"User-Agent: ")[2].partition(b"\r\n")[0]


def test_a_certificate_that_is_not_trusted(tmp_path: Path) -> None:
    """Not tried again; the hint is the setting for intercepting proxies."""
    _, server = write_certificate(tmp_path)
    with RawPeer(answer(200, IDENTITY), tls=server) as peer, pytest.raises(AwsUnavailable) as caught:
        ask(door(peer.url))

    assert not isinstance(caught.value, TryAgain)
    assert "tls.ca_bundle" in (caught.value.hint or "")
    assert [] == peer.requests


def test_a_bundle_of_ones_own_is_trusted(tmp_path: Path) -> None:
    """And it alone counts."""
    bundle, server = write_certificate(tmp_path)
    with RawPeer(answer(200, IDENTITY, {"Content-Type": "text/xml"}), tls=server) as peer:
        assert "123456789012" == ask(door(peer.url, leg=Leg(name="aws", ca_bundle=bundle)))["Account"]


@pytest.mark.parametrize("content", [None, "", "no certificates"])
def test_a_bundle_that_is_none(tmp_path: Path, content: str | None) -> None:
    """A wrong setting, named by its file."""
    _, server = write_certificate(tmp_path)
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)

    with RawPeer(answer(200, IDENTITY), tls=server) as peer, pytest.raises(ConfigError) as caught:
        ask(door(peer.url, leg=Leg(name="aws", ca_bundle=bundle)))

    assert str(bundle) in caught.value.message


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
    """Is told as worth another try, once: botocore's own retries are off."""
    later = answer(status, error(code, "later"), {"Content-Type": "text/xml"})
    with RawPeer(later) as peer, pytest.raises(TryAgain) as caught:
        ask(door(peer.url))

    assert trouble is caught.value.trouble
    assert 1 == len(peer.requests)


def test_a_connection_that_breaks_is_worth_another_try() -> None:
    """Before an answer, and where nobody listens."""
    with RawPeer(hang_up) as peer, pytest.raises(TryAgain):
        ask(door(peer.url))
    with pytest.raises(TryAgain):
        ask(door("http://127.0.0.1:1"))


def error(code: str, message: str) -> bytes:
    """Return a refusal as STS words it."""
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
    ).encode()


def test_a_refusal_has_code_and_first_line() -> None:
    """Below the first line stands all that was signed; terminals get nothing to act on."""
    body = error("SignatureDoesNotMatch", "does not match.\n\nThe Canonical String was canary\x9b31m")
    with RawPeer(answer(403, body, {"Content-Type": "text/xml"})) as peer, pytest.raises(AwsRefusal) as caught:
        ask(door(peer.url))

    assert "SignatureDoesNotMatch: does not match." == caught.value.message
    assert ("SignatureDoesNotMatch", "1") == (caught.value.code, caught.value.request_id)


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
    headers = {"Content-Type": "text/xml", **({"Date": date} if date else {})}
    with RawPeer(answer(200, IDENTITY, headers), answer(403, error("AccessDenied", "no"), headers)) as peer:
        through = door(peer.url, clock=FakeClock(1_750_000_000))
        assert skew_s == through.call("sts", "GetCallerIdentity", {}, KEY, "eu-central-1").skew_s
        with pytest.raises(AwsRefusal) as caught:
            ask(through)

    assert skew_s == caught.value.skew_s


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b""), (200, b"<html>sign in to our wireless</html>"), (200, b"\xff\xfe"), (302, b""), (200, b"<a>" * 5000)],
)
def test_something_else_in_the_place_of_aws(status: int, body: bytes) -> None:
    """An answer that is none is neither a bug nor worth another try."""
    other = answer(status, body, {"Location": "http://127.0.0.1:1/"})
    with RawPeer(other) as peer, pytest.raises((ProtocolError, AwsRefusal)):
        ask(door(peer.url))

    assert 1 == len(peer.requests)


def test_the_door_shows_no_environment() -> None:
    """It may hold secrets."""
    assert "canary" not in repr(door(environ={"AWSFED_PASSWORD": "canary"}))


@pytest.mark.parametrize(
    ("service", "operation", "region", "variant", "host"),
    [
        ("iam", "ListUsers", "us-east-1", FIPS, "iam-fips.amazonaws.com"),
        ("iam", "ListUsers", "us-east-1", DUAL_STACK, "iam.global.api.aws"),
        ("ecr", "GetAuthorizationToken", "us-west-2", FIPS, "api.ecr-fips.us-west-2.amazonaws.com"),
        ("ecr", "GetAuthorizationToken", "eu-west-1", DUAL_STACK, "ecr.eu-west-1.api.aws"),
        ("eks", "ListClusters", "us-east-1", FIPS, "fips.eks.us-east-1.amazonaws.com"),
        ("ssm", "DescribeParameters", "us-east-1", FIPS, "ssm-fips.us-east-1.amazonaws.com"),
        ("s3", "ListBuckets", "us-east-1", DUAL_STACK, "s3.dualstack.us-east-1.amazonaws.com"),
        ("s3", "ListBuckets", "us-gov-west-1", FIPS, "s3-fips.us-gov-west-1.amazonaws.com"),
    ],
)
def test_the_switches_choose_the_host_of_every_service(
    service: str, operation: str, region: str, variant: Variant, host: str
) -> None:
    """Asked through a proxy, which is told the host; what it does not have is said beside the other reasons."""
    with RawPeer(answer(503)) as proxy:
        asked = door(variant=variant, environ={"HTTPS_PROXY": f"http://{proxy.place}"})
        with pytest.raises(TryAgain) as caught:
            asked.call(service, operation, {}, KEY, region)

    assert proxy.requests[0].startswith(f"CONNECT {host}:443".encode()), proxy.requests[0]
    assert f"whether {service} has a {variant} endpoint there" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("service", "operation", "region", "variant", "message"),
    [
        ("ecr", "GetAuthorizationToken", "us-isof-south-1", DUAL_STACK, "ecr has no dual-stack endpoint in us-isof"),
    ],
)
def test_what_does_not_exist_is_not_asked_elsewhere(
    service: str, operation: str, region: str, variant: Variant, message: str
) -> None:
    """No request leaves; the switch that is too much is named."""
    with RawPeer(answer(503)) as proxy:
        asked = door(variant=variant, environ={"HTTPS_PROXY": f"http://{proxy.place}"})
        with pytest.raises(ConfigError) as caught:
            asked.call(service, operation, {}, KEY, region)

    assert [] == proxy.requests
    assert message in caught.value.message
    assert "aws.use_" in str(caught.value.hint)
