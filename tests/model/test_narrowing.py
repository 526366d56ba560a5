"""Narrowing: never more than the connector allows."""

import json

import pytest

from awsfed.errors import InvalidValue, Refused
from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.narrowing import NOTHING, Narrowing, narrowed, session_policy

ALLOW_S3 = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
ROLE = Connector(
    id="dev",
    name="dev",
    type=ConnectorType.ASSUME_ROLE,
    access_key="main",
    role_arn="arn:aws:iam::123456789012:role/dev",
)
POLICED = Connector(id="p", name="p", type=ConnectorType.FEDERATION_TOKEN, access_key="main", policy=ALLOW_S3)
OPEN = Connector(id="o", name="o", type=ConnectorType.FEDERATION_TOKEN, access_key="main", omit_policy=True)
TOKEN = Connector(id="t", name="t", type=ConnectorType.SESSION_TOKEN, access_key="main")


def statements(connector: Connector) -> list[dict[str, object]]:
    """Return the statements of a connector's session policy."""
    policy = session_policy(connector)
    assert policy
    found: list[dict[str, object]] = json.loads(policy)["Statement"]
    return found


def test_nothing_narrows_nothing() -> None:
    """Without a wish the connector is what it was, and no policy is invented."""
    assert ROLE is narrowed(ROLE, NOTHING)
    assert session_policy(ROLE) is None
    assert "" == NOTHING.fingerprint()


def test_read_only_denies_beside_what_is_allowed() -> None:
    """A role is given everything it has but what does not read; a policy keeps its own statements."""
    role = statements(narrowed(ROLE, Narrowing(read_only=True)))
    policed = statements(narrowed(POLICED, Narrowing(read_only=True)))

    assert ["Allow", "Deny"] == [statement["Effect"] for statement in role]
    assert "s3:*" == policed[0]["Action"]
    assert "*:Get*" in str(policed[1]["NotAction"])


def test_managed_policies_are_not_widened_by_a_switch() -> None:
    """Beside managed session policies the inline one only denies: an Allow there would add to them."""
    managed = Connector(
        id="m",
        name="m",
        type=ConnectorType.ASSUME_ROLE,
        access_key="main",
        role_arn=ROLE.role_arn,
        policy_arns=("arn:aws:iam::aws:policy/ReadOnlyAccess",),
        region_lock=("eu-central-1",),
    )

    assert ["Deny"] == [statement["Effect"] for statement in statements(managed)]


def test_region_locks_intersect() -> None:
    """Of two locks what both allow remains, and nothing in common is refused."""
    once = narrowed(ROLE, Narrowing(region_lock=("eu-central-1", "eu-west-1")))

    assert ("eu-west-1",) == narrowed(once, Narrowing(region_lock=("eu-west-1", "us-east-1"))).region_lock
    with pytest.raises(Refused, match="locked to eu-central-1, eu-west-1"):
        narrowed(once, Narrowing(region_lock=("us-east-1",)))


@pytest.mark.parametrize(
    "narrowing", [Narrowing(policy=ALLOW_S3), Narrowing(policy_arns=("arn:aws:iam::aws:policy/X",))]
)
@pytest.mark.parametrize("connector", [POLICED, OPEN, TOKEN])
def test_a_policy_that_could_widen_is_refused(connector: Connector, narrowing: Narrowing) -> None:
    """Beside a policy, where there is none on purpose, or where none is taken, another one is refused."""
    with pytest.raises(Refused):
        narrowed(connector, narrowing)


def test_a_first_policy_narrows_a_role() -> None:
    """A role without session policies takes the one that is asked for."""
    assert ALLOW_S3 == narrowed(ROLE, Narrowing(policy=ALLOW_S3)).policy


@pytest.mark.parametrize(("connector", "longest"), [(ROLE, 3600), (POLICED, 43_200)])
def test_a_duration_only_shortens(connector: Connector, longest: int) -> None:
    """What the connector gives, or AWS's own default, is the most."""
    assert longest == narrowed(connector, Narrowing(duration=longest)).duration
    with pytest.raises(Refused):
        narrowed(connector, Narrowing(duration=longest + 1))
    with pytest.raises(InvalidValue):
        narrowed(connector, Narrowing(duration=899))


def test_what_is_too_long_together_is_refused_before_the_wire() -> None:
    """The denials count towards the limit of a policy."""
    long = '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"' + "x" * 1900 + '"}]}'

    with pytest.raises(InvalidValue, match="2048"):
        narrowed(ROLE, Narrowing(policy=long, read_only=True))


def test_every_wish_has_a_name_of_its_own() -> None:
    """The cache never mixes up two ways to narrow."""
    wishes = [
        NOTHING,
        Narrowing(read_only=True),
        Narrowing(region_lock=("eu-west-1",)),
        Narrowing(duration=900),
        Narrowing(policy=ALLOW_S3),
        Narrowing(policy_arns=("arn:aws:iam::aws:policy/X",)),
    ]

    assert len(wishes) == len({wish.fingerprint() for wish in wishes})
