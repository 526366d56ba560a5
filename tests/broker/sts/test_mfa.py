"""Connectors that name an MFA device: codes on their way to STS, against the sandbox's AWS."""

import json
from collections.abc import Callable, Iterator
from itertools import count

import boto3
import pytest
from fakes.authenticator import next_code
from fakes.catalogue import assume_role, session_token

from awsfed.broker.sts.diagnosis import diagnose
from awsfed.broker.sts.mfa import MfaCodes
from awsfed.broker.sts.vendor import StsVendor
from awsfed.errors import AuthenticationError, AwsUnavailable, MfaCodeRequired, RoleRefused
from awsfed.model.credentials import AccessKey
from awsfed.model.identity import Identity
from awsfed.model.secret import Secret
from awsfed.outside.clock import SystemClock
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries
from awsfed.outside.sts import StsDoor
from awsfed.sandbox.aws import faults
from awsfed.sandbox.world import Sandbox

ALICE = Identity(key="1:alice", name="alice", display_name="Alice", groups=("developers",))
BROKER = "arn:aws:iam::123456789012:user/awsfed-broker"
NUMBERS = count()


class ImpatientClock(SystemClock):
    """Waits cost nothing."""

    def sleep(self, seconds: float) -> None:
        """Go on at once."""


@pytest.fixture
def main(sandbox: Sandbox) -> AccessKey:
    """The broker's long-term key."""
    return AccessKey(
        name="main", access_key_id=sandbox.access_key_id, secret_access_key=Secret(sandbox.secret_access_key)
    )


@pytest.fixture
def guarded(sandbox: Sandbox) -> Iterator[str]:
    """The name of a role that asks for a code."""
    iam = boto3.client(
        "iam",
        endpoint_url=sandbox.aws_url,
        region_name="eu-central-1",
        aws_access_key_id=sandbox.access_key_id,
        aws_secret_access_key=sandbox.secret_access_key,
    )
    name = f"guarded-by-mfa-{next(NUMBERS)}"
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    trust = {"Effect": "Allow", "Principal": {"AWS": BROKER}, "Action": "sts:AssumeRole", "Condition": condition}
    may = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::123456789012:role/guarded-by-mfa-*"}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust}))
    iam.put_user_policy(
        UserName="awsfed-broker",
        PolicyName="may-be-guarded",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": may}),
    )
    yield name
    iam.delete_user_policy(UserName="awsfed-broker", PolicyName="may-be-guarded")


def vendor_of(sandbox: Sandbox, codes: MfaCodes) -> StsVendor:
    """Return a vendor that gets its codes from there."""
    clock = ImpatientClock()
    door = StsDoor(http=HttpClient(environ={}), clock=clock, endpoint=sandbox.aws_url)
    retries = Retries(clock=clock, started_at=clock.monotonic())
    return StsVendor(door=door, retries=retries, clock=clock, region="eu-central-1", mfa_code=codes)


def asking(sandbox: Sandbox, prompts: list[str]) -> Callable[[str], str]:
    """Return somebody who notes what was asked and answers with the code of the device."""

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return next_code(sandbox.aws)

    return ask


def calls(sandbox: Sandbox) -> list[tuple[str, int]]:
    """Return what STS was asked, and how it answered."""
    return [(call.action, call.status) for call in sandbox.aws.calls]


def test_a_role_is_assumed_with_a_code(sandbox: Sandbox, main: AccessKey, guarded: str) -> None:
    """Each call asks for a new one, in words that name the device and the connector."""
    prompts: list[str] = []
    vendor = vendor_of(sandbox, MfaCodes(ask=asking(sandbox, prompts)))
    serial = sandbox.aws.mfa_device.serial_number
    connector = assume_role("prod", guarded, mfa_serial=serial)

    first, second = (vendor.vend(connector, ALICE, main) for _ in range(2))

    assert first.access_key_id != second.access_key_id
    assert [f"MFA code of {serial}, for connector 'prod'"] * 2 == prompts


def test_a_session_token_is_made_with_a_code(sandbox: Sandbox, main: AccessKey) -> None:
    """With it the session may reach IAM."""
    vendor = vendor_of(sandbox, MfaCodes(given=next_code(sandbox.aws)))
    vended = vendor.vend(session_token("raw", mfa_serial=sandbox.aws.mfa_device.serial_number), ALICE, main)
    iam = boto3.client(
        "iam",
        endpoint_url=sandbox.aws_url,
        region_name="eu-central-1",
        aws_access_key_id=vended.access_key_id,
        aws_secret_access_key=vended.secret_access_key.reveal(),
        aws_session_token=vended.session_token.reveal(),
    )

    assert iam.list_users()["Users"]


