"""Vending against the sandbox's AWS: every kind of call, its limits, and what its refusals tell."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from fakes.catalogue import assume_role, federation, session_token
from fakes.clock import FakeClock
from fakes.raw_peer import RawPeer, answer

from awsfed.broker.sts.vendor import StsVendor
from awsfed.errors import AwsUnavailable, ProtocolError, Refused, RoleRefused
from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.credentials import AccessKey, Credentials
from awsfed.model.identity import Identity
from awsfed.model.secret import Secret
from awsfed.outside.clock import SystemClock
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries, Wait
from awsfed.outside.sts import StsDoor
from awsfed.sandbox.aws import faults
from awsfed.sandbox.aws.seeds import EXTERNAL_ID
from awsfed.sandbox.world import Sandbox

ALICE = Identity(key="1:alice", name="alice", display_name="Alice", groups=("developers",))
ACCOUNT = "123456789012"


class SlipperyClock(SystemClock):
    """The machine's clock, set wrong by some seconds; waits cost nothing and are noted."""

    def __init__(self, offset_s: float = 0) -> None:
        self.offset_s = offset_s
        self.waits: list[float] = []

    def now(self) -> float:
        return super().now() + self.offset_s

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


@pytest.fixture
def clock() -> SlipperyClock:
    """What the vendor believes the time is."""
    return SlipperyClock()


@pytest.fixture
def shown() -> list[Wait]:
    """The waits that somebody at a terminal would see."""
    return []


@pytest.fixture
def vendor(sandbox: Sandbox, clock: SlipperyClock, shown: list[Wait]) -> StsVendor:
    """The vendor with a schedule whose chance is the middle."""
    retries = Retries(clock=clock, started_at=clock.monotonic(), show=shown.append, chance=lambda: 0.5)
    door = StsDoor(http=HttpClient(environ={}), clock=clock, endpoint=sandbox.aws_url)
    return StsVendor(door=door, retries=retries, clock=clock, region="eu-central-1")


@pytest.fixture
def main(sandbox: Sandbox) -> AccessKey:
    """The broker's long-term key."""
    return AccessKey(
        name="main", access_key_id=sandbox.access_key_id, secret_access_key=Secret(sandbox.secret_access_key)
    )


def as_key(credentials: Credentials) -> AccessKey:
    """Return vended credentials as a key."""
    return AccessKey(
        name="temporary",
        access_key_id=credentials.access_key_id,
        secret_access_key=credentials.secret_access_key,
        session_token=credentials.session_token,
    )


def refusal(vendor: StsVendor, connector: Connector, key: AccessKey) -> RoleRefused:
    """Return the refusal that a connector meets; it repeats no secret."""
    with pytest.raises(RoleRefused) as caught:
        vendor.vend(connector, ALICE, key)
    assert key.secret_access_key.reveal() not in f"{caught.value.message}{caught.value.hint}"
    assert caught.value.message.startswith(f"AWS refused connector {connector.id!r}: ")
    return caught.value


@pytest.mark.parametrize(
    ("connector", "arn", "life_s"),
    [
        (assume_role("dev"), f"arn:aws:sts::{ACCOUNT}:assumed-role/developer/alice", 3600),
        (assume_role("dev", duration=900), f"arn:aws:sts::{ACCOUNT}:assumed-role/developer/alice", 900),
        (assume_role("dev", region="us-west-2"), f"arn:aws:sts::{ACCOUNT}:assumed-role/developer/alice", 3600),
        (
            assume_role("ops", "operations", external_id=EXTERNAL_ID, duration=43_200),
            f"arn:aws:sts::{ACCOUNT}:assumed-role/operations/alice",
            43_200,
        ),
        (federation("fed"), f"arn:aws:sts::{ACCOUNT}:federated-user/alice", 43_200),
        (federation("fed", duration=129_600), f"arn:aws:sts::{ACCOUNT}:federated-user/alice", 129_600),
    ],
)
def test_every_call_gives_what_it_should(
    vendor: StsVendor, main: AccessKey, connector: Connector, arn: str, life_s: int
) -> None:
    """Who it stands for, for how long; and AWS takes it for the same."""
    vended = vendor.vend(connector, ALICE, main)

    assert (arn, ACCOUNT) == (vended.principal_arn, vended.account_id)
    assert life_s - 2 <= vended.expires_at - vended.issued_at <= life_s + 2
    assert vended.expires_at == datetime.fromisoformat(vended.expiration).timestamp()
    assert vended.expiration.endswith("Z")
    assert arn == vendor.caller_identity(as_key(vended), "eu-central-1").arn


