"""What every place promises that keeps the records of a broker; subclassed for the fakes and for the store."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from awsfed.broker.audit.interface import EventRecords, Head, Link
from awsfed.broker.guard.interface import (
    AttemptRecords,
    Failures,
    SessionKind,
    SessionRecord,
    SessionRecords,
    TicketRecord,
    TicketRecords,
)
from awsfed.broker.identity.services import Service, ServiceRecords
from awsfed.broker.store.interface import ConnectorRecord, ConnectorRecords, KeyRecord, KeyRecords
from awsfed.errors import Busy, Refused, StoreError
from awsfed.model.secret import Secret

NOW = 1_750_000_000
SESSION = SessionRecord(
    token_digest="aa" * 32,
    kind=SessionKind.BEARER,
    user_key="1:7",
    user_name="Ada",
    source="192.0.2.7",
    signed_in_at=NOW,
    seen_at=NOW,
    ends_at=NOW + 3600,
)
TICKET = TicketRecord(
    ticket_digest="bb" * 32, token_digest=SESSION.token_digest, connector="dev", wishes="{}", ends_at=NOW + 60
)


class SessionRecordsContract:
    """Needs the fixtures `sessions` and `tickets`, of one place."""

    def test_a_session_comes_back_as_it_was_kept(self, sessions: SessionRecords) -> None:
        """Every field of it, and none for a token that nobody was given."""
        sessions.add(SESSION)

        assert SESSION == sessions.get(SESSION.token_digest)
        assert None is sessions.get("cc" * 32)

    def test_a_token_is_used_once(self, sessions: SessionRecords) -> None:
        """Two sessions of one token cannot be."""
        sessions.add(SESSION)

        with pytest.raises(StoreError):
            sessions.add(replace(SESSION, user_key="1:8"))
        assert SESSION == sessions.get(SESSION.token_digest)

    def test_a_session_is_seen_later_only(self, sessions: SessionRecords) -> None:
        """A slow request does not make it older; nobody's session is no error."""
        sessions.add(SESSION)

        sessions.touch(SESSION.token_digest, NOW + 120)
        sessions.touch(SESSION.token_digest, NOW + 60)
        sessions.touch("cc" * 32, NOW)

        assert replace(SESSION, seen_at=NOW + 120) == sessions.get(SESSION.token_digest)

    def test_tickets_go_with_their_session(self, sessions: SessionRecords, tickets: TicketRecords) -> None:
        """Whoever signs out has no ticket left."""
        sessions.add(SESSION)
        tickets.add(TICKET)

        assert sessions.delete(SESSION.token_digest)
        assert not sessions.delete(SESSION.token_digest)
        assert None is tickets.take(TICKET.ticket_digest)

    def test_all_sessions_of_a_user_end_at_once(self, sessions: SessionRecords) -> None:
        """And nobody else's."""
        for digest, key in (("11", "1:7"), ("22", "1:7"), ("33", "1:8")):
            sessions.add(replace(SESSION, token_digest=digest, user_key=key))

        name = SESSION.user_name
        assert {("1:7", name), ("1:8", name)} == sessions.holders()
        assert 2 == sessions.delete_of_user("1:7")
        assert {("1:8", name)} == sessions.holders()
        assert 0 == sessions.delete_of_user("1:7")
        assert sessions.get("33")

    def test_what_ended_or_idled_is_removed(self, sessions: SessionRecords) -> None:
        """At the second of its end, or after so many seconds without a request, which a bearer may be."""
        sessions.add(replace(SESSION, token_digest="ended", ends_at=NOW + 100))
        sessions.add(replace(SESSION, token_digest="idle", kind=SessionKind.COOKIE))
        sessions.add(replace(SESSION, token_digest="bearer"))
        sessions.add(replace(SESSION, token_digest="busy", kind=SessionKind.COOKIE, seen_at=NOW + 90))

        assert 0 == sessions.delete_ended(NOW + 99, 100)
        assert 2 == sessions.delete_ended(NOW + 100, 100)
        assert sessions.get("busy")
        assert sessions.get("bearer")