def test_a_code_that_was_given_is_used_once(sandbox: Sandbox, main: AccessKey) -> None:
    """The second call has none, and nobody to ask."""
    vendor = vendor_of(sandbox, MfaCodes(given=next_code(sandbox.aws)))
    connector = assume_role("dev", mfa_serial=sandbox.aws.mfa_device.serial_number)
    vendor.vend(connector, ALICE, main)

    with pytest.raises(MfaCodeRequired) as caught:
        vendor.vend(connector, ALICE, main)

    assert caught.value.hint == "in a terminal: awsfed credentials dev"
    assert calls(sandbox) == [("AssumeRole", 200)]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"])
def test_what_is_no_code_goes_nowhere(sandbox: Sandbox, main: AccessKey, code: str) -> None:
    """Nor is it repeated in the error."""
    vendor = vendor_of(sandbox, MfaCodes(given=code))
    with pytest.raises(AuthenticationError) as caught:
        vendor.vend(session_token("raw", mfa_serial="GAHT12345678"), ALICE, main)

    assert caught.value.message == "the MFA code must be the six digits that the device shows"
    assert calls(sandbox) == []


def test_a_wrong_code_is_sent_once(sandbox: Sandbox, main: AccessKey, guarded: str) -> None:
    """And the error says that the next one may do."""
    used = next_code(sandbox.aws)
    connector = assume_role("prod", guarded, mfa_serial=sandbox.aws.mfa_device.serial_number)
    vendor_of(sandbox, MfaCodes(given=used)).vend(connector, ALICE, main)
    sandbox.aws.calls.clear()

    with pytest.raises(RoleRefused) as caught:
        vendor_of(sandbox, MfaCodes(given=used)).vend(connector, ALICE, main)

    assert "wait for the next one" in str(caught.value.hint)
    assert used not in f"{caught.value.message} {caught.value.hint}"
    assert calls(sandbox) == [("AssumeRole", 403)]


def test_a_code_is_sent_again_only_where_nothing_was_done(sandbox: Sandbox, main: AccessKey) -> None:
    """A throttled call used none; one that broke off may have."""
    connector = assume_role("dev", mfa_serial=sandbox.aws.mfa_device.serial_number)
    sandbox.aws.faults.add(faults.throttle(), times=2)
    vendor_of(sandbox, MfaCodes(given=next_code(sandbox.aws))).vend(connector, ALICE, main)
    assert calls(sandbox) == [("AssumeRole", 400), ("AssumeRole", 400), ("AssumeRole", 200)]

    sandbox.aws.calls.clear()
    sandbox.aws.faults.add(faults.reset())
    with pytest.raises(AwsUnavailable):
        vendor_of(sandbox, MfaCodes(given=next_code(sandbox.aws))).vend(connector, ALICE, main)
    assert calls(sandbox) == [("AssumeRole", 0)]


def test_the_device_of_somebody_else_is_named(sandbox: Sandbox, main: AccessKey) -> None:
    """The hint says whose it should be."""
    other = sandbox.aws.devices.add(f"{BROKER}-2", "of-somebody-else")
    vendor = vendor_of(sandbox, MfaCodes(given=next_code(sandbox.aws, other)))

    with pytest.raises(RoleRefused) as caught:
        vendor.vend(assume_role("dev", mfa_serial=other.serial_number), ALICE, main)

    assert "is not one of the user of access key 'main'" in str(caught.value.hint)


def test_a_role_that_wants_a_code_is_diagnosed(sandbox: Sandbox, main: AccessKey, guarded: str) -> None:
    """Without mfa_serial the hint names it; with it one call, and so one code, is all that is spent."""
    prompts: list[str] = []
    vendor = vendor_of(sandbox, MfaCodes(ask=asking(sandbox, prompts)))
    without = assume_role("prod", guarded, user_tags=True, source_identity=True)
    (*_, failed) = diagnose(without, ALICE, main, vendor)
    assert failed.error is not None
    assert "an MFA code: mfa_serial in the connector" in str(failed.error.hint)

    steps = list(
        diagnose(
            assume_role("prod", guarded, mfa_serial=sandbox.aws.mfa_device.serial_number, duration=3600),
            ALICE,
            main,
            vendor,
        )
    )

    assert [None, None, None] == [step.error for step in steps]
    assert "AssumeRole with an MFA code and everything else" == steps[1].what
    assert 1 == len(prompts)
