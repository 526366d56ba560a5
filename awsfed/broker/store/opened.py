"""A store that is open: its database, the key that seals it, and every table behind its port."""

from dataclasses import dataclass

from awsfed.broker.store.access_keys import StoredKeys
from awsfed.broker.store.attempts import StoredAttempts
from awsfed.broker.store.audit import StoredEvents
from awsfed.broker.store.connectors import StoredConnectors
from awsfed.broker.store.database import Database
from awsfed.broker.store.sealing import Sealer
from awsfed.broker.store.services import StoredServices
from awsfed.broker.store.sessions import StoredSessions
from awsfed.broker.store.tickets import StoredTickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Everything that a broker keeps; threads may share it."""

    database: Database
    sealer: Sealer

    @property
    def sessions(self) -> StoredSessions:
        """The sessions that were issued."""
        return StoredSessions(database=self.database)

    @property
    def tickets(self) -> StoredTickets:
        """The tickets into the console."""
        return StoredTickets(database=self.database)

    @property
    def attempts(self) -> StoredAttempts:
        """The failed attempts to sign in."""
        return StoredAttempts(database=self.database)

    @property
    def events(self) -> StoredEvents:
        """The trail."""
        return StoredEvents(database=self.database)

    @property
    def connectors(self) -> StoredConnectors:
        """The connectors that administrators made."""
        return StoredConnectors(database=self.database)

    @property
    def services(self) -> StoredServices:
        """The service principals."""
        return StoredServices(database=self.database)

    @property
    def keys(self) -> StoredKeys:
        """The access keys, their secrets sealed."""
        return StoredKeys(database=self.database, sealer=self.sealer)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
