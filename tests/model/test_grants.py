"""Who may use a connector."""

from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.grants import Allowed, Denied, may
from awsfed.model.identity import Identity

ADMINISTRATORS = ("aws-admins",)


def connector(**fields: object) -> Connector:
    """Return one of a kind that needs nothing else."""
    return Connector(id="c", name="c", type=ConnectorType.SESSION_TOKEN, access_key="main", **fields)  # type: ignore[arg-type]


def person(*groups: str) -> Identity:
    """Return somebody in these groups."""
    return Identity(key="1:a", name="alice", display_name="Alice", groups=groups)


def test_a_connector_without_groups_is_for_administrators() -> None:
    """Whoever else asks is told what would open it."""
    assert Denied(missing=("aws-admins",)) == may(person("developers"), connector(), ADMINISTRATORS)
    assert Allowed(through=("aws-admins",)) == may(person("AWS-Admins"), connector(), ADMINISTRATORS)


def test_without_administrators_nobody_may_use_what_has_no_groups() -> None:
    """Not even by a group without a name."""
    assert Denied(missing=()) == may(person("", "developers"), connector(), ())


def test_administrators_can_be_as_everybody() -> None:
    """What their groups open stays open; being an administrator opens nothing, and what has no groups is closed."""
    administrator, opened = person("aws-admins", "developers"), connector(groups=("developers",))

    assert Allowed(through=("developers",)) == may(administrator, opened, ADMINISTRATORS, implicit=False)
    closed = connector(groups=("operators",))
    assert Denied(missing=("operators",)) == may(administrator, closed, ADMINISTRATORS, implicit=False)
    assert Denied(missing=()) == may(administrator, connector(), ADMINISTRATORS, implicit=False)
    named = connector(groups=("aws-admins",))
    assert Allowed(through=("aws-admins",)) == may(administrator, named, ADMINISTRATORS, implicit=False)


def test_groups_count_in_lower_case_and_are_not_folded() -> None:
    """Folded, one who may create groups could make one that counts as another."""
    opened = connector(groups=("Straße",))

    assert isinstance(may(person("STRAßE"), opened, ()), Allowed)
    assert isinstance(may(person("strasse"), opened, ()), Denied)


def test_a_service_needs_the_grant_and_the_scope() -> None:
    """Either alone opens nothing, and no group does."""
    nightly = Identity(
        key="service:n:0", name="nightly", display_name="nightly", groups=("aws-admins",), service_grants=("c",)
    )

    assert isinstance(may(nightly, connector(is_system=True), ADMINISTRATORS), Allowed)
    assert isinstance(may(nightly, connector(), ADMINISTRATORS), Denied)
    assert isinstance(may(person("aws-admins"), connector(is_system=True, groups=("x",)), ()), Denied)
