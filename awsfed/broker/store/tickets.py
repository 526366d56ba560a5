"""The tickets into the console that were not used yet."""

from dataclasses import asdict, dataclass

from sqlalchemy import bindparam, delete, insert, select

from awsfed.broker.guard.interface import TicketRecord
from awsfed.broker.store.database import Database, Quick
from awsfed.broker.store.tables import TICKETS

_BY_DIGEST = Quick(select(TICKETS.c.ticket_digest).where(TICKETS.c.ticket_digest == bindparam("wanted")))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTickets:
    """The port TicketRecords over the table."""

    database: Database

    def add(self, record: TicketRecord) -> None:
        """Keep a new ticket of a session that is there; see the port."""
        with self.database.writing() as connection:
            connection.execute(insert(TICKETS).values(asdict(record)))

    def take(self, ticket_digest: str) -> TicketRecord | None:
        """Remove a ticket and return it, in one statement; see the port."""
        if self.database.first(_BY_DIGEST, {"wanted": ticket_digest}) is None:
            return None  # which nobody has to write for
        taken = delete(TICKETS).where(TICKETS.c.ticket_digest == ticket_digest).returning(TICKETS)
        with self.database.writing() as connection:
            row = connection.execute(taken).mappings().first()
        return None if row is None else TicketRecord(**row)

    def delete_ended(self, now: int) -> int:
        """Remove the tickets that ended unused; see the port."""
        with self.database.writing() as connection:
            return int(connection.execute(delete(TICKETS).where(TICKETS.c.ends_at <= now)).rowcount)
