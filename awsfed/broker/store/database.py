"""The database of a broker: one SQLite file in a folder that nobody else can enter."""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, cast

import sqlalchemy
from sqlalchemy import ClauseElement, Connection, Dialect, Engine, PoolProxiedConnection, event
from sqlalchemy.exc import SQLAlchemyError

from awsfed.errors import CorruptEntry, NotFound, StoreError
from awsfed.outside.file_rules import unwritable
from awsfed.outside.files import private_directory, read_private

DATABASE_FILE = "broker.sqlite3"
_BUSY_S = 10.0
_DURABLE = "synchronous=FULL"
_MASK = 0o077
_AT_HAND = 16
_HINTS = {
    "disk is full": "free some space on its disk",
    "unable to open": "look at the mode and owner of its folder, and whether its disk is mounted read-only",
    "readonly": "look at the mode and owner of the file, and whether its disk is mounted read-only",
    "not a database": "restore a backup: awsfed store restore FILE",
    "malformed": "restore a backup: awsfed store restore FILE",
}
"""What to do next, by what SQLite says."""


class _Borrowed:
    """A connection of SQLite's own for one block; a generator would take longer than what happens in most blocks."""

    __slots__ = ("_connection", "_database")

    def __init__(self, database: "Database") -> None:
        self._database = database

    def __enter__(self) -> sqlite3.Connection:
        try:
            self._connection = self._database.at_hand.pop()
        except IndexError:
            self._database.check_place()
            with _translated(self._database.path):
                self._connection = self._database.engine.raw_connection()
        return cast("sqlite3.Connection", self._connection.dbapi_connection)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._connection.invalidate()
            if isinstance(error, sqlite3.Error):
                raise unusable(f"the broker's store {self._database.path}", str(error)) from None
        elif len(self._database.at_hand) < _AT_HAND:
            self._database.at_hand.append(self._connection)
        else:
            self._connection.close()


