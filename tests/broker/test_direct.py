"""The direct broker: one gate before everything that is given out."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fakes.catalogue import FakeCatalogue, assume_role, federation, session_token
from fakes.clock import FakeClock
from fakes.identity import FakeIdentitySource
from fakes.keys import MAIN, FakeKeys
from fakes.vendor import FakeVendor

from awsfed.broker.answers import ConsolePlace
from awsfed.broker.direct import DirectBroker
from awsfed.broker.identity.service_file import ServiceFile
from awsfed.broker.identity.services import Services
from awsfed.broker.services.console import ConsoleSignIn
from awsfed.errors import (
    AwsfedError,
    CatalogueUnavailable,
    IdentityUnavailable,
    LoginRefused,
    LoginRequired,
    NotFound,
    NotGranted,
    ProtocolError,
    Refused,
    RoleRefused,
    UserInactive,
)
from awsfed.model.fingerprints import fingerprint
from awsfed.model.identity import SERVICE, Session
from awsfed.model.secret import Secret
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries

HOUR = 3600
PASSWORD = Secret("right")


@dataclass
class House:
    """A broker with everything behind it in memory; alice is a developer, carol an administrator."""

    broker: DirectBroker
    people: FakeIdentitySource
    catalogue: FakeCatalogue
    keys: FakeKeys
    vendor: FakeVendor
    clock: FakeClock

    def session(self, name: str = "alice") -> Session:
        return self.broker.log_in(name, PASSWORD)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Three connectors, and one whose key is missing."""
    clock, people = FakeClock(), FakeIdentitySource()
    people.add("alice", "right", "Developers")
    people.add("bob", "right")
    people.add("carol", "right", "admins")
    catalogue = FakeCatalogue(
        assume_role("dev", groups=("developers", "testers"), region="us-east-1"),
        federation("ops", groups=("operators",)),
        session_token("raw"),
        replace(assume_role("keyless", groups=("developers",)), access_key="lost"),
    )
    keys, vendor = FakeKeys(MAIN), FakeVendor(clock)
    retries = Retries(clock=clock)
    broker = DirectBroker(
        identities=people,
        catalogue=catalogue,
        keys=keys,
        vendor=vendor,
        console=lambda: ConsoleSignIn(http=HttpClient(environ={}), retries=retries),
        clock=clock,
        services=Services(records=ServiceFile(path=tmp_path / "services.json", clock=clock), clock=clock),
        administrators=("Admins",),
        session_s=12 * HOUR,
    )
    return House(broker=broker, people=people, catalogue=catalogue, keys=keys, vendor=vendor, clock=clock)


def test_a_session_says_who_where_and_until_when(house: House) -> None:
    """Nothing of it came from what was typed."""
    session = house.broker.log_in("ALICE", PASSWORD)

    assert ("https://crowd.test/crowd", "alice", "1:1") == (session.issuer, session.name, session.key)
    assert 12 * HOUR == session.ends_at - session.signed_in_at
    assert int(house.clock.now()) == session.signed_in_at


def test_nobody_in_crowd_is_a_service_of_ours(house: House) -> None:
    """Whatever Crowd says of somebody's key: services are kept here, and named to Crowd nowhere."""
    house.people.change_key("alice", f"{SERVICE}nightly:0123456789abcdef")

    with pytest.raises(ProtocolError, match="the key of a service of ours"):
        house.broker.log_in("alice", PASSWORD)


def test_a_password_is_tried_once(house: House) -> None:
    """Right or wrong."""
    with pytest.raises(LoginRefused):
        house.broker.log_in("alice", Secret("wrong"))

    assert ["alice"] == house.people.logins


@pytest.mark.parametrize(
    ("name", "granted"), [("alice", ["dev", "keyless"]), ("bob", []), ("carol", ["dev", "ops", "raw", "keyless"])]
)
def test_groups_decide_in_any_case_of_letters(house: House, name: str, granted: list[str]) -> None:
    """In the order of the catalogue; administrators see what has no groups too."""
    assert granted == [connector.id for connector in house.broker.connectors(house.session(name))]


