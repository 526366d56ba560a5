"""The database of a broker: one SQLite file in a folder that nobody else can enter."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, cast

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import SQLAlchemyError

from awsfed.errors import CorruptEntry, NotFound, StoreError
from awsfed.outside.files import private_directory, read_private

DATABASE_FILE = "broker.sqlite3"
_BUSY_S = 10.0
_MASK = 0o077
_IMMEDIATE = "awsfed_immediate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """An open database; every verb of the tables runs in one of its transactions."""

    engine: Engine = field(repr=False)
    writer: Engine = field(repr=False)
    """The same one, with transactions that begin as those of writers."""
    path: Path
    _one_writer: RLock = field(default_factory=RLock, init=False, repr=False)
    """Threads wait in line here; at SQLite's own lock, which other processes hold too, they would have to poll."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with; raise StoreError where the database cannot be used."""
        with _translated(self.path), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are on disk when the block ends, all or none; raise StoreError."""
        with self._one_writer, _translated(self.path), self.writer.begin() as connection:
            yield connection

    @contextmanager
    def raw(self) -> Iterator[sqlite3.Connection]:
        """Give SQLite's own connection, for what only it can do; raise StoreError."""
        with _translated(self.path):
            borrowed = self.engine.raw_connection()
        try:
            yield cast("sqlite3.Connection", borrowed.driver_connection)
        finally:
            borrowed.close()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(folder: Path, *, create: bool = False) -> Database:
    """Open the database in a folder.

    Raises:
        NotFound: there is none, and it is not to be created.
        UnsafePermissions: the folder or a file in it is open to others, or somebody else's.
        StoreError: it cannot be used.
    """
    path = folder / DATABASE_FILE
    if not create and not path.exists():
        raise NotFound(f"there is no broker's store in {folder}", hint="awsfed store init")
    private_directory(folder)
    for name in (DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm"):
        _check_file(folder / name)
    if create:
        _create_private(path)
    engine = sqlalchemy.create_engine(
        f"sqlite:///{path}", connect_args={"timeout": _BUSY_S}, pool_size=16, max_overflow=48, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Database(engine=engine, writer=engine.execution_options(**{_IMMEDIATE: True}), path=path)


def _check_file(path: Path) -> None:
    """Raise UnsafePermissions for a file that others can read; nothing of it is read."""
    if os.path.lexists(path):
        try:
            read_private(path, limit=0)
        except CorruptEntry:
            return  # it is longer than nothing, as it should be


def _create_private(path: Path) -> None:
    """Create an empty file with mode 0600; SQLite gives its companions the mode of the database."""
    before = os.umask(_MASK)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(f"{path} cannot be created: {error.strerror}") from error
    finally:
        os.umask(before)


def _prepare(connection: Any, _: Any) -> None:
    """Set up one connection: write-ahead log, every commit on disk, foreign keys; transactions begin as we say."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={int(_BUSY_S * 1000)}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin; a writer takes its lock at once and waits for others, since one that has read cannot wait any more."""
    is_writer = connection.get_execution_options().get(_IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__)
        raise StoreError(f"the broker's store {path} cannot be used: {reason}") from None