class TicketRecordsContract:
    """Needs the fixtures `sessions` and `tickets`, of one place."""

    @pytest.fixture(autouse=True)
    def _session(self, sessions: SessionRecords) -> None:
        sessions.add(SESSION)

    def test_a_ticket_is_taken_once(self, tickets: TicketRecords) -> None:
        """As it was kept; the second one gets nothing."""
        tickets.add(TICKET)

        assert TICKET == tickets.take(TICKET.ticket_digest)
        assert None is tickets.take(TICKET.ticket_digest)

    def test_one_of_many_at_once_gets_it(self, tickets: TicketRecords) -> None:
        """However many come in the same moment."""
        tickets.add(TICKET)

        with ThreadPoolExecutor(8) as threads:
            taken = list(threads.map(tickets.take, [TICKET.ticket_digest] * 8))

        assert [TICKET] == [ticket for ticket in taken if ticket]

    def test_unused_tickets_end(self, tickets: TicketRecords) -> None:
        """At the second of their end."""
        tickets.add(TICKET)
        tickets.add(replace(TICKET, ticket_digest="later", ends_at=NOW + 61))

        assert 1 == tickets.delete_ended(NOW + 60)
        assert None is tickets.take(TICKET.ticket_digest)
        assert tickets.take("later")


class AttemptRecordsContract:
    """Needs the fixture `attempts`."""

    def test_failures_are_counted_by_whose_they_are(self, attempts: AttemptRecords) -> None:
        """Until they are forgotten."""
        assert Failures(count=0, last_at=0.0) == attempts.get("ada")

        assert Failures(count=1, last_at=NOW + 0.5) == attempts.add("ada", NOW + 0.5, below=99)
        assert Failures(count=2, last_at=NOW + 1.5) == attempts.add("ada", NOW + 1.5, below=99)
        attempts.add("bob", NOW, below=99)
        assert 2 == attempts.clear("ada")
        assert 0 == attempts.clear("nobody")

        assert Failures(count=0, last_at=0.0) == attempts.get("ada")
        assert Failures(count=1, last_at=float(NOW)) == attempts.get("bob")

    def test_the_last_moment_never_goes_back(self, attempts: AttemptRecords) -> None:
        """A clock that was set back, or a slow request, makes no delay shorter."""
        attempts.add("ada", NOW + 5.0, below=99)

        assert Failures(count=2, last_at=NOW + 5.0) == attempts.add("ada", NOW, below=99)

    def test_every_one_of_many_at_once_counts(self, attempts: AttemptRecords) -> None:
        """None is lost between a look and a note."""
        with ThreadPoolExecutor(8) as threads:
            counts = list(threads.map(lambda _: attempts.add("ada", float(NOW), below=99), range(40)))

        assert list(range(1, 41)) == sorted(failures.count for failures in counts if failures)

    def test_places_are_limited(self, attempts: AttemptRecords) -> None:
        """However many come at once, and the others are not counted."""
        with ThreadPoolExecutor(8) as threads:
            counted = list(threads.map(lambda _: attempts.add("ada", float(NOW), below=5), range(40)))

        assert [1, 2, 3, 4, 5] == sorted(failures.count for failures in counted if failures)
        assert 5 == attempts.get("ada").count

    def test_what_was_no_failure_is_taken_back(self, attempts: AttemptRecords) -> None:
        """One each time, down to none."""
        attempts.add("ada", NOW, below=99)
        attempts.add("ada", NOW, below=99)

        counts = [(attempts.take_back("ada"), attempts.get("ada").count) for _ in range(3)]

        assert [(1, 1), (1, 0), (0, 0)] == counts
        assert 0 == attempts.take_back("nobody")
        for _ in range(5):
            attempts.add("bob", NOW, below=99)
        assert (3, 2) == (attempts.take_back("bob", 3), attempts.get("bob").count)
        assert (2, 0) == (attempts.take_back("bob", 3), attempts.get("bob").count)
        assert Failures(count=1, last_at=float(NOW)) == attempts.add("ada", NOW, below=99)

    def test_old_failures_are_forgotten(self, attempts: AttemptRecords) -> None:
        """By the moment of the last one."""
        attempts.add("old", NOW - 1.0, below=99)
        attempts.add("new", float(NOW), below=99)

        assert 1 == attempts.delete_before(NOW)
        assert (0, 1) == (attempts.get("old").count, attempts.get("new").count)


