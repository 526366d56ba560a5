from datetime import UTC, datetime
from typing import Any

import pytest
from sandbox.aws.consuming import BROKER_ARN, ROLE, Consumer, refused, send

CHAINED = "exceeds the 1 hour session limit for roles assumed by role chaining."


def life_s(credentials: dict[str, Any]) -> float:
    """How long credentials still live."""
    return float((credentials["Expiration"] - datetime.now(UTC)).total_seconds())


def test_a_role_gives_credentials_that_work(consumer: Consumer) -> None:
    """They say who they stand for, for an hour by default."""
    answer = consumer.client("sts").assume_role(RoleArn=f"{ROLE}developer", RoleSessionName="alice")
    identity = consumer.client("sts", answer["Credentials"]).get_caller_identity()

    assert answer["AssumedRoleUser"]["Arn"] == "arn:aws:sts::123456789012:assumed-role/developer/alice"
    assert (identity["Arn"], identity["Account"]) == (answer["AssumedRoleUser"]["Arn"], "123456789012")
    assert identity["UserId"] == answer["AssumedRoleUser"]["AssumedRoleId"]
    assert identity["UserId"].startswith("AROA")
    assert life_s(answer["Credentials"]) == pytest.approx(3600, abs=10)
    assert "PackedPolicySize" not in answer


def test_no_two_calls_give_the_same_credentials(consumer: Consumer) -> None:
    """Ids, secrets and tokens are new each time, and shaped like real ones."""
    one, other = consumer.assume(), consumer.assume()

    assert not {str(value) for name, value in one.items() if name != "Expiration"} & set(map(str, other.values()))
    assert one["AccessKeyId"].startswith("ASIA")
    assert len(one["AccessKeyId"]) == 20
    assert len(one["SecretAccessKey"]) == 40
    assert 300 < len(one["SessionToken"]) < 400


@pytest.mark.parametrize(
    ("role", "duration_s", "words"),
    [
        ("developer", 899, "greater than or equal to 900"),
        ("developer", 3601, "MaxSessionDuration set for this role"),
        ("admin", 43_201, "less than or equal to 43200"),
        ("admin", -1, "greater than or equal to 900"),
    ],
)
def test_durations_out_of_the_limits_are_refused(consumer: Consumer, role: str, duration_s: int, words: str) -> None:
    """From 900 seconds to the maximum of the role."""
    form = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": ROLE + role, "RoleSessionName": "alice"}
    response = send(consumer.signed(form | {"DurationSeconds": str(duration_s)}))

    assert response.status_code == 400
    assert "<Code>ValidationError</Code>" in response.text
    assert words in response.text


def test_durations_at_the_limits_are_given(consumer: Consumer) -> None:
    """The shortest life, and the longest one of a role."""
    assert life_s(consumer.assume(DurationSeconds=900)) == pytest.approx(900, abs=10)
    assert life_s(consumer.assume("admin", DurationSeconds=43_200)) == pytest.approx(43_200, abs=10)


def test_the_maximum_is_read_from_iam(consumer: Consumer) -> None:
    """A change of the role counts at once."""
    consumer.new_role("growing", {"Effect": "Allow", "Principal": {"AWS": BROKER_ARN}, "Action": "sts:AssumeRole"})
    with refused("ValidationError", "MaxSessionDuration"):
        consumer.assume("growing", DurationSeconds=7200)
    consumer.client("iam").update_role(RoleName="growing", MaxSessionDuration=7200)

    assert consumer.assume("growing", DurationSeconds=7200)


def test_chained_roles_live_for_an_hour_at_most(consumer: Consumer) -> None:
    """A role assumed by a role is chained, and so is one assumed with a session token."""
    by_admin = {"Effect": "Allow", "Principal": {"AWS": [f"{ROLE}admin", BROKER_ARN]}, "Action": "sts:AssumeRole"}
    consumer.new_role("chained", by_admin, max_session_s=43_200)
    for caller in (consumer.assume("admin"), consumer.client("sts").get_session_token()["Credentials"]):
        client = consumer.client("sts", caller)
        with refused("ValidationError", CHAINED):
            consumer.assume("chained", client, DurationSeconds=3601)
        assert life_s(consumer.assume("chained", client)) == pytest.approx(3600, abs=10)