def test_credentials_are_vended_in_the_users_name_with_the_connectors_key(house: House) -> None:
    """And say what the connector was like."""
    vended = house.broker.credentials(house.session(), "dev")

    assert [("dev", "alice", MAIN.access_key_id)] == house.vendor.vended
    assert ("dev", "us-east-1") == (vended.connector.id, vended.connector.region)
    assert fingerprint(house.catalogue.by_id["dev"]) == vended.connector.fingerprint


def everything(house: House, session: Session, connector: str) -> list[AwsfedError]:
    """Ask for everything that a connector gives; return the answers, which have to be errors."""
    broker = house.broker
    errors = []
    for ask in (
        lambda: broker.credentials(session, connector),
        lambda: broker.console_url(session, connector, ConsolePlace()),
        lambda: broker.caller_identity(session, connector),
        lambda: broker.diagnose(session, connector),
        lambda: broker.explain(session, connector),
    ):
        with pytest.raises(AwsfedError) as caught:
            ask()
        errors.append(caught.value)
    assert [] == house.vendor.vended
    return errors


@pytest.mark.parametrize("name", ["nothing", "DEV", "", "dev\x1b[31m", "x" * 5000])
def test_unknown_is_not_granted(house: House, name: str) -> None:
    """By every verb alike; the name comes back short and harmless."""
    for error in everything(house, house.session(), name):
        assert isinstance(error, NotGranted)
        assert "\x1b" not in error.message
        assert len(error.message) < 120


def test_not_allowed_and_unknown_are_one_answer(house: House) -> None:
    """But for the name in it nothing differs, the hint included."""
    session = house.session("bob")
    with pytest.raises(NotGranted) as closed:
        house.broker.credentials(session, "ops")
    with pytest.raises(NotGranted) as unknown:
        house.broker.credentials(session, "nix")

    assert (closed.value.message.replace("ops", "nix"), closed.value.hint) == (
        unknown.value.message,
        unknown.value.hint,
    )
    assert [] == house.keys.asked


def test_a_guess_is_made_among_what_is_granted_only(house: House) -> None:
    """`opss` is close to `ops`, which alice may not know of."""
    with pytest.raises(NotGranted) as caught:
        house.broker.credentials(house.session(), "opss")
    assert "awsfed connectors" == caught.value.hint
    with pytest.raises(NotGranted) as caught:
        house.broker.credentials(house.session("carol"), "opss")
    assert "did you mean ops?" == caught.value.hint


def test_leaving_the_group_counts_at_once(house: House) -> None:
    """A session is no grant."""
    session = house.session()
    house.broker.credentials(session, "dev")
    house.people.put_in("alice")

    with pytest.raises(NotGranted):
        house.broker.credentials(session, "dev")


def test_a_changed_connector_counts_at_once(house: House) -> None:
    """Its groups are read with every vend."""
    session = house.session()
    house.catalogue.put(assume_role("dev", groups=("operators",)))

    with pytest.raises(NotGranted):
        house.broker.credentials(session, "dev")


def test_somebody_else_of_the_same_name_is_not_who_signed_in(house: House) -> None:
    """A name that was given to another person brings that person's rights to nobody's session."""
    session = house.session()
    house.people.delete("alice")
    house.people.add("alice", "right", "developers", "admins")

    assert {UserInactive} == {type(error) for error in everything(house, session, "dev")}


def test_a_user_who_is_switched_off(house: House) -> None:
    """Everything ends."""
    session = house.session()
    house.people.switch_off("alice")

    assert {UserInactive} == {type(error) for error in everything(house, session, "dev")}
    with pytest.raises(UserInactive):
        house.broker.connectors(session)


def test_an_ended_session(house: House) -> None:
    """To the second; nobody is asked about its user."""
    session = house.session()
    house.clock.advance(12 * HOUR)
    house.people.is_down = True

    assert {LoginRequired} == {type(error) for error in everything(house, session, "dev")}


def test_the_last_second_of_a_session(house: House) -> None:
    """Counts."""
    session = house.session()
    house.clock.advance(12 * HOUR - 1)

    house.broker.credentials(session, "dev")


@pytest.mark.parametrize("issuer", ["https://crowd.test", "https://crowd.test/crowd/", "https://evil.test/crowd", ""])
def test_a_session_of_another_issuer(house: House, issuer: str) -> None:
    """A record that belongs elsewhere opens nothing here."""
    session = replace(house.session(), issuer=issuer)

    assert {LoginRequired} == {type(error) for error in everything(house, session, "dev")}


