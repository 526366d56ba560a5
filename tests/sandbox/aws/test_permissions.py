import json
from typing import Any

import pytest
from sandbox.aws.consuming import BROKER_ARN, ROLE, Consumer, refused

NOT_AUTHORIZED = f"User: {BROKER_ARN} is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
ASSUME = "sts:AssumeRole"


def trusting(principal: Any, **more: Any) -> dict[str, Any]:
    """A statement of a trust policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": ASSUME, **more}


def test_a_missing_role_is_refused_like_one_without_trust(consumer: Consumer) -> None:
    """AWS does not tell which roles there are."""
    with refused("AccessDenied", f"{NOT_AUTHORIZED}nobody"):
        consumer.assume("nobody")
    with refused("AccessDenied", f"{NOT_AUTHORIZED}no-trust"):
        consumer.assume("no-trust")


def test_the_caller_needs_permission_too(consumer: Consumer) -> None:
    """Trust alone is not enough, and a Deny is stronger than any Allow."""
    consumer.new_role("guarded", trusting({"AWS": BROKER_ARN}))
    assert consumer.assume("guarded")
    consumer.allow(ASSUME, f"{ROLE}guard*", "never-guarded", effect="Deny")
    with refused("AccessDenied", NOT_AUTHORIZED):
        consumer.assume("guarded")
    for name in ("never-guarded", "may-guarded"):
        consumer.client("iam").delete_user_policy(UserName="awsfed-broker", PolicyName=name)
    with refused("AccessDenied", NOT_AUTHORIZED):
        consumer.assume("guarded")


def test_attached_policies_and_groups_count(consumer: Consumer) -> None:
    """A user may get a permission in three ways."""
    consumer.new_role("reachable", trusting({"AWS": BROKER_ARN}))
    iam = consumer.client("iam")
    iam.delete_user_policy(UserName="awsfed-broker", PolicyName="may-reachable")
    statement = {"Effect": "Allow", "Action": "sts:*", "Resource": f"{ROLE}reach?ble"}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    arn = iam.create_policy(PolicyName="reach", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="awsfed-broker", PolicyArn=arn)
    assert consumer.assume("reachable")
    iam.detach_user_policy(UserName="awsfed-broker", PolicyArn=arn)
    iam.create_group(GroupName="brokers")
    iam.add_user_to_group(GroupName="brokers", UserName="awsfed-broker")
    with refused("AccessDenied"):
        consumer.assume("reachable")
    iam.attach_group_policy(GroupName="brokers", PolicyArn=arn)
    assert consumer.assume("reachable")


@pytest.mark.parametrize(
    "principal",
    ["*", {"AWS": "*"}, {"AWS": BROKER_ARN}, {"AWS": ["123456789012"]}, {"AWS": "arn:aws:iam::123456789012:root"}],
    ids=["everybody", "every-aws", "user", "account", "root"],
)
def test_principals_that_mean_the_caller(consumer: Consumer, principal: Any, request: pytest.FixtureRequest) -> None:
    """A trust policy may name the user or the account."""
    name = f"trusts-{request.node.callspec.id}"
    consumer.new_role(name, trusting(principal))

    assert consumer.assume(name)


@pytest.mark.parametrize(
    "principal",
    [{"AWS": f"{BROKER_ARN}-2"}, {"Service": "ec2.amazonaws.com"}, {"AWS": f"{ROLE}admin"}, {"AWS": "210987654321"}],
    ids=["other-user", "service", "role", "other-account"],
)
def test_principals_that_mean_others(consumer: Consumer, principal: Any, request: pytest.FixtureRequest) -> None:
    """Nobody else is trusted."""
    name = f"distrusts-{request.node.callspec.id}"
    consumer.new_role(name, trusting(principal))
    with refused("AccessDenied", NOT_AUTHORIZED):
        consumer.assume(name)


def test_the_external_id_has_to_be_the_agreed_one(consumer: Consumer) -> None:
    """An absent one is as wrong as another."""
    assert consumer.assume("operations", ExternalId="sandbox-external-id")
    for arguments in ({}, {"ExternalId": "sandbox-external-id-2"}, {"ExternalId": "SANDBOX-EXTERNAL-ID"}):
        with refused("AccessDenied", NOT_AUTHORIZED):
            consumer.assume("operations", **arguments)


def test_conditions_on_names(consumer: Consumer) -> None:
    """StringLike knows wildcards, and all conditions have to hold."""
    condition = {
        "StringLike": {"sts:RoleSessionName": ["ali?e", "team-*"]},
        "StringEquals": {"sts:SourceIdentity": "alice"},
    }
    actions = [ASSUME, "sts:SetSourceIdentity"]
    consumer.new_role("conditional", trusting({"AWS": BROKER_ARN}, Condition=condition) | {"Action": actions})

    assert consumer.assume("conditional", SourceIdentity="alice")
    assert consumer.assume("conditional", SourceIdentity="alice", RoleSessionName="team-x")
    for arguments in ({}, {"SourceIdentity": "bob"}, {"SourceIdentity": "alice", "RoleSessionName": "bob"}):
        with refused("AccessDenied"):
            consumer.assume("conditional", **arguments)


def test_a_deny_in_the_trust_policy_wins(consumer: Consumer) -> None:
    """Even with an Allow beside it."""
    deny = trusting("*", Condition={"StringEquals": {"sts:RoleSessionName": "mallory"}}) | {"Effect": "Deny"}
    consumer.new_role("denying", trusting({"AWS": BROKER_ARN}), deny)

    assert consumer.assume("denying")
    with refused("AccessDenied"):
        consumer.assume("denying", RoleSessionName="mallory")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.1"}}}, "IpAddress"),
        ({"Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}}}, "aws:PrincipalTag/team"),
        ({"Condition": {"StringLike": {"sts:RoleSessionName": "${aws:username}"}}}, "policy variables"),
        ({"NotPrincipal": {"AWS": "*"}}, "NotPrincipal"),
    ],
    ids=["operator", "key", "variable", "not-principal"],
)
def test_what_is_not_understood_is_refused(
    consumer: Consumer, more: dict[str, Any], words: str, request: pytest.FixtureRequest
) -> None:
    """Nothing is waved through that the sandbox cannot judge."""
    name = f"strange-{request.node.callspec.id}"
    consumer.new_role(name, trusting({"AWS": BROKER_ARN}, **more))
    with refused("UnsupportedInSandbox", words):
        consumer.assume(name)


def test_tags_and_source_identity_need_the_trust_of_the_role(consumer: Consumer) -> None:
    """Each is an action of its own."""
    consumer.new_role("plain", trusting({"AWS": BROKER_ARN}))
    with refused("AccessDenied", "sts:TagSession"):
        consumer.assume("plain", Tags=[{"Key": "team", "Value": "a"}])
    with refused("AccessDenied", "sts:SetSourceIdentity"):
        consumer.assume("plain", SourceIdentity="alice")


def test_a_role_needs_permission_to_assume_the_next(consumer: Consumer) -> None:
    """The session policy narrows what the role itself may do."""
    consumer.new_role("second", trusting({"AWS": [f"{ROLE}admin", f"{ROLE}developer"]}))
    s3_only = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'

    assert consumer.assume("second", consumer.client("sts", consumer.assume("admin")))
    with refused("AccessDenied", "assumed-role/developer/alice"):
        consumer.assume("second", consumer.client("sts", consumer.assume("developer")))
    with refused("AccessDenied", "assumed-role/admin/alice"):
        consumer.assume("second", consumer.client("sts", consumer.assume("admin", Policy=s3_only)))
