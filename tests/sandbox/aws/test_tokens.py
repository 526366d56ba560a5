import json
import random
from typing import Any

import pytest
from fakes.authenticator import next_code
from sandbox.aws.consuming import BROKER_ARN, ROLE, Consumer, refused, send

from awsfed.sandbox.world import Sandbox

POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'


def test_a_federation_token_stands_for_a_federated_user(consumer: Consumer) -> None:
    """It says so when asked, and the policy's size is told."""
    answer = consumer.client("sts").get_federation_token(Name="alice", Policy=POLICY)
    identity = consumer.client("sts", answer["Credentials"]).get_caller_identity()

    assert identity["Arn"] == "arn:aws:sts::123456789012:federated-user/alice"
    assert identity["UserId"] == answer["FederatedUser"]["FederatedUserId"] == "123456789012:alice"
    assert 0 < answer["PackedPolicySize"] < 100


def test_a_session_token_stands_for_the_user(consumer: Consumer) -> None:
    """Nothing but the credentials changes."""
    credentials = consumer.client("sts").get_session_token(DurationSeconds=129_600)["Credentials"]

    assert consumer.client("sts", credentials).get_caller_identity()["Arn"] == BROKER_ARN


def test_tokens_differ_from_call_to_call(consumer: Consumer) -> None:
    """Where moto answers with constants."""
    sts = consumer.client("sts")
    answers = [sts.get_session_token(), sts.get_session_token(), sts.get_federation_token(Name="al")]

    assert len({answer["Credentials"]["SessionToken"] for answer in answers}) == 3
    assert len({answer["Credentials"]["AccessKeyId"] for answer in answers}) == 3


@pytest.mark.parametrize("seconds", [899, 129_601])
def test_durations_out_of_the_limits_are_refused(consumer: Consumer, seconds: int) -> None:
    """A quarter of an hour to 36 hours."""
    if seconds > 900:
        with refused("ValidationError", "129600"):
            consumer.client("sts").get_federation_token(Name="alice", DurationSeconds=seconds)
        with refused("ValidationError", "129600"):
            consumer.client("sts").get_session_token(DurationSeconds=seconds)
        return
    for form in ({"Action": "GetFederationToken", "Name": "alice"}, {"Action": "GetSessionToken"}):
        response = send(consumer.signed({**form, "Version": "2011-06-15", "DurationSeconds": str(seconds)}))
        assert "<Code>ValidationError</Code>" in response.text


@pytest.mark.parametrize("name", ["a b", "a/b", "n" * 33, "é" * 4])
def test_names_out_of_the_limits_are_refused(consumer: Consumer, name: str) -> None:
    """Two to 32 characters of a small set."""
    with refused("ValidationError", "'name'"):
        consumer.client("sts").get_federation_token(Name=name)


@pytest.mark.parametrize("kind", ["role", "session", "federation"])
def test_tokens_come_from_long_term_keys_only(consumer: Consumer, kind: str) -> None:
    """Temporary credentials cannot make more of these."""
    sts = consumer.client("sts")
    answers: dict[str, Any] = {
        "role": {"Credentials": consumer.assume()},
        "session": sts.get_session_token(),
        "federation": sts.get_federation_token(Name="alice"),
    }
    credentials = answers[kind]["Credentials"]
    client = consumer.client("sts", credentials)
    with refused("AccessDenied", "Cannot call GetFederationToken with session credentials"):
        client.get_federation_token(Name="alice")
    with refused("AccessDenied", "Cannot call GetSessionToken with session credentials"):
        client.get_session_token()


def test_a_federated_user_reaches_neither_iam_nor_roles(consumer: Consumer) -> None:
    """Of STS only the question who they are."""
    credentials = consumer.client("sts").get_federation_token(Name="alice", Policy=POLICY)["Credentials"]
    client = consumer.client("sts", credentials)
    with refused("AccessDenied", "federated-user/alice is not authorized to perform: sts:AssumeRole"):
        consumer.assume("developer", client)
    with refused("AccessDenied"):
        client.get_access_key_info(AccessKeyId="AKIASANDBOXBROKERAAA")
    with refused("InvalidClientTokenId"):
        consumer.client("iam", credentials).list_users()


