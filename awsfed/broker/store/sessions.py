"""The sessions that a broker issued."""

from dataclasses import asdict, dataclass

from sqlalchemy import bindparam, delete, insert, or_, select, update

from awsfed.broker.guard.interface import SessionKind, SessionRecord
from awsfed.broker.store.database import Database, Quick
from awsfed.broker.store.tables import SESSIONS

_BY_TOKEN = Quick(select(SESSIONS).where(SESSIONS.c.token_digest == bindparam("wanted")))
_NAMES = tuple(column.name for column in SESSIONS.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSessions:
    """The port SessionRecords over the table."""

    database: Database

    def add(self, record: SessionRecord) -> None:
        """Keep a new session; see the port."""
        with self.database.writing() as connection:
            connection.execute(insert(SESSIONS).values({**asdict(record), "kind": record.kind.value}))

    def get(self, token_digest: str) -> SessionRecord | None:
        """Return a session, live or ended; see the port."""
        row = self.database.first(_BY_TOKEN, {"wanted": token_digest})
        if row is None:
            return None
        known = dict(zip(_NAMES, row, strict=True))
        return SessionRecord(**{**known, "kind": SessionKind(known["kind"])})

    def touch(self, token_digest: str, seen_at: int) -> None:
        """Note when a session was seen last, never an earlier moment than is noted; see the port."""
        is_it = (SESSIONS.c.token_digest == token_digest) & (SESSIONS.c.seen_at < seen_at)
        with self.database.writing() as connection:
            connection.execute(update(SESSIONS).where(is_it).values(seen_at=seen_at))

    def delete(self, token_digest: str) -> bool:
        """Remove a session; its tickets go with it by their foreign key. See the port."""
        with self.database.writing() as connection:
            return bool(connection.execute(delete(SESSIONS).where(SESSIONS.c.token_digest == token_digest)).rowcount)

    def delete_of_user(self, user_key: str) -> int:
        """Remove every session of a user; see the port."""
        with self.database.writing() as connection:
            return int(connection.execute(delete(SESSIONS).where(SESSIONS.c.user_key == user_key)).rowcount)

    def holders(self) -> frozenset[tuple[str, str]]:
        """Return who has sessions; see the port."""
        with self.database.reading() as connection:
            rows = connection.execute(select(SESSIONS.c.user_key, SESSIONS.c.user_name).distinct())
            return frozenset((row.user_key, row.user_name) for row in rows)

    def delete_ended(self, now: int, idle_s: int) -> int:
        """Remove what nobody can use any more; see the port."""
        is_idle = (SESSIONS.c.kind == SessionKind.COOKIE.value) & (SESSIONS.c.seen_at <= now - idle_s)
        is_over = or_(SESSIONS.c.ends_at <= now, is_idle)
        with self.database.writing() as connection:
            return int(connection.execute(delete(SESSIONS).where(is_over)).rowcount)