def test_a_forged_service_session_opens_nothing(house: House) -> None:
    """Nobody becomes a service by writing so into a record."""
    session = replace(house.session(), key="service:ci:0000000000000000", name="ci")

    assert {UserInactive} == {type(error) for error in everything(house, session, "dev")}


def test_an_outage_is_no_grant_and_no_refusal(house: House) -> None:
    """Where somebody must be asked and cannot be, the error says so."""
    session = house.session()
    house.people.is_down = True
    assert {IdentityUnavailable} == {type(error) for error in everything(house, session, "dev")}

    house.people.is_down = False
    house.catalogue.failure = CatalogueUnavailable("gone")
    assert {CatalogueUnavailable} == {type(error) for error in everything(house, session, "dev")}


def test_a_missing_key_is_named(house: House) -> None:
    """The hint is where it was looked for."""
    with pytest.raises(NotFound) as caught:
        house.broker.credentials(house.session(), "keyless")

    assert "no access key named 'lost'" == caught.value.message
    assert "its place is memory" == caught.value.hint


def test_a_refusal_of_aws_comes_through(house: House) -> None:
    """As it is."""
    house.vendor.failure = RoleRefused("no")

    with pytest.raises(RoleRefused):
        house.broker.credentials(house.session(), "dev")


def test_why_a_connector_is_open(house: House) -> None:
    """Through groups as the connector and the settings spell them."""
    assert ("developers",) == house.broker.explain(house.session(), "dev").through
    assert ("Admins",) == house.broker.explain(house.session("carol"), "dev").through


def test_why_a_connector_is_closed(house: House) -> None:
    """Whoever runs the direct broker may know which groups would open it."""
    explanation = house.broker.explain(house.session("bob"), "dev")

    assert ((), ("developers", "testers", "Admins")) == (explanation.through, explanation.missing)
    assert ("Admins",) == house.broker.explain(house.session("bob"), "raw").missing


def test_the_console_is_checked_before_anything_is_vended(house: House) -> None:
    """Session tokens cannot enter it."""
    with pytest.raises(Refused):
        house.broker.console_url(house.session("carol"), "raw", ConsolePlace())

    assert [] == house.vendor.vended


def test_who_aws_takes_the_credentials_for(house: House) -> None:
    """It is asked with what was vended, in the connector's region, and not with the long-term key."""
    caller = house.broker.caller_identity(house.session(), "dev")

    assert ("arn:aws:sts::123456789012:ASIA0000000000000001", "us-east-1") == (caller.arn, caller.user_id)


def test_a_chain_is_granted_by_its_own_groups_and_vends_both(house: House) -> None:
    """The first call gives the key of the second; the connector in the middle need not be granted."""
    house.catalogue.put(assume_role("base", groups=("operators",), chainable=True))
    house.catalogue.put(assume_role("far", role="far", groups=("developers",), via="base"))

    house.broker.credentials(house.session(), "far")

    assert [("base", "alice", MAIN.access_key_id), ("far", "alice", "ASIA0000000000000001")] == house.vendor.vended
    with pytest.raises(NotGranted):
        house.broker.credentials(house.session(), "base")


def test_a_fingerprint_changes_with_every_part() -> None:
    """A cached answer of the old definition is found no more."""
    before = assume_role("dev")
    changes = [
        {"role_arn": "arn:aws:iam::123456789012:role/other"},
        {"duration": 900},
        {"policy": "{}"},
        {"policy_arns": ("arn:aws:iam::aws:policy/ReadOnlyAccess",)},
        {"external_id": "xx"},
        {"region": "eu-west-1"},
        {"groups": ("g",)},
        {"access_key": "other"},
        {"partition": "aws-cn"},
        {"read_only": True},
        {"region_lock": ("eu-west-1",)},
        {"tags": (("a", "b"),)},
        {"source_identity": True},
        {"via": "base"},
    ]

    found = {fingerprint(replace(before, **change)) for change in changes}  # type: ignore[arg-type]  # one field each

    assert len(changes) == len(found - {fingerprint(before)})
    assert fingerprint(before) == fingerprint(replace(before))
