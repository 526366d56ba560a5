"""Numbers that grow with a table, so that whoever keeps a parsed copy of it sees at one look that it is old."""

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from awsfed.broker.store.database import Database, Quick
from awsfed.broker.store.tables import REVISIONS
from awsfed.errors import Busy

_NUMBER = select(REVISIONS.c.number).where(REVISIONS.c.what == bindparam("what"))
_QUICK = Quick(_NUMBER)


def revision(database: Database, what: str) -> int:
    """Return the number of a table; 0 where it never changed."""
    row = database.first(_QUICK, {"what": what})
    return int(row[0]) if row else 0


def revision_in(connection: Connection, what: str) -> int:
    """Return the number of a table as a transaction sees it."""
    return connection.scalar(_NUMBER, {"what": what}) or 0


def grow(connection: Connection, what: str, *, at: int | None) -> None:
    """Count one change, in the transaction that makes it; raise Busy where it was decided at another revision."""
    if at is not None and at != revision_in(connection, what):
        raise Busy(f"somebody else changed the {what} at the same time", hint="try again")
    first = insert(REVISIONS).values(what=what, number=1)
    connection.execute(
        first.on_conflict_do_update(index_elements=[REVISIONS.c.what], set_={"number": REVISIONS.c.number + 1})
    )