class Quick:
    """A statement that every vend makes: its text is put together once, and the driver runs it without a layer between.

    Args:
        statement: with a `bindparam` for each value, or an insert of all columns.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._texts: dict[str, tuple[str, tuple[str, ...]]] = {}

    def on(self, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
        """Return the text, and the names of its values in their order."""
        made = self._texts.get(dialect.name)
        if made is None:
            compiled = self._statement.compile(dialect=dialect)
            made = self._texts[dialect.name] = (str(compiled), tuple(getattr(compiled, "positiontup", None) or ()))
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """An open database. What fails on a connection is the last thing that this connection was used for."""

    engine: Engine = field(repr=False)
    path: Path
    file: tuple[int, int]
    """Device and number of the file that was opened."""
    at_hand: list[PoolProxiedConnection] = field(default_factory=list, init=False, repr=False)
    """Some connections that wait for the next block of a `raw`; the pool takes its time."""
    _one_writer: RLock = field(default_factory=RLock, init=False, repr=False)
    """Threads wait in line here; at SQLite's own lock, which other processes hold too, they would have to poll."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection, each of whose statements reads what is newest; raise StoreError where that is impossible.

        Statements that belong together are read in a `snapshot`.
        """
        self.check_place()
        with _translated(self.path), self.engine.connect() as connection, _dropped_on_failure(connection):
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection that sees one moment until the block ends; raise StoreError."""
        with self.reading() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
            connection.exec_driver_sql("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are on disk when the block ends, all or none; raise StoreError.

        It takes SQLite's lock at once and waits for others, since a writer that has read cannot wait any more.
        """
        self._take_turn()
        try:
            with self.reading() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.exec_driver_sql("COMMIT")
            self.check_place()
        finally:
            self._one_writer.release()

    def first(self, statement: Quick, values: Mapping[str, object]) -> tuple[Any, ...] | None:
        """Return the first row that a statement finds; raise StoreError."""
        text, names = statement.on(self.engine.dialect)
        with self.raw() as connection:
            cursor = connection.execute(text, [values[name] for name in names])
            row: tuple[Any, ...] | None = cursor.fetchone()
            cursor.close()  # until then it would keep others from folding the log in
        return row

    def insert(self, *rows: tuple[Quick, Mapping[str, object]], durable: bool = True) -> None:
        """Insert rows, all or none of them, which are on disk afterwards; raise StoreError.

        Those that are not durable are where every other process reads them, and on disk with the next that are.
        """
        self._take_turn()
        try:
            with self.raw() as connection:
                if durable:
                    self._insert(connection, rows)
                else:
                    connection.execute("PRAGMA synchronous=NORMAL")
                    self._insert(connection, rows)
                    connection.execute(f"PRAGMA {_DURABLE}")
            if durable:
                self.check_place()
        finally:
            self._one_writer.release()

    def _insert(self, connection: sqlite3.Connection, rows: Sequence[tuple[Quick, Mapping[str, object]]]) -> None:
        is_alone = len(rows) == 1  # a single statement is a transaction by itself, in a third of the calls
        if not is_alone:
            connection.execute("BEGIN IMMEDIATE")
        for statement, row in rows:
            text, names = statement.on(self.engine.dialect)
            connection.execute(text, [row[name] for name in names])
        if not is_alone:
            connection.execute("COMMIT")

    def raw(self) -> "_Borrowed":
        """Give SQLite's own connection to a block, for what only it can do; raise StoreError."""
        return _Borrowed(self)

    def check_place(self) -> None:
        """Raise StoreError where another file has taken the place of this one.

        What was written just before is with the old one; a connection that is opened from then on has the new one.
        """
        if _file_at(self.path) != self.file:
            raise StoreError(
                f"another file has taken the place of the broker's store {self.path} since it was opened",
                hint="start the server again",
            )

    def close(self) -> None:
        """Close every connection."""
        while self.at_hand:
            self.at_hand.pop().close()
        self.engine.dispose()

    def _take_turn(self) -> None:
        """Wait for one's turn as a writer of this process; raise StoreError where the others take too long."""
        if not self._one_writer.acquire(timeout=_BUSY_S):
            raise StoreError(f"the broker's store {self.path} is busy: others have been writing for {_BUSY_S:g} s")


def unusable(what: str, reason: str) -> StoreError:
    """Return the error for a database of ours, or a copy, for a reason that SQLite gives."""
    hint = next((hint for words, hint in _HINTS.items() if words in reason), None)
    return StoreError(f"{what} cannot be used: {reason}", hint=hint)


def is_there(folder: Path) -> bool:
    """Tell whether there is a database in a folder; raise StoreError where that cannot be seen."""
    try:
        (folder / DATABASE_FILE).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise unwritable(folder / DATABASE_FILE, error, "looked at") from error
    return True


def open_database(folder: Path, *, create: bool = False) -> Database:
    """Open the database in a folder.

    Raises:
        NotFound: there is none, and it is not to be created.
        UnsafePermissions: the folder or a file in it is open to others, or somebody else's.
        StoreError: it cannot be used.
    """
    path = folder / DATABASE_FILE
    if not create and not is_there(folder):
        raise NotFound(f"there is no broker's store in {folder}", hint="awsfed store init")
    private_directory(folder)
    for name in (DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm"):
        _check_file(folder / name)
    if create:
        _create_private(path)
    file = _file_at(path)
    if file is None:
        raise StoreError(f"{path} cannot be opened")
    engine = sqlalchemy.create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": _BUSY_S},
        pool_size=16,
        max_overflow=48,
        pool_timeout=_BUSY_S,
        pool_reset_on_return=None,  # transactions end where they began, here
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    return Database(engine=engine, path=path, file=file)


def _file_at(path: Path) -> tuple[int, int] | None:
    """Return device and number of a file; None where there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - twice in a vend, and a third of the time
    except OSError:
        return None
    return status.st_dev, status.st_ino


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
    for pragma in (
        "journal_mode=WAL",
        _DURABLE,
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={int(_BUSY_S * 1000)}",
    ):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _dropped_on_failure(connection: Connection) -> Iterator[None]:
    """Throw a connection away with whatever it had begun: it may be broken, or older than a change of the files."""
    try:
        yield
    except BaseException:
        connection.invalidate()
        raise


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise unusable(f"the broker's store {path}", str(error)) from None
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__)
        raise unusable(f"the broker's store {path}", reason) from None
