"""Codes of MFA devices, and roles that ask for them."""

from typing import Any

import pytest
from fakes.authenticator import next_code
from sandbox.aws.consuming import BROKER_ARN, Consumer, refused

from awsfed.sandbox.aws.mfa import Device
from awsfed.sandbox.world import Sandbox

WRONG = "MultiFactorAuthentication failed with invalid MFA one time pass code"
NOT_THEIRS = "MultiFactorAuthentication failed, unable to validate MFA code"


@pytest.fixture
def factor(world: Sandbox) -> dict[str, str]:
    """A second factor that is right, once."""
    return {"SerialNumber": world.aws.mfa_device.serial_number, "TokenCode": next_code(world.aws)}


def guarded(consumer: Consumer, name: str, operator: str = "Bool") -> None:
    """Make a role that asks for a second factor."""
    condition = {operator: {"aws:MultiFactorAuthPresent": "true"}}
    trust = {"Effect": "Allow", "Principal": {"AWS": BROKER_ARN}, "Action": "sts:AssumeRole", "Condition": condition}
    consumer.new_role(name, trust)


def test_codes_are_those_of_the_standard() -> None:
    """The first and the last test vector of RFC 6238, with six of its eight digits."""
    device = Device(serial_number="x", user_arn="y", seed=b"12345678901234567890")

    assert ["287082", "353130"] == [device.code(59 // 30), device.code(20_000_000_000 // 30)]


def test_a_code_counts_once(consumer: Consumer, factor: dict[str, str]) -> None:
    """The second time it is as wrong as any other."""
    assert consumer.assume("developer", **factor)

    with refused("AccessDenied", WRONG):
        consumer.assume("developer", **factor)
    with refused("AccessDenied", WRONG):
        consumer.client("sts").get_session_token(**factor)


def test_wrong_and_old_codes_are_refused(consumer: Consumer, world: Sandbox) -> None:
    """Two half minutes later a code is worth nothing."""
    device = world.aws.mfa_device
    old = device.code(world.aws.devices.step - 2)
    for code in (old, f"{(int(old) + 1) % 1_000_000:06}"):
        with refused("AccessDenied", WRONG):
            consumer.assume("developer", SerialNumber=device.serial_number, TokenCode=code)


def test_a_device_belongs_to_one_user(consumer: Consumer, world: Sandbox, factor: dict[str, str]) -> None:
    """Those of others, and those that nobody has, are refused alike."""
    other = world.aws.devices.add(f"{BROKER_ARN}-2", "somebody-else")
    for serial_number, code in ((other.serial_number, next_code(world.aws, other)), ("GAHT12345678", "123456")):
        with refused("AccessDenied", NOT_THEIRS):
            consumer.client("sts").get_session_token(SerialNumber=serial_number, TokenCode=code)


def test_a_role_may_ask_for_one(consumer: Consumer, factor: dict[str, str]) -> None:
    """Without a code it is refused like one that trusts nobody."""
    guarded(consumer, "wants-a-code")
    with refused("AccessDenied", f"User: {BROKER_ARN} is not authorized to perform: sts:AssumeRole"):
        consumer.assume("wants-a-code")

    assert consumer.assume("wants-a-code", **factor)


def test_if_exists_lets_long_term_keys_in(consumer: Consumer) -> None:
    """The key is absent from their requests; a session without a factor has it, and it is false."""
    guarded(consumer, "wants-a-code-if-exists", "BoolIfExists")
    session: Any = consumer.client("sts").get_session_token()["Credentials"]

    assert consumer.assume("wants-a-code-if-exists")
    with refused("AccessDenied"):
        consumer.assume("wants-a-code-if-exists", consumer.client("sts", session))
