"""The tables of the store, and the fakes that stand in for them elsewhere, keep the same promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from contracts.records import (
    KEY,
    SECRET,
    TICKET,
    AttemptRecordsContract,
    ConnectorRecordsContract,
    EventRecordsContract,
    KeyRecordsContract,
    ServiceRecordsContract,
    SessionRecordsContract,
    TicketRecordsContract,
)
from fakes.records import (
    FakeAttempts,
    FakeConnectors,
    FakeEvents,
    FakeKeyRecords,
    FakeSessions,
    FakeTickets,
)

from awsfed.broker.identity.service_file import ServiceFile
from awsfed.broker.store.access_keys import StoredKeys
from awsfed.broker.store.attempts import StoredAttempts
from awsfed.broker.store.audit import StoredEvents
from awsfed.broker.store.connectors import StoredConnectors
from awsfed.broker.store.database import Database, open_database
from awsfed.broker.store.envelope import HeldKey
from awsfed.broker.store.sealing import Sealer
from awsfed.broker.store.services import StoredServices
from awsfed.broker.store.sessions import StoredSessions
from awsfed.broker.store.tables import METADATA
from awsfed.broker.store.tickets import StoredTickets
from awsfed.errors import StoreError
from awsfed.model.secret import Secret
from awsfed.outside.clock import SystemClock


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new store."""
    database = open_database(tmp_path / "store", create=True)
    METADATA.create_all(database.engine)
    yield database
    database.close()


class FakeGuard:
    """Sessions and tickets of one place in memory."""

    @pytest.fixture
    def tickets(self) -> FakeTickets:
        return FakeTickets()

    @pytest.fixture
    def sessions(self, tickets: FakeTickets) -> FakeSessions:
        return FakeSessions(tickets)


class StoredGuard:
    """Sessions and tickets of one database."""

    @pytest.fixture
    def tickets(self, database: Database) -> StoredTickets:
        return StoredTickets(database=database)

    @pytest.fixture
    def sessions(self, database: Database) -> StoredSessions:
        return StoredSessions(database=database)


class TestFakeSessions(FakeGuard, SessionRecordsContract):
    pass


class TestStoredSessions(StoredGuard, SessionRecordsContract):
    pass


class TestFakeTickets(FakeGuard, TicketRecordsContract):
    pass


class TestStoredTickets(StoredGuard, TicketRecordsContract):
    def test_a_ticket_needs_a_session(self, tickets: StoredTickets, sessions: StoredSessions) -> None:
        """One that ended while its ticket was being made gives none."""
        sessions.delete(TICKET.token_digest)

        with pytest.raises(StoreError):
            tickets.add(TICKET)


class TestFakeAttempts(AttemptRecordsContract):
    @pytest.fixture
    def attempts(self) -> FakeAttempts:
        return FakeAttempts()


class TestStoredAttempts(AttemptRecordsContract):
    @pytest.fixture
    def attempts(self, database: Database) -> StoredAttempts:
        return StoredAttempts(database=database)


class TestStoredServices(ServiceRecordsContract):
    @pytest.fixture
    def services(self, database: Database) -> StoredServices:
        return StoredServices(database=database)


class TestServiceFile(ServiceRecordsContract):
    @pytest.fixture
    def services(self, tmp_path: Path) -> ServiceFile:
        return ServiceFile(path=tmp_path / "state" / "services.json", clock=SystemClock())


class TestFakeEvents(EventRecordsContract):
    @pytest.fixture
    def events(self) -> FakeEvents:
        return FakeEvents()


class TestStoredEvents(EventRecordsContract):
    @pytest.fixture
    def events(self, database: Database) -> StoredEvents:
        return StoredEvents(database=database)


class TestFakeConnectors(ConnectorRecordsContract):
    @pytest.fixture
    def connectors(self) -> FakeConnectors:
        return FakeConnectors()


class TestStoredConnectors(ConnectorRecordsContract):
    @pytest.fixture
    def connectors(self, database: Database) -> StoredConnectors:
        return StoredConnectors(database=database)


class TestFakeKeys(KeyRecordsContract):
    @pytest.fixture
    def keys(self) -> FakeKeyRecords:
        return FakeKeyRecords()


class TestStoredKeys(KeyRecordsContract):
    @pytest.fixture
    def keys(self, database: Database) -> StoredKeys:
        wrapping = Secret("A" * 43 + "=")
        sealer = Sealer(HeldKey(place="file:/key", load=lambda: wrapping))
        with database.writing() as connection:
            sealer.add_key(connection, sealer.new_key(1))
        return StoredKeys(database=database, sealer=sealer)

    def test_no_secret_lies_open_in_the_file(self, keys: StoredKeys, database: Database) -> None:
        """Neither in the database nor beside it; what is no secret does."""
        keys.add(KEY, SECRET)

        written = b"".join(path.read_bytes() for path in database.path.parent.iterdir())
        assert KEY.access_key_id.encode() in written
        assert SECRET.reveal().encode() not in written