def test_a_session_token_reaches_iam_with_a_second_factor(consumer: Consumer, world: Sandbox) -> None:
    """And roles without one."""
    sts = consumer.client("sts")
    without = sts.get_session_token()["Credentials"]
    factor = {"SerialNumber": world.aws.mfa_device.serial_number, "TokenCode": next_code(world.aws)}
    with_factor = sts.get_session_token(**factor)["Credentials"]

    assert consumer.assume("developer", consumer.client("sts", without))
    assert consumer.client("iam", with_factor).list_users()["Users"]
    with refused("InvalidClientTokenId"):
        consumer.client("iam", without).list_users()
    with refused("AccessDenied"):
        consumer.client("sts", without).get_access_key_info(AccessKeyId="AKIASANDBOXBROKERAAA")


def test_federation_needs_permission(consumer: Consumer) -> None:
    """A denied name is refused in AWS's words."""
    arn = "arn:aws:sts::123456789012:federated-user/mallory"
    consumer.allow("sts:GetFederationToken", arn, "no-mallory", effect="Deny")
    with refused("AccessDenied", f"is not authorized to perform: sts:GetFederationToken on resource: {arn}"):
        consumer.client("sts").get_federation_token(Name="mallory")


def test_tagging_a_federated_user_needs_permission(consumer: Consumer) -> None:
    """It is an action of its own."""
    tags = [{"Key": "team", "Value": "a"}]
    assert consumer.client("sts").get_federation_token(Name="alice", Tags=tags)["PackedPolicySize"]
    consumer.allow("sts:TagSession", "arn:aws:sts::123456789012:federated-user/trudy", "no-trudy", effect="Deny")
    with refused("AccessDenied", "sts:TagSession"):
        consumer.client("sts").get_federation_token(Name="trudy", Tags=tags)


MALFORMED: list[Any] = [
    "not json",
    [],
    {"Version": "2012-10-17"},
    {"Version": "2013-01-01", "Statement": []},
    {"Statement": []},
    {"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}},
    {"Statement": {"Effect": "Allow", "Action": "*"}},
    {"Statement": {"Effect": "Allow", "Resource": "*"}},
    {"Statement": {"Effect": "Allow", "Action": [], "Resource": "*"}},
    {"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"}},
    {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}},
]


@pytest.mark.parametrize("policy", MALFORMED)
def test_policies_that_are_none_are_refused(consumer: Consumer, policy: Any) -> None:
    """For federated users and for roles."""
    text = policy if isinstance(policy, str) else json.dumps(policy)
    with refused("MalformedPolicyDocument"):
        consumer.client("sts").get_federation_token(Name="alice", Policy=text)
    with refused("MalformedPolicyDocument"):
        consumer.client("sts").assume_role(RoleArn=f"{ROLE}developer", RoleSessionName="alice", Policy=text)


def test_a_packed_policy_can_be_too_large_below_the_plain_limit(consumer: Consumer) -> None:
    """The packing is simulated: what does not compress takes more."""
    noise = random.Random(1).choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=1900)
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "".join(noise)}
    with refused("PackedPolicyTooLarge", "% of allotted space"):
        consumer.client("sts").get_federation_token(Name="alice", Policy=json.dumps({"Statement": statement}))


def test_an_access_key_tells_its_account(consumer: Consumer) -> None:
    """For keys that exist here."""
    sts = consumer.client("sts")

    assert sts.get_access_key_info(AccessKeyId="AKIASANDBOXBROKERAAA")["Account"] == "123456789012"
    with refused("ValidationError"):
        sts.get_access_key_info(AccessKeyId="AKIAAAAAAAAAAAAAAAAA")