def link(number: int, writer: str = "w1") -> Link:
    """Return a link as a chain has it."""
    return Link(writer=writer, number=number, text=f'{{"n":{number}}}', previous=f"{number - 1}", digest=f"{number}")


class EventRecordsContract:
    """Needs the fixture `events`."""

    def test_a_chain_is_walked_from_its_beginning(self, events: EventRecords) -> None:
        """Each writer has a chain of its own."""
        for number in (1, 2, 3):
            events.append([link(number)])
        events.append([link(1, "w2")])

        assert ("w1", "w2") == events.writers()
        assert [link(1), link(2), link(3)] == list(events.links("w1"))
        assert link(3) == events.last("w1")
        assert link(1, "w2") == events.last("w2")

    def test_a_writer_is_known_by_a_signature_alone(self, events: EventRecords) -> None:
        """Whose links all went away is still missed."""
        head = Head(writer="w0", number=1, digest="d", signed_at=NOW, public_key="k", signature=b"s")
        events.add_head(head)

        assert ("w0",) == events.writers()

    def test_nobody_wrote_anything(self, events: EventRecords) -> None:
        """A new trail is empty."""
        assert () == events.writers()
        assert None is events.last("w1")
        assert [] == list(events.links("w1"))
        assert () == events.heads("w1")

    def test_a_number_is_used_once(self, events: EventRecords) -> None:
        """Of two that would go on with the same chain one fails, and the chain stays as it was."""
        events.append([link(1)])

        with pytest.raises(StoreError):
            events.append([replace(link(1), text="other")])
        with pytest.raises(StoreError):
            events.append([link(2), replace(link(1), text="other"), link(3)])
        assert [link(1)] == list(events.links("w1"))

    def test_several_are_kept_at_once(self, events: EventRecords) -> None:
        """In their order."""
        events.append([link(1), link(2), link(3)])

        assert [link(1), link(2), link(3)] == list(events.links("w1"))

    def test_a_long_chain_is_walked_to_its_end(self, events: EventRecords) -> None:
        """Also where it is longer than what is read at once, and while others write."""
        for number in range(1, 1502):
            events.append([link(number)])

        seen = 0
        for found in events.links("w1"):
            seen += 1
            assert seen == found.number
            if seen == 700:
                events.append([link(1, "w2")])
        assert 1501 == seen

    def test_a_signature_may_be_kept_with_its_link(self, events: EventRecords) -> None:
        """Or neither of them is."""
        head = Head(writer="w1", number=1, digest="1", signed_at=NOW, public_key="k", signature=b"s")
        events.append([link(1)], head)
        with pytest.raises(StoreError):
            events.append([replace(link(1), text="other")], replace(head, number=2))

        assert (head,) == events.heads("w1")

    def test_there_is_one_signature_over_a_link(self, events: EventRecords) -> None:
        """The first one stays: two who sign at once agree on what they sign."""
        head = Head(writer="w1", number=1, digest="1", signed_at=NOW, public_key="k", signature=b"s")
        events.add_head(head)
        events.add_head(replace(head, signature=b"t"))

        assert (head,) == events.heads("w1")

    def test_signatures_are_kept_in_order(self, events: EventRecords) -> None:
        """By the number of the link that they vouch for."""
        head = Head(
            writer="w1", number=2, digest="2", signed_at=NOW, public_key="ed25519:AAAA", signature=b"\x00\xff" * 32
        )
        for number in (2, 1):
            events.add_head(replace(head, number=number))

        assert (replace(head, number=1), head) == events.heads("w1")


CONNECTOR = ConnectorRecord(id="c-1", document='{"type":"SESSION_TOKEN"}', created_at=NOW, changed_at=NOW)


def kept(connectors: ConnectorRecords, connector_id: str) -> ConnectorRecord | None:
    """Return the connector of an id."""
    return next((one for one in connectors.all()[1] if one.id == connector_id), None)


