"""How often somebody failed to sign in."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from awsfed.broker.guard.interface import Failures
from awsfed.broker.store.database import Database
from awsfed.broker.store.tables import ATTEMPTS


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAttempts:
    """The port AttemptRecords over the table."""

    database: Database

    def get(self, whose: str) -> Failures:
        """Return the failures counted for a digest; see the port."""
        counted = select(ATTEMPTS.c.failures, ATTEMPTS.c.last_at).where(ATTEMPTS.c.whose == whose)
        with self.database.reading() as connection:
            row = connection.execute(counted).first()
        return Failures(count=0, last_at=0.0) if row is None else Failures(count=row.failures, last_at=row.last_at)

    def add(self, whose: str, at: float, *, below: int) -> Failures | None:
        """Count one more in one statement; see the port."""
        first = insert(ATTEMPTS).values(whose=whose, failures=1, last_at=at)
        one_more = {"failures": ATTEMPTS.c.failures + 1, "last_at": func.max(ATTEMPTS.c.last_at, at)}
        has_place = ATTEMPTS.c.failures < below
        counted = first.on_conflict_do_update(index_elements=[ATTEMPTS.c.whose], set_=one_more, where=has_place)
        with self.database.writing() as connection:
            row = connection.execute(counted.returning(ATTEMPTS.c.failures, ATTEMPTS.c.last_at)).first()
        return None if row is None else Failures(count=row.failures, last_at=row.last_at)

    def take_back(self, whose: str, count: int = 1) -> int:
        """Count so many less, in a transaction that nobody else writes in; see the port."""
        is_whose = ATTEMPTS.c.whose == whose
        with self.database.writing() as connection:
            counted = connection.scalar(select(ATTEMPTS.c.failures).where(is_whose)) or 0
            taken = min(count, counted)
            connection.execute(update(ATTEMPTS).where(is_whose).values(failures=counted - taken))
        return taken

    def clear(self, whose: str) -> int:
        """Forget them; see the port."""
        cleared = delete(ATTEMPTS).where(ATTEMPTS.c.whose == whose).returning(ATTEMPTS.c.failures)
        with self.database.writing() as connection:
            return connection.scalar(cleared) or 0

    def delete_before(self, at: float) -> int:
        """Forget whoever failed last before a moment; see the port."""
        with self.database.writing() as connection:
            return int(connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.last_at < at)).rowcount)
