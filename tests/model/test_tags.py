"""Session tags and the calls that carry them."""

from dataclasses import replace

import pytest

from awsfed.broker.sts.calls import call_of
from awsfed.errors import InvalidValue
from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.identity import Identity
from awsfed.model.tags import parse_tag_key, parse_tag_value, session_tags

ALICE = Identity(key="1:abc", name="alice", display_name="Alice", groups=("Developers", "Staff"))
ROLE = Connector(
    id="dev",
    name="dev",
    type=ConnectorType.ASSUME_ROLE,
    access_key="main",
    role_arn="arn:aws:iam::123456789012:role/dev",
)


def test_tags_are_opt_in() -> None:
    """A plain connector says nothing about the user but the session name."""
    operation, parameters = call_of(ROLE, ALICE)

    assert "AssumeRole" == operation
    assert {"RoleArn": ROLE.role_arn, "RoleSessionName": "alice"} == parameters


def test_a_session_says_who_it_is_for() -> None:
    """User, stable key, chosen groups and fixed tags; the source identity; and what stays through chains."""
    connector = replace(
        ROLE,
        user_tags=True,
        group_tags=("developers", "operators"),
        tags=(("project", "apollo"),),
        transitive_tags=("crowd:user",),
        source_identity=True,
    )

    _, parameters = call_of(connector, ALICE)

    tags = {tag["Key"]: tag["Value"] for tag in parameters["Tags"]}
    assert {
        "project": "apollo",
        "crowd:user": "alice",
        "crowd:key": "1:abc",
        "crowd:groups": ":developers:",
    } == tags
    assert ["crowd:user"] == parameters["TransitiveTagKeys"]
    assert "alice" == parameters["SourceIdentity"]


def test_values_from_crowd_are_cleaned_and_cut() -> None:
    """Whatever a user is called, STS takes the tag."""
    odd = replace(ALICE, name="a\nb|" + "x" * 300)

    value = session_tags(replace(ROLE, user_tags=True), odd)["crowd:user"]

    assert value.startswith("a-b-x")
    assert 256 == len(value)


@pytest.mark.parametrize("key", ["", "aws:x", "AWS:x", "x" * 129, "a|b", None])
def test_keys_that_sts_refuses(key: object) -> None:
    """Refused before the wire."""
    with pytest.raises(InvalidValue):
        parse_tag_key(key)


@pytest.mark.parametrize("value", ["x" * 257, "a|b", 7])
def test_values_that_sts_refuses(value: object) -> None:
    """Refused before the wire."""
    with pytest.raises(InvalidValue):
        parse_tag_value(value)
    assert "" == parse_tag_value("")
