"""A new key for everything that is sealed, and perhaps another one that wraps it."""

from sqlalchemy import delete, select, update

from awsfed.broker.store.database import Database
from awsfed.broker.store.sealing import SEALED, Cell, Sealer
from awsfed.broker.store.tables import SEALING_KEYS


def reseal(database: Database, old: Sealer, new: Sealer, *, now: int) -> int:
    """Seal every secret with a new key, and remove the keys of before; return how many secrets there are.

    It is one transaction: whenever it is cut off, everything opens as before, or everything opens with the new key.

    Raises:
        StoreError: a secret does not open; then nothing changes.
    """
    with database.reading() as connection:
        old.check(connection)
    key = new.new_key(now)  # before anybody has to wait for us: this may ask KMS
    count = 0
    with database.writing() as connection:
        before = list(connection.scalars(select(SEALING_KEYS.c.id)))
        new.add_key(connection, key)
        for table, column in SEALED:
            for row in connection.execute(select(table.c.id, column)).all():
                cell = Cell(table=table.name, row=row[0], column=column.name)
                sealed = new.seal_with(connection, key.id, cell, old.open(connection, cell, row[1]))
                connection.execute(update(table).where(table.c.id == row[0]).values({column.name: sealed}))
                count += 1
        connection.execute(delete(SEALING_KEYS).where(SEALING_KEYS.c.id.in_(before)))
    return count


def open_all(database: Database, sealer: Sealer) -> int:
    """Open every secret, one after the other; return how many there are, raise StoreError for the first that fails."""
    count = 0
    with database.snapshot() as connection:
        sealer.check(connection)
        for table, column in SEALED:
            for row in connection.execute(select(table.c.id, column)):
                sealer.open(connection, Cell(table=table.name, row=row[0], column=column.name), row[1])
                count += 1
    return count
