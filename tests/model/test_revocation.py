"""The policy that ends one person's sessions."""

import json
import shlex

import pytest

from awsfed.model.revocation import deny
from awsfed.model.session_names import FEDERATED_USER_LIMIT, names_of_service, session_name

ROLE = "arn:aws:iam::123456789012:role/team/developer"
USER = "arn:aws-cn:iam::123456789012:user/tools/broker"


def test_a_role_loses_the_sessions_of_one_name() -> None:
    """Before the moment, and whatever the id of the role is; nothing is said of other sessions."""
    denial = deny(ROLE, "alice", 1_800_000_000)

    (statement,) = denial.document["Statement"]
    assert ("Deny", "*", "*") == (statement["Effect"], statement["Action"], statement["Resource"])
    assert statement["Condition"] == {
        "DateLessThan": {"aws:TokenIssueTime": "2027-01-15T08:00:00Z"},
        "StringLike": {"aws:userid": "*:alice"},
    }


def test_a_user_whose_key_federates_loses_the_federated_users_of_one_name() -> None:
    """Whose id begins with the account."""
    condition = deny(USER, "alice", 1_800_000_000).document["Statement"][0]["Condition"]

    assert {"aws:userid": "123456789012:alice"} == condition["StringEquals"]


def test_the_name_is_that_of_the_session() -> None:
    """Long and foreign names have a digest, and federated ones are shorter."""
    name = "zoë.of.the.department.of.very.long.names.in.the.north@example.org"

    role, user = deny(ROLE, name, 0), deny(USER, name, 0)

    assert (f"*:{role.policy_name.removeprefix('awsfed-revoked-')}",) == role.user_ids
    assert (64, 32) == (len(role.user_ids[0]) - 2, len(user.user_ids[0]) - 13)
    assert len(role.policy_name) <= 128


@pytest.mark.parametrize("arn", [ROLE, USER])
def test_a_name_that_was_read_in_cloudtrail_is_that_of_the_session(arn: str) -> None:
    """Nobody knows any more whether the digest in it is one: both names that the session may have are denied."""
    logged = deny(arn, "zoë", 0).policy_name.removeprefix("awsfed-revoked-")

    denial = deny(arn, logged, 0, is_logged=True)

    assert f"awsfed-revoked-{logged}" == denial.policy_name
    assert denial.user_ids == (*deny(arn, "zoë", 0).user_ids, *deny(arn, logged, 0).user_ids)
    assert list(denial.user_ids) in list(denial.document["Statement"][0]["Condition"].values())[1].values()


@pytest.mark.parametrize("name", ["nightly", "nightly-deploy-production", "n" * 64])
def test_a_service_that_is_known_is_denied_by_the_names_that_it_has(name: str) -> None:
    """Those of roles are longer than those of federated users, and both may have a digest."""
    role, user = (deny(arn, name, 0, is_service=True).user_ids for arn in (ROLE, USER))

    assert (f"*:{session_name(name, is_service=True)}",) == role
    assert (f"123456789012:{session_name(name, limit=FEDERATED_USER_LIMIT, is_service=True)}",) == user
    assert {role[0][2:], user[0][13:], f"service={name}"} == names_of_service(name)


def test_a_service_is_denied_by_its_name_in_cloudtrail() -> None:
    """Where Crowd knows nobody of that name, it is taken as it stands."""
    denial = deny(ROLE, "service=nightly", 0, is_logged=True)

    assert "*:service=nightly" == denial.user_ids[0]


@pytest.mark.parametrize("name", ["alice", "zoë", "zoë-0123456789ab", "x" * 60 + "-0123456789ab"])
def test_a_name_that_cannot_be_a_digested_one_has_one_meaning(name: str) -> None:
    """Whoever knows it by heart may type it."""
    assert deny(ROLE, name, 0, is_logged=True) == deny(ROLE, name, 0)


def test_forty_people_fit_on_one_role_and_eight_on_a_user() -> None:
    """IAM takes 10240 characters of inline policies on a role, and 2048 on a user."""
    longest = "x" * 65

    assert len(deny(ROLE, longest, 0).compact) <= 10_240 // 40
    assert len(deny(USER, longest, 0).compact) <= 2048 // 8


@pytest.mark.parametrize(("arn", "kind", "name"), [(ROLE, "role", "developer"), (USER, "user", "broker")])
def test_the_command_is_one_that_any_shell_reads(arn: str, kind: str, name: str) -> None:
    """The policy in it is the one that awsfed would put."""
    denial = deny(arn, "o'brien", 1_800_000_000)

    words = shlex.split(denial.command)

    assert words[:5] == ["aws", "iam", f"put-{kind}-policy", f"--{kind}-name", name]
    assert json.loads(words[-1]) == json.loads(denial.compact) == denial.document
