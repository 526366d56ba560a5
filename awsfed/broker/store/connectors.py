"""Connectors that administrators made, as documents."""

from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select, update

from awsfed.broker.store.database import Database
from awsfed.broker.store.interface import ConnectorRecord
from awsfed.broker.store.revisions import grow, revision, revision_in
from awsfed.broker.store.tables import CONNECTORS

_WHAT = CONNECTORS.name


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredConnectors:
    """The port ConnectorRecords over the table."""

    database: Database

    def revision(self) -> int:
        """Return a number that grows with every change; see the port."""
        return revision(self.database, _WHAT)

    def all(self) -> tuple[int, tuple[ConnectorRecord, ...]]:
        """Return the revision and every connector at that moment; see the port."""
        with self.database.snapshot() as connection:
            number = revision_in(connection, _WHAT)
            rows = connection.execute(select(CONNECTORS).order_by(CONNECTORS.c.created_at, CONNECTORS.c.id)).mappings()
            return number, tuple(ConnectorRecord(**row) for row in rows)

    def add(self, record: ConnectorRecord, *, at: int | None = None) -> None:
        """Keep a new one; see the port."""
        with self.database.writing() as connection:
            connection.execute(insert(CONNECTORS).values(asdict(record)))
            grow(connection, _WHAT, at=at)

    def replace(self, record: ConnectorRecord, *, at: int | None = None) -> bool:
        """Put a document in the place of another; see the port."""
        changed = update(CONNECTORS).where(CONNECTORS.c.id == record.id)
        changed = changed.values(document=record.document, changed_at=record.changed_at)
        with self.database.writing() as connection:
            was_there = bool(connection.execute(changed).rowcount)
            grow(connection, _WHAT, at=at)
        return was_there

    def delete(self, connector_id: str, *, at: int | None = None) -> bool:
        """Remove one; see the port."""
        with self.database.writing() as connection:
            was_there = bool(connection.execute(delete(CONNECTORS).where(CONNECTORS.c.id == connector_id)).rowcount)
            grow(connection, _WHAT, at=at)
        return was_there
