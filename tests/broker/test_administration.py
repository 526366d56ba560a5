"""What administrators change in the store: checked as a catalogue is, and noted before it is made."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from fakes.catalogue import FakeCatalogue, assume_role
from fakes.changes import FakeChanges
from fakes.clock import FakeClock
from fakes.records import FakeConnectors, FakeKeyRecords

from awsfed.broker.administration import Administration
from awsfed.broker.answers import CallerIdentity
from awsfed.broker.catalogue.database import table_of
from awsfed.broker.managed import InvalidConnector
from awsfed.broker.store.interface import ConnectorRecord
from awsfed.errors import AwsUnavailable, Busy, InvalidValue, NotFound, Refused, RoleRefused, StoreError
from awsfed.model.credentials import AccessKey
from awsfed.model.identity import Identity
from awsfed.model.secret import Secret
from awsfed.settings.values import KeySettings, KeySource

ROOT = Identity(key="1:1", name="Root", display_name="Root", groups=("admins",))
ROLE = "arn:aws:iam::123456789012:role/deploy"
SECRET = Secret("canary/secret+0123456789")
KEY_ID = "AKIAEXAMPLE000000001"


@dataclass
class Office:
    """An administrator, and everything around."""

    connectors: FakeConnectors = field(default_factory=FakeConnectors)
    keys: FakeKeyRecords = field(init=False)
    trail: FakeChanges = field(default_factory=FakeChanges)
    clock: FakeClock = field(default_factory=FakeClock)
    fixed: FakeCatalogue = field(default_factory=FakeCatalogue)
    asked: list[AccessKey] = field(default_factory=list)
    refusal: Exception | None = None

    def __post_init__(self) -> None:
        self.keys = FakeKeyRecords(connectors=self.connectors)

    def caller(self, key: AccessKey) -> CallerIdentity:
        self.asked.append(key)
        if self.refusal:
            raise self.refusal
        return CallerIdentity(account="123456789012", arn="arn:aws:iam::123456789012:user/x", user_id="AIDA")

    @property
    def root(self) -> Administration:
        key = KeySettings(name="machine", source=KeySource.INSTANCE)
        return Administration(
            actor=ROOT,
            trail=self.trail,
            connector_records=self.connectors,
            key_records=self.keys,
            fixed=self.fixed,
            fixed_keys={"machine": key},
            caller=self.caller,
            clock=self.clock,
        )

    @property
    def documents(self) -> dict[str, Any]:
        """What is kept of each connector."""
        return {record.id: table_of(record) for record in self.connectors.all()[1]}

    def key(self, name: str = "main") -> str:
        """Create a key; return its id."""
        return self.root.create_access_key(name, KEY_ID, SECRET).id

    def connector(self, **changes: Any) -> str:
        """Create a connector; return its id."""
        return str(self.root.create_connector({**DEPLOY, **changes}).id)


@pytest.fixture
def office() -> Office:
    """An office with nothing in it."""
    return Office()


DEPLOY = {"type": "ASSUME_ROLE", "key": "main", "name": "Deploy", "role_arn": ROLE, "groups": ["deployers"]}


class TestConnectors:
    def test_a_new_connector_gets_an_id_and_its_key_by_id(self, office: Office) -> None:
        """So that the key may get another name later."""
        key = office.key()

        made = office.root.create_connector(DEPLOY)

        assert 36 == len(made.id)
        assert {made.id: {**DEPLOY, "key": key}} == office.documents
        assert ("Deploy", key, ("deployers",)) == (made.name, made.access_key, made.groups)

    def test_every_change_is_noted_before_it_is_made(self, office: Office) -> None:
        """With what was there and what is there now; where nothing can be noted nothing happens."""
        office.key()
        made = office.connector()
        office.root.change_connector(made, {**DEPLOY, "name": "Other"})
        office.trail.is_full = True

        with pytest.raises(StoreError):
            office.root.delete_connector(made)
        with pytest.raises(StoreError):
            office.root.create_connector(DEPLOY)
        with pytest.raises(StoreError):
            office.root.change_connector(made, DEPLOY)
        assert "Other" == office.documents[made]["name"]
        office.trail.is_full = False
        office.root.delete_connector(made)

        noted = office.trail.noted[1:]
        assert {"Root"} == {who for who, _, _ in noted}
        assert ["create connector", "change connector", "delete connector"] == [what for _, what, _ in noted]
        assert "Other" == json.loads(noted[1][2]["after"])["name"]
        assert "Deploy" == json.loads(noted[1][2]["before"])["name"]
        assert {made} == {details["id"] for _, _, details in noted}
        assert [None, made, made, made] == office.trail.connectors

    def test_everything_wrong_with_a_connector_is_told_at_once(self, office: Office) -> None:
        """By field, as a catalogue would; nothing is kept and nothing noted."""
        office.key()

        with pytest.raises(InvalidConnector) as caught:
            office.root.create_connector({**DEPLOY, "role_arn": "nonsense", "duration": 5, "colour": "red"})

        assert {"role_arn", "duration", "colour"} == set(caught.value.fields)
        assert "is not an ARN" in caught.value.message
        assert {} == office.documents
        assert ["create access key"] == [what for _, what, _ in office.trail.noted]

    @pytest.mark.parametrize(
        "document",
        [None, [], "text", {}, {"type": "ASSUME_ROLE"}, {**DEPLOY, "key": "nobody"}, {**DEPLOY, "key": 7}],
    )
    def test_what_is_no_connector_is_refused(self, office: Office, document: object) -> None:
        """Whatever it is."""
        office.key()

        with pytest.raises(InvalidConnector):
            office.root.create_connector(document)
        assert {} == office.documents

    @pytest.mark.parametrize("value", [float("nan"), {1, 2}, "x" * 70_000])
    def test_what_cannot_be_kept_is_refused(self, office: Office, value: object) -> None:
        """Numbers that JSON does not know, things that are none, and more than anybody means."""
        office.key()

        with pytest.raises(InvalidConnector):
            office.root.create_connector({**DEPLOY, "policy": value})

    def test_a_key_of_the_settings_may_be_used(self, office: Office) -> None:
        """Under its name; what the settings say about it binds this connector too."""
        assert office.connector(key="machine")

        with pytest.raises(InvalidConnector, match="role of this machine"):
            office.root.create_connector({"type": "SESSION_TOKEN", "key": "machine", "groups": ["x"]})

    def test_fixed_connectors_are_changed_elsewhere(self, office: Office) -> None:
        """Those of the settings are told from those that nobody has."""
        office.fixed.put(assume_role("dev"))

        with pytest.raises(Refused, match="'dev' is not of the store"):
            office.root.change_connector("dev", DEPLOY)
        with pytest.raises(Refused):
            office.root.delete_connector("dev")
        with pytest.raises(NotFound):
            office.root.delete_connector("nobody")

    def test_what_others_need_is_not_deleted(self, office: Office) -> None:
        """Nor changed so that they do not work any more."""
        office.key()
        base = office.connector(chainable=True)
        end = office.connector(key=f"connector:{base}", name="End")

        with pytest.raises(Refused, match=end):
            office.root.delete_connector(base)
        with pytest.raises(InvalidConnector, match=f"{end}.key .*chainable"):
            office.root.change_connector(base, DEPLOY)
        office.root.delete_connector(end)
        office.root.delete_connector(base)

        assert {} == office.documents

    def test_a_row_that_went_bad_can_be_mended_and_deleted(self, office: Office) -> None:
        """And is in nobody's way."""
        office.key()
        for name, document in (("bad-1", "{}"), ("bad-2", "no JSON")):
            office.connectors.add(ConnectorRecord(id=name, document=document, created_at=1, changed_at=1))

        made = office.connector()
        office.root.change_connector("bad-1", DEPLOY)
        office.root.delete_connector("bad-2")

        assert {"bad-1": "Deploy", made: "Deploy"} == {name: one["name"] for name, one in office.documents.items()}

    def test_two_administrators_at_once(self, office: Office) -> None:
        """The second one decides again: what was checked is not what is there."""
        office.key()

        class Faster(FakeChanges):
            @contextmanager
            def change(self, *arguments: Any) -> Iterator[None]:
                office.connectors.number += 1
                with super().change(*arguments):
                    yield

        office.trail = Faster()

        with pytest.raises(Busy):
            office.connector()
        assert (["create connector"], []) == (office.trail.intended, office.trail.noted)

    def test_a_key_is_not_deleted_while_somebody_begins_to_use_it(self, office: Office) -> None:
        """Of the two that come at the same moment one is told to try again."""
        key = office.key()
        root = office.root

        class Faster(FakeChanges):
            @contextmanager
            def change(self, *arguments: Any) -> Iterator[None]:
                faster, office.trail = office.trail, FakeChanges()
                if faster is self:
                    office.connector()
                with super().change(*arguments):
                    yield

        office.trail = Faster()
        with pytest.raises(Busy):
            office.root.delete_access_key(key)
        assert key == root.access_key(key).id