def test_a_session_token_stands_for_the_keys_own_user(vendor: StsVendor, main: AccessKey) -> None:
    """STS names no principal with it."""
    vended = vendor.vend(session_token("raw", duration=900), ALICE, main)

    assert (None, None) == (vended.principal_arn, vended.account_id)
    caller = vendor.caller_identity(as_key(vended), "eu-central-1")
    assert f"arn:aws:iam::{ACCOUNT}:user/awsfed-broker" == caller.arn
    assert ACCOUNT == caller.account


def test_a_session_policy_goes_along(vendor: StsVendor, main: AccessKey) -> None:
    """And its share of the limit comes back."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})

    vended = vendor.vend(assume_role("dev", policy=policy), ALICE, main)

    assert vended.packed_policy_percent is not None
    with pytest.raises(RoleRefused):
        vendor.vend(assume_role("dev"), ALICE, as_key(vended))


@pytest.mark.parametrize(
    ("name", "session"),
    [
        ("alice", "alice"),
        ("a", "a-4068e9087db55a42"),
        ("müller mit ß", None),
        ("x" * 200, None),
        ("a@b.example", "a@b.example"),
    ],
)
def test_any_user_name_makes_a_session_name_that_aws_takes(
    vendor: StsVendor, main: AccessKey, name: str, session: str | None
) -> None:
    """Both calls, with their different limits."""
    somebody = replace(ALICE, name=name)

    role = vendor.vend(assume_role("dev"), somebody, main).principal_arn
    user = vendor.vend(federation("fed"), somebody, main).principal_arn

    assert role
    assert user
    assert session in {None, role.rpartition("/")[2]}
    assert len(user.rpartition("/")[2]) <= 32


@pytest.mark.parametrize(
    ("connector", "message", "hint"),
    [
        (assume_role("no", "no-trust"), "AccessDenied: ", "the role's trust policy must name that user"),
        (assume_role("no", "missing"), "AccessDenied: ", "needs sts:AssumeRole on the role"),
        (assume_role("no", "operations"), "AccessDenied: ", ", or the role wants an external id"),
        (assume_role("no", "operations", external_id="wrong"), "AccessDenied: ", "must name that user"),
        (assume_role("no", duration=7200), "ValidationError: ", "maximum session duration"),
        (assume_role("no", policy='{"Statement": 7}'), "MalformedPolicyDocument: ", "correct the policy"),
    ],
)
def test_refusals_tell_what_is_probably_missing(
    vendor: StsVendor, main: AccessKey, connector: Connector, message: str, hint: str
) -> None:
    """The code of AWS, its first sentence, and what to look at."""
    refused = refusal(vendor, connector, main)

    assert message in refused.message
    assert hint in (refused.hint or "")


def test_a_wrong_external_id_is_not_told_to_be_missing(vendor: StsVendor, main: AccessKey) -> None:
    """There is one already."""
    refused = refusal(vendor, assume_role("no", "operations", external_id="wrong"), main)

    assert "external id" not in (refused.hint or "")


def test_a_policy_that_is_too_large_once_packed(vendor: StsVendor, main: AccessKey) -> None:
    """The limit that nobody can compute before."""
    resources = [f"arn:aws:s3:::{b64encode(sha256(bytes([n])).digest(), b'xy').decode()[:40]}" for n in range(30)]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": resources}]}
    connector = assume_role("big", policy=json.dumps(policy, separators=(",", ":")))

    refused = refusal(vendor, connector, main)

    assert "PackedPolicyTooLarge" in refused.message
    assert "shorten the policies" in (refused.hint or "")


def test_a_wrong_secret(vendor: StsVendor, main: AccessKey) -> None:
    """The key is named, and how to enter it again."""
    refused = refusal(vendor, assume_role("dev"), replace(main, secret_access_key=Secret("wrong/" * 7)))

    assert "SignatureDoesNotMatch" in refused.message
    assert "the secret of access key 'main' is wrong; awsfed keys add main --replace" == refused.hint


def test_an_unknown_key(vendor: StsVendor, main: AccessKey) -> None:
    """Deleted or deactivated."""
    refused = refusal(vendor, assume_role("dev"), replace(main, access_key_id="AKIAUNKNOWNUNKNOWN00"))

    assert "InvalidClientTokenId" in refused.message
    assert "the access key 'main' was deleted or deactivated" in (refused.hint or "")


def test_a_temporary_key_cannot_federate(vendor: StsVendor, main: AccessKey) -> None:
    """Nor give session tokens; that is certain, so AWS is not asked."""
    temporary = as_key(vendor.vend(assume_role("dev"), ALICE, main))

    for connector in (federation("c"), session_token("c")):
        with pytest.raises(
            Refused, match="connector 'c' needs the key of a user, and access key 'temporary' is a temp"
        ):
            vendor.vend(connector, ALICE, temporary)


def test_a_role_that_is_assumed_with_a_temporary_key_lasts_an_hour(vendor: StsVendor, main: AccessKey) -> None:
    """More is refused before AWS would; an hour is given."""
    temporary = as_key(vendor.vend(assume_role("admin", "admin"), ALICE, main))

    with pytest.raises(Refused, match="asks for 3601 s, and a role that is assumed with a temporary key lasts 3600 s"):
        vendor.vend(assume_role("ops", duration=3601), ALICE, temporary)


def test_the_role_of_the_machine_is_passed_on(sandbox: Sandbox, vendor: StsVendor, main: AccessKey) -> None:
    """As it is, with its own end, and without a call."""
    given = vendor.vend(assume_role("dev"), ALICE, main)
    sandbox.aws.calls.clear()
    provided = Connector(id="own", name="own", type=ConnectorType.PROVIDED, access_key="machine", groups=("a",))

    passed = vendor.vend(provided, ALICE, replace(as_key(given), expires_at=given.expires_at))

    assert (given.session_token, given.expiration, None) == (passed.session_token, passed.expiration, passed.account_id)
    assert [] == sandbox.aws.calls
    for key in (main, as_key(given)):
        with pytest.raises(Refused, match=r"'own' passes on the role of this machine, and access key '.*' is another"):
            vendor.vend(provided, ALICE, key)


def test_a_temporary_key_that_has_expired(
    sandbox: Sandbox, vendor: StsVendor, main: AccessKey, clock: SlipperyClock
) -> None:
    """It is told from a wrong one; both clocks have moved on."""
    temporary = as_key(vendor.vend(assume_role("dev", duration=900), ALICE, main))
    with sandbox.aws.keys._lock:
        issued = sandbox.aws.keys._temporary[temporary.access_key_id]
        sandbox.aws.keys._temporary[temporary.access_key_id] = replace(issued, expires_at=1.0)

    refused = refusal(vendor, assume_role("dev"), temporary)

    assert "ExpiredToken" in refused.message
    assert "access key 'temporary' is itself temporary and has expired" == refused.hint


def test_throttling_is_waited_for_on_its_schedule(
    sandbox: Sandbox, vendor: StsVendor, main: AccessKey, clock: SlipperyClock, shown: list[Wait]
) -> None:
    """Half a second, doubled each time; every wait is shown."""
    sandbox.aws.faults.add(faults.throttle(), times=4)

    vendor.vend(assume_role("dev"), ALICE, main)

    assert [0.375, 0.75, 1.5, 3.0] == clock.waits
    assert [(number, 7, "AWS") for number in (1, 2, 3, 4)] == [(wait.retry, wait.of, wait.whom) for wait in shown]
    assert 5 == len(sandbox.aws.calls)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (faults.throttle(), "AWS throttles this account"),
        (faults.fail(503, "ServiceUnavailable"), "AWS failed with ServiceUnavailable (status 503)"),
        (faults.fail(500, "InternalFailure"), "AWS failed with InternalFailure (status 500)"),
        (faults.fail(429, "Whatever"), "AWS throttles this account"),
        (faults.fail(400, "IDPCommunicationError"), "AWS failed with IDPCommunicationError (status 400)"),
        (faults.reset(), "cannot reach AWS sts in eu-central-1: "),
    ],
)
def test_what_passes_is_tried_eight_times(
    sandbox: Sandbox, vendor: StsVendor, main: AccessKey, fault: faults.Fault, message: str
) -> None:
    """Then it is not available; no more and no less is asked."""
    sandbox.aws.faults.add(fault, times=99)

    with pytest.raises(AwsUnavailable) as caught:
        vendor.vend(assume_role("dev"), ALICE, main)

    assert caught.value.message.startswith(message)
    assert caught.value.hint
    assert 8 == len(sandbox.aws.calls)


def test_a_refusal_is_not_tried_again(sandbox: Sandbox, vendor: StsVendor, main: AccessKey) -> None:
    """No means no."""
    refusal(vendor, assume_role("no", "no-trust"), main)

    assert 1 == len(sandbox.aws.calls)


@pytest.mark.parametrize("offset_s", [-600, 600])
def test_the_expiration_is_told_on_this_machines_clock(
    sandbox: Sandbox, vendor: StsVendor, main: AccessKey, clock: SlipperyClock, offset_s: int
) -> None:
    """An AWS whose clock differs by minutes still takes the request; the life is as long as it was given for."""
    clock.offset_s = offset_s

    vended = vendor.vend(assume_role("dev"), ALICE, main)

    assert 3597 <= vended.expires_at - vended.issued_at <= 3603
    assert vended.expires_at == datetime.fromisoformat(vended.expiration).timestamp()
    assert abs(vended.issued_at - datetime.now(UTC).timestamp() - offset_s) < 3


def test_a_clock_that_is_far_off_is_the_hint(sandbox: Sandbox, vendor: StsVendor, main: AccessKey) -> None:
    """AWS refuses such signatures; neither key nor role has anything to do with it."""
    sandbox.aws.clock_offset_s = 3600

    assert "this machine's clock is 60 min behind AWS; set it right" == refusal(vendor, assume_role("dev"), main).hint


def test_regions(vendor: StsVendor) -> None:
    """The connector's own, else that of the settings where it is of the partition, else the partition's."""
    china = assume_role("cn", partition="aws-cn")

    assert "us-west-2" == vendor.region_of(assume_role("dev", region="us-west-2"))
    assert "eu-central-1" == vendor.region_of(assume_role("dev"))
    assert "cn-northwest-1" == vendor.region_of(china)
    assert "us-east-1" == replace(vendor, region=None).region_of(assume_role("dev"))
    assert "cn-north-1" == replace(vendor, region="cn-north-1").region_of(china)


def answering(body: str, clock: FakeClock) -> Callable[[], Credentials]:
    """Return a vend whose answer is a given body."""

    def vend() -> Credentials:
        with RawPeer(answer(200, body.encode(), {"Content-Type": "text/xml"})) as peer:
            door = StsDoor(http=HttpClient(environ={}), clock=clock, endpoint=peer.url)
            vendor = StsVendor(door=door, retries=Retries(clock=clock, retries=0), clock=clock, region=None)
            key = AccessKey(name="k", access_key_id="AKIAX", secret_access_key=Secret("canary"))
            return vendor.vend(assume_role("dev"), ALICE, key)

    return vend


def xml(**changes: str) -> str:
    """Return an answer of AssumeRole with some elements changed; an empty one is left out."""
    parts = {
        "AccessKeyId": "ASIAXXXXXXXXXXXXXXXX",
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "Expiration": "2025-06-15T17:06:40Z",
        **changes,
    }
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in parts.items() if text)
    return (
        '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>'
        f"<Credentials>{inner}</Credentials></AssumeRoleResult></AssumeRoleResponse>"
    )


def test_an_answer_is_read_as_it_stands() -> None:
    """The clock of these tests stands two hours before it ends."""
    vended = answering(xml(), FakeClock(1_750_000_000))()

    assert ("ASIAXXXXXXXXXXXXXXXX", 1_750_007_200) == (vended.access_key_id, vended.expires_at)
    assert vended.principal_arn is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not xml",
        "<html>a login page</html>",
        xml().replace("<Credentials>", "<AssumedRoleUser>me</AssumedRoleUser><Credentials>"),
        xml(SessionToken=""),
        xml(AccessKeyId=""),
        xml(Expiration=""),
        xml(Expiration="tomorrow"),
        xml(SecretAccessKey="se&#10;cret"),
        xml(SessionToken="x" * 20_000),
        xml(Expiration="2025-06-15T15:07:30Z"),
        xml(Expiration="2020-01-01T00:00:00Z"),
    ],
)
def test_an_answer_that_is_none(body: str) -> None:
    """Half an answer is no answer, and nothing of it is repeated."""
    with pytest.raises(ProtocolError) as caught:
        answering(body, FakeClock(1_750_000_000))()

    assert "canary" not in str(caught.value)
    assert "cret" not in str(caught.value).replace("secret", "")