class ConnectorRecordsContract:
    """Needs the fixture `connectors`."""

    def test_connectors_come_in_the_order_of_their_creation(self, connectors: ConnectorRecords) -> None:
        """As they were kept."""
        younger = replace(CONNECTOR, id="a-2", created_at=NOW + 1)
        connectors.add(younger)
        connectors.add(CONNECTOR)

        assert (CONNECTOR, younger) == connectors.all()[1]
        assert younger == kept(connectors, "a-2")
        assert None is kept(connectors, "a-3")

    def test_the_revision_grows_with_every_change(self, connectors: ConnectorRecords) -> None:
        """So that whoever keeps a copy sees that it is old."""
        seen = [connectors.revision()]
        connectors.add(CONNECTOR)
        seen.append(connectors.revision())
        connectors.replace(replace(CONNECTOR, document="{}"))
        seen.append(connectors.revision())
        connectors.delete(CONNECTOR.id)
        seen.append(connectors.revision())

        assert sorted(set(seen)) == seen
        assert (seen[-1], ()) == connectors.all()

    def test_an_id_is_used_once(self, connectors: ConnectorRecords) -> None:
        """What is there is not overwritten by something new, and nothing changed."""
        connectors.add(CONNECTOR)
        before = connectors.revision()

        with pytest.raises(StoreError):
            connectors.add(replace(CONNECTOR, document="{}"))
        assert CONNECTOR == kept(connectors, CONNECTOR.id)
        assert before == connectors.revision()

    def test_a_change_keeps_the_moment_of_creation(self, connectors: ConnectorRecords) -> None:
        """And tells whether there was anything to change."""
        connectors.add(CONNECTOR)
        changed = replace(CONNECTOR, document="{}", created_at=NOW + 9, changed_at=NOW + 9)

        assert connectors.replace(changed)
        assert replace(changed, created_at=NOW) == kept(connectors, CONNECTOR.id)
        assert not connectors.replace(replace(changed, id="c-9"))

    def test_a_change_that_comes_too_late_is_none(self, connectors: ConnectorRecords) -> None:
        """Who decided at an older revision decides again."""
        before = connectors.revision()
        connectors.add(CONNECTOR, at=before)

        with pytest.raises(Busy):
            connectors.add(replace(CONNECTOR, id="c-2"), at=before)
        with pytest.raises(Busy):
            connectors.replace(replace(CONNECTOR, document="{}"), at=before)
        with pytest.raises(Busy):
            connectors.delete(CONNECTOR.id, at=before)
        assert (CONNECTOR,) == connectors.all()[1]
        assert connectors.delete(CONNECTOR.id, at=connectors.revision())

    def test_a_connector_is_deleted_once(self, connectors: ConnectorRecords) -> None:
        """The second time there is none."""
        connectors.add(CONNECTOR)

        assert connectors.delete(CONNECTOR.id)
        assert not connectors.delete(CONNECTOR.id)
        assert None is kept(connectors, CONNECTOR.id)


KEY = KeyRecord(id="k-1", name="main", access_key_id="AKIAEXAMPLE000000001", created_at=NOW, changed_at=NOW)
SECRET = Secret("secret/one+0123456789")


