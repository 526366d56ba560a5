"""Copies of a store: consistent while it is served, checked before one takes a store's place."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from awsfed.broker.store.database import DATABASE_FILE, Database, unusable
from awsfed.broker.store.holding import HOLD_FILE
from awsfed.broker.store.schema import check_number, is_newer
from awsfed.errors import CorruptEntry, NotFound, Refused
from awsfed.outside.files import private_directory, remove, staged, swap, unwritable_as

_GOOD = "ok"
_COMPANIONS = ("-wal", "-shm", "-journal")
_COUNTED = ("connectors", "access_keys", "services", "events", "sessions")
_FORGOTTEN = ("tickets", "sessions", "attempts")
"""Emptied when a backup is restored: a session that was revoked since must not come back to life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a store or a backup holds."""

    schema: str
    connectors: int
    access_keys: int
    services: int
    events: int
    sessions: int


def back_up(database: Database, target: Path, *, replace: bool) -> Contents:
    """Write a copy of a store as it is at one moment, into a private file; others may write meanwhile.

    Raises:
        Refused: there is such a file already, or it is the store itself.
        StoreError: it cannot be written, or the store cannot be read.
    """
    if _belongs_to(database, target):
        raise Refused(f"{target} belongs to the store itself", hint="choose another name")
    if not replace and os.path.lexists(target):
        raise Refused(f"there is a file {target} already", hint="choose another name, or use --force")
    with unwritable_as(target), staged(target, b"", mode=0o600) as temporary:
        with database.raw() as source, _sqlite(target), closing(sqlite3.connect(temporary)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
        contents = look_into(temporary, name=str(target))
        _sync(temporary)
        swap(temporary, target)
    return contents


def restore(source: Path, folder: Path, *, replace: bool) -> Contents:
    """Put a backup into the place of a store which nobody holds; all of it or nothing.

    Nobody is signed in afterwards.

    Raises:
        NotFound: there is no such file.
        Refused: there is a store already.
        StoreError: the file is no good backup, or is of a newer version; nothing is touched then.
    """
    target = folder / DATABASE_FILE
    if not source.is_file():
        raise NotFound(f"there is no file {source}")
    if not replace and os.path.lexists(target):
        raise Refused(f"there is a store in {folder} already", hint="to lose it for good, use --force")
    contents = look_into(source)
    private_directory(folder)
    with unwritable_as(target), staged(target, b"", mode=0o600) as temporary:
        with _sqlite(source), closing(_reading(source)) as backup, closing(sqlite3.connect(temporary)) as copy:
            backup.backup(copy)
            for table in _FORGOTTEN:
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 - one of the names above
            copy.commit()
        _sync(temporary)
        _fold_in(target)
        for companion in _COMPANIONS:  # of the store that goes; SQLite would mend the new one by them
            remove(target.with_name(target.name + companion))
        swap(temporary, target)
    return contents


def _belongs_to(database: Database, target: Path) -> bool:
    """Tell whether a file is one that the store works with, whatever it is called here."""
    own = (database.path, *(database.path.with_name(database.path.name + end) for end in _COMPANIONS))
    names = {path.name for path in own} | {HOLD_FILE}
    try:
        if target.name in names and target.absolute().parent.resolve() == database.path.absolute().parent.resolve():
            return True
        return target.exists() and any(path.exists() and target.samefile(path) for path in own)
    except (OSError, RuntimeError):  # what cannot be looked at cannot be written either, and says why
        return False


def _fold_in(path: Path) -> None:
    """Write what is in the log of a store into its file: until another takes its place, nothing of it is lost."""
    if path.exists():
        with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def look_into(path: Path, *, name: str | None = None) -> Contents:
    """Return what a database file holds, once it is certain that it is one of ours in one piece.

    Raises:
        StoreError: it is not, or of a newer version of awsfed.
    """
    name = name or str(path)
    with _sqlite(Path(name)), closing(_reading(path)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
        if found != [_GOOD] or connection.execute("PRAGMA foreign_key_check").fetchone():
            raise CorruptEntry(f"{name} is damaged", hint="restore a backup: awsfed store restore FILE")
        kinds = {row[0] for row in connection.execute("SELECT type FROM sqlite_master")}
        if not kinds <= {"table", "index"}:
            raise CorruptEntry(f"{name} holds more than tables, which awsfed never made", hint="use another backup")
        schema = _schema(connection)
        if schema is None or is_newer(schema):
            check_number(schema, name)
        counts = {table: _count(connection, table) for table in _COUNTED}
        return Contents(schema=str(schema), **counts)


def _schema(connection: sqlite3.Connection) -> str | None:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _count(connection: sqlite3.Connection, table: str) -> int:
    """Return how many rows a table has; none where an older version had no such table."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
        return 0
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - one of our own names


def _reading(path: Path) -> sqlite3.Connection:
    """Open a database that is looked at and never changed."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.execute("PRAGMA trusted_schema=OFF")
    return connection


@contextmanager
def _sqlite(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise unusable(str(path), str(error)) from None


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