class TestAccessKeys:
    def test_a_key_is_checked_and_kept(self, office: Office) -> None:
        """AWS is asked whose it is, the trail knows no secret, and neither does the answer."""
        made = office.root.create_access_key("main", KEY_ID, SECRET)

        assert [KEY_ID] == [key.access_key_id for key in office.asked]
        assert made == office.root.access_key(made.id)
        assert (made,) == office.root.access_keys()
        assert (made, SECRET) == office.keys.open("main")
        details = {"id": made.id, "name": "main", "access_key_id": KEY_ID, "validated": "yes"}
        assert [("Root", "create access key", details)] == office.trail.noted
        assert SECRET.reveal() not in repr((made, office.trail.noted))

    def test_a_key_that_aws_does_not_take_is_not_kept(self, office: Office) -> None:
        """Nor one of which AWS could not be asked, unless nobody wants to know."""
        for refusal, error in (
            (RoleRefused("InvalidClientTokenId"), InvalidValue),
            (AwsUnavailable("x"), AwsUnavailable),
        ):
            office.refusal = refusal
            with pytest.raises(error):
                office.key()
        assert () == office.root.access_keys()

        made = office.root.create_access_key("main", KEY_ID, SECRET, skip_validation=True)
        assert (made,) == office.root.access_keys()

    @pytest.mark.parametrize(
        ("name", "key_id", "secret"),
        [
            ("", KEY_ID, SECRET),
            (7, KEY_ID, SECRET),
            ("x" * 65, KEY_ID, SECRET),
            ("a\nb", KEY_ID, SECRET),
            ("6F9619FF-8B86-D011-B42D-00C04FC964FF", KEY_ID, SECRET),
            ("main", "x", SECRET),
            ("main", None, SECRET),
            ("main", KEY_ID, Secret("short")),
        ],
    )
    def test_what_is_no_key_is_refused(self, office: Office, name: object, key_id: object, secret: Secret) -> None:
        """Before AWS hears of it, and without its secret in the message."""
        with pytest.raises(InvalidValue) as caught:
            office.root.create_access_key(name, key_id, secret)

        assert [] == office.asked
        assert secret.reveal() not in caught.value.message

    def test_a_name_is_used_once(self, office: Office) -> None:
        """In the store, and not by a key of the settings, whose place it would take."""
        office.key("main")

        with pytest.raises(Refused, match="'main'"):
            office.key("main")
        with pytest.raises(Refused, match="'machine'"):
            office.key("machine")

    def test_a_key_may_be_renamed(self, office: Office) -> None:
        """Its connectors go on; AWS has nothing to say about names."""
        key = office.key()
        made = office.connector()
        office.asked.clear()

        changed = office.root.change_access_key(key, name="ops")

        assert [] == office.asked
        assert (key, "ops", KEY_ID) == (changed.id, changed.name, changed.access_key_id)
        assert (changed, SECRET) == office.keys.open("ops")
        assert key == office.documents[made]["key"]
        assert "kept" == office.trail.noted[-1][2]["secret"]

    def test_a_key_may_be_replaced(self, office: Office) -> None:
        """By id and secret together, or by a new secret alone; AWS is asked about either."""
        key = office.key()
        other = Secret("other/secret+0123456789")

        changed = office.root.change_access_key(key, access_key_id="AKIAEXAMPLE000000002", secret=other)

        assert "AKIAEXAMPLE000000002" == office.asked[-1].access_key_id
        assert (changed, other) == office.keys.open(key)
        with pytest.raises(InvalidValue, match="not given"):
            office.root.change_access_key(key, access_key_id="AKIAEXAMPLE000000003")
        with pytest.raises(NotFound):
            office.root.change_access_key("main", name="x")

    def test_a_name_that_the_settings_use_stays(self, office: Office) -> None:
        """Their connectors would find nothing under it."""
        key = office.key()
        office.fixed.put(assume_role("dev"))

        with pytest.raises(Refused, match="dev"):
            office.root.change_access_key(key, name="ops")

    def test_a_key_that_connectors_use_is_not_deleted(self, office: Office) -> None:
        """They are named: those of the store, and those of the settings."""
        key = office.key()
        made = office.connector()
        office.fixed.put(assume_role("dev"))

        with pytest.raises(Refused, match=rf"'{made}' \(Deploy\), 'dev'"):
            office.root.delete_access_key(key)
        office.root.delete_connector(made)
        office.fixed.by_id.clear()
        office.root.delete_access_key(key)

        assert () == office.root.access_keys()
        with pytest.raises(NotFound):
            office.root.delete_access_key(key)