LIMITS: list[tuple[dict[str, Any], str]] = [
    ({"RoleSessionName": "n" * 65}, "length less than or equal to 64"),
    ({"RoleSessionName": "a b"}, "regular expression"),
    ({"RoleSessionName": "änne"}, "regular expression"),
    ({"RoleArn": "garbagegarbagegarbage"}, "garbagegarbagegarbage is invalid"),
    ({"ExternalId": "x" * 1225}, "length less than or equal to 1224"),
    ({"ExternalId": "a b"}, "regular expression"),
    ({"SourceIdentity": "s" * 65}, "length less than or equal to 64"),
    ({"SourceIdentity": "a/b"}, "regular expression"),
    ({"SourceIdentity": "aws:alice"}, "regular expression"),
    ({"SerialNumber": "GAHT12345678"}, "together"),
    ({"SerialNumber": "GAHT12345678", "TokenCode": "1234567"}, "length less than or equal to 6"),
    ({"SerialNumber": "GAHT12345678", "TokenCode": "12345x"}, "regular expression"),
    ({"Policy": "x" * 2049}, "length less than or equal to 2048"),
    ({"Policy": '{"a": "\u20ac"}'}, "regular expression"),
    ({"PolicyArns": [{"arn": f"arn:aws:iam::aws:policy/P{number}"} for number in range(11)]}, "equal to 10"),
    ({"PolicyArns": [{"arn": "arn:aws:iam::210987654321:policy/Other"}]}, "regular expression"),
    ({"Policy": "x" * 2030, "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnly"}]}, "together"),
    ({"Tags": [{"Key": f"k{number}", "Value": ""} for number in range(51)]}, "equal to 50"),
    ({"Tags": [{"Key": "k" * 129, "Value": ""}]}, "equal to 128"),
    ({"Tags": [{"Key": "k", "Value": "v" * 257}]}, "equal to 256"),
    ({"Tags": [{"Key": "k!", "Value": "v"}]}, "regular expression"),
]


@pytest.mark.parametrize(("arguments", "words"), LIMITS)
def test_parameters_out_of_the_limits_are_refused(consumer: Consumer, arguments: dict[str, Any], words: str) -> None:
    """Lengths, characters and counts that botocore does not check."""
    call = {"RoleArn": f"{ROLE}developer", "RoleSessionName": "alice", **arguments}
    with refused("ValidationError", words):
        consumer.client("sts").assume_role(**call)


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ([{"Key": "team", "Value": "a"}, {"Key": "Team", "Value": "b"}], "Duplicate"),
        ([{"Key": "aws:team", "Value": "a"}], "reserved"),
    ],
)
def test_tags_that_contradict_are_refused(consumer: Consumer, tags: list[dict[str, str]], words: str) -> None:
    """Keys are the same in any case, and some belong to AWS."""
    with refused("InvalidParameterValue", words):
        consumer.assume(Tags=tags)


def test_several_mistakes_are_told_at_once(consumer: Consumer) -> None:
    """As AWS does it, with their number."""
    with refused("ValidationError", "2 validation errors detected"):
        consumer.assume(RoleSessionName="a b", ExternalId="a b")


def test_a_missing_parameter_is_told(consumer: Consumer) -> None:
    """A role session needs a name."""
    form = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": f"{ROLE}developer"}

    assert "'roleSessionName' failed to satisfy constraint: Member must not be null" in send(consumer.signed(form)).text


def test_the_source_identity_stays_through_a_chain(consumer: Consumer) -> None:
    """It can be told again, but not changed."""
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    consumer.new_role("next", {"Effect": "Allow", "Principal": {"AWS": f"{ROLE}admin"}, "Action": actions})
    caller = consumer.client("sts", consumer.assume("admin", SourceIdentity="alice"))
    answer = caller.assume_role(RoleArn=f"{ROLE}next", RoleSessionName="x-y")

    assert answer["SourceIdentity"] == "alice"
    assert consumer.assume("next", caller, SourceIdentity="alice")
    with refused("AccessDenied", "cannot be changed"):
        consumer.assume("next", caller, SourceIdentity="bob")


def test_transitive_tags_cannot_be_passed_again(consumer: Consumer) -> None:
    """They stay with the sessions that follow."""
    actions = ["sts:AssumeRole", "sts:TagSession"]
    consumer.new_role("tagged", {"Effect": "Allow", "Principal": {"AWS": f"{ROLE}admin"}, "Action": actions})
    team = [{"Key": "team", "Value": "a"}]
    caller = consumer.client("sts", consumer.assume("admin", Tags=team, TransitiveTagKeys=["team"]))

    assert consumer.assume("tagged", caller)
    with refused("InvalidParameterValue", "transitive"):
        consumer.assume("tagged", caller, Tags=team)
    with refused("InvalidParameterValue", "must be included"):
        consumer.assume("admin", Tags=team, TransitiveTagKeys=["other"])
