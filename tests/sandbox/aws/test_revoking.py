"""Policies that deny everything to sessions that began before some moment."""

import json
import time
from typing import Any

import pytest
from sandbox.aws.consuming import BROKER_ARN, Consumer, refused

TRUST = {"Effect": "Allow", "Principal": {"AWS": BROKER_ARN}, "Action": "sts:AssumeRole"}
EXPLICIT = "with an explicit deny in an identity-based policy"


def deny(before_s: float, user_id: str, operator: str = "StringLike") -> str:
    """Return the policy that ends the sessions of somebody."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(before_s))
    condition = {"DateLessThan": {"aws:TokenIssueTime": moment}, operator: {"aws:userid": user_id}}
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def put(consumer: Consumer, role: str, document: str) -> None:
    """Put a policy on a role."""
    consumer.client("iam").put_role_policy(RoleName=role, PolicyName="revoked", PolicyDocument=document)


def test_earlier_sessions_of_one_name_end(consumer: Consumer) -> None:
    """In every service, but for the question who somebody is; those of others and later ones go on."""
    consumer.new_role("revocable", TRUST)
    alice, bob = (consumer.assume("revocable", RoleSessionName=name) for name in ("alice", "bob"))
    put(consumer, "revocable", deny(time.time() + 2, "*:alice"))

    with refused("AccessDenied", EXPLICIT):
        consumer.client("s3", alice).list_buckets()
    with refused("AccessDenied", EXPLICIT):
        consumer.client("iam", alice).list_users()
    with refused("AccessDenied"):
        consumer.client("ecr", alice).get_authorization_token()
    with refused("AccessDenied"):
        consumer.assume("developer", consumer.client("sts", alice))
    assert consumer.client("sts", alice).get_caller_identity()["Arn"].endswith("/alice")
    assert consumer.client("s3", bob).list_buckets()


def test_later_sessions_go_on(consumer: Consumer) -> None:
    """The moment counts, not the name alone."""
    consumer.new_role("revocable-later", TRUST)
    put(consumer, "revocable-later", deny(time.time() - 2, "*:alice"))

    assert consumer.client("s3", consumer.assume("revocable-later")).list_buckets()


def test_a_federated_user_ends_by_the_policy_of_the_key_s_user(consumer: Consumer) -> None:
    """Whose own requests have no such moment, and go on."""
    session: Any = json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    )
    carol = consumer.client("sts").get_federation_token(Name="carol", Policy=session)["Credentials"]
    document = deny(time.time() + 2, "123456789012:carol", "StringEquals")
    consumer.client("iam").put_user_policy(UserName="awsfed-broker", PolicyName="no-carol", PolicyDocument=document)

    with refused("AccessDenied", EXPLICIT):
        consumer.client("s3", carol).list_buckets()
    assert consumer.client("s3").list_buckets()


@pytest.mark.parametrize(
    "condition",
    [
        {"DateLessThan": {"aws:TokenIssueTime": "2026-01-01"}},
        {"DateGreaterThan": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}},
        {"DateLessThan": {"aws:userid": "2026-01-01T00:00:00Z"}},
        {"StringLike": {"aws:username": "alice"}},
    ],
    ids=["another-form", "operator", "type", "key"],
)
def test_what_is_not_understood_is_not_ignored(
    consumer: Consumer, condition: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    """A policy that would be taken for something else is refused when it would count."""
    name = f"odd-{request.node.callspec.id}"
    consumer.new_role(name, TRUST)
    credentials = consumer.assume(name)
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    put(consumer, name, json.dumps({"Version": "2012-10-17", "Statement": statement}))

    with refused("UnsupportedInSandbox"):
        consumer.client("s3", credentials).list_buckets()