class KeyRecordsContract:
    """Needs the fixture `keys`."""

    def test_a_key_is_found_by_id_and_by_name(self, keys: KeyRecords) -> None:
        """With its secret where that is asked for."""
        keys.add(KEY, SECRET)

        assert KEY == keys.find("k-1") == keys.find("main")
        assert (KEY, SECRET) == keys.open("k-1") == keys.open("main")
        assert None is keys.find("other")
        assert None is keys.open("other")

    def test_an_id_goes_before_a_name(self, keys: KeyRecords) -> None:
        """Nobody takes a key's place by naming another like its id."""
        keys.add(replace(KEY, id="a-0", name="k-1"), Secret("other/secret+0123456789"))
        keys.add(KEY, SECRET)

        assert (KEY, SECRET) == keys.open("k-1")

    def test_keys_are_listed_by_name(self, keys: KeyRecords) -> None:
        """Without their secrets."""
        keys.add(KEY, SECRET)
        keys.add(replace(KEY, id="k-0", name="zeta"), SECRET)
        keys.add(replace(KEY, id="k-2", name="alpha"), SECRET)

        assert ["alpha", "main", "zeta"] == [key.name for key in keys.all()]

    def test_a_name_is_used_once(self, keys: KeyRecords) -> None:
        """By a new key as well as by a renamed one."""
        keys.add(KEY, SECRET)
        keys.add(replace(KEY, id="k-2", name="ops"), SECRET)

        with pytest.raises(Refused, match="'main'"):
            keys.add(replace(KEY, id="k-3"), SECRET)
        with pytest.raises(Refused, match="'main'"):
            keys.replace(replace(KEY, id="k-2"), None, before=replace(KEY, id="k-2", name="ops"))
        assert ["main", "ops"] == [key.name for key in keys.all()]

    def test_a_change_may_keep_the_secret(self, keys: KeyRecords) -> None:
        """And keeps the moment of creation."""
        keys.add(KEY, SECRET)
        renamed = replace(KEY, name="ops", created_at=NOW + 5, changed_at=NOW + 5)

        keys.replace(renamed, None, before=KEY)
        there = replace(renamed, created_at=NOW)
        assert (there, SECRET) == keys.open("ops")
        keys.replace(renamed, Secret("secret/two+0123456789"), before=there)
        assert (there, Secret("secret/two+0123456789")) == keys.open("ops")

    @pytest.mark.parametrize(
        "meanwhile",
        [{"name": "ops"}, {"access_key_id": "AKIAOTHEROTHEROTHER1"}, {"changed_at": NOW + 9}],
    )
    def test_a_change_is_made_to_what_was_looked_at(self, keys: KeyRecords, meanwhile: dict[str, Any]) -> None:
        """Two at once do not make one key of the halves of two."""
        keys.add(replace(KEY, **meanwhile), SECRET)

        with pytest.raises(Busy):
            keys.replace(replace(KEY, access_key_id="AKIATHIRDTHIRD000001"), Secret("three/0123456789"), before=KEY)
        assert ((replace(KEY, **meanwhile)),) == keys.all()
        assert (replace(KEY, **meanwhile), SECRET) == keys.open(KEY.id)

    def test_a_key_is_deleted_once(self, keys: KeyRecords) -> None:
        """By its id, never by its name."""
        keys.add(KEY, SECRET)

        with pytest.raises(Busy):
            keys.delete("k-1", at=7)
        assert not keys.delete("main", at=0)
        with pytest.raises(Busy):
            keys.delete("k-1", at=0)
        assert keys.delete("k-1", at=1)
        assert not keys.delete("k-1", at=2)
        assert () == keys.all()


SERVICE = Service(name="nightly", connectors=("deploy", "artifacts"), token_digest="ab" * 32, created_at=NOW)


class ServiceRecordsContract:
    """Needs the fixture `services`."""

    def test_services_are_kept_by_name(self, services: ServiceRecords) -> None:
        """Each as it was given."""
        other = replace(SERVICE, name="deploy-bot", connectors=())
        services.change(lambda before: before.update({"nightly": SERVICE, "deploy-bot": other}))

        assert (other, SERVICE) == services.all()
        assert SERVICE == services.get("nightly")
        assert None is services.get("NIGHTLY")

    def test_a_change_sees_what_is_there(self, services: ServiceRecords) -> None:
        """And adds, changes and removes in one step."""
        gone, rotated = replace(SERVICE, name="gone"), replace(SERVICE, token_digest="cd" * 32)
        services.change(lambda before: before.update({"nightly": SERVICE, "gone": gone}))

        def change(before: dict[str, Service]) -> None:
            assert {"nightly": SERVICE, "gone": gone} == before
            before["nightly"] = rotated
            del before["gone"]

        services.change(change)
        assert (rotated,) == services.all()

    def test_a_change_that_fails_changes_nothing(self, services: ServiceRecords) -> None:
        """However far it came."""
        services.change(lambda before: before.update({"nightly": SERVICE}))

        def change(before: dict[str, Service]) -> None:
            before.clear()
            raise Refused("no")

        with pytest.raises(Refused):
            services.change(change)
        assert (SERVICE,) == services.all()

    def test_of_many_at_once_none_is_lost(self, services: ServiceRecords) -> None:
        """Each sees what those before it made."""

        def add(number: int) -> None:
            name = f"s{number}"
            services.change(lambda before: before.update({name: replace(SERVICE, name=name)}))

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(add, range(20)))
        assert 20 == len(services.all())
