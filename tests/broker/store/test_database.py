"""Who can get at the files of a store, and what becomes of trouble with them."""

import contextlib
import os
import re
import signal
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from contracts.records import CONNECTOR, SESSION, kept, link
from fakes.clock import FakeClock
from sqlalchemy import text

from awsfed.broker.store.database import is_there, open_database
from awsfed.broker.store.holding import hold, hold_alone
from awsfed.broker.store.opened import Store
from awsfed.errors import Busy, NotFound, StoreError, UnsafePermissions
from awsfed.outside.locks import locked

FILES = ("broker.sqlite3", "broker.sqlite3-wal", "broker.sqlite3-shm")


def modes(folder: Path) -> dict[str, int]:
    """Return the mode of every file in a folder."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_nobody_else_can_read_any_file(store: Store, folder: Path) -> None:
    """The log and the index beside the database neither, while they are there; whatever the umask."""
    before = os.umask(0)
    try:
        with store.database.writing():
            store.database.path.stat()
        assert set(FILES) <= set(modes(folder))
        assert {0o600} == set(modes(folder).values())
        assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    finally:
        os.umask(before)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_others_can_read_is_refused(store: Store, folder: Path, name: str) -> None:
    """With the command that mends it; and a link in place of it too."""
    (folder / name).chmod(0o640)

    with pytest.raises(UnsafePermissions, match=f"{name} is open to other users") as caught:
        open_database(folder)
    assert f"chmod 600 {folder / name}" == caught.value.hint
    (folder / name).rename(folder / "away")
    (folder / name).symlink_to(folder / "away")
    with pytest.raises(UnsafePermissions, match="symbolic link"):
        open_database(folder)


def test_every_commit_is_on_disk_and_nothing_is_left_of_what_was_deleted(store: Store) -> None:
    """A power cut takes no link of the trail, and a secret that was sealed anew is not in a page that is free now."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    with store.database.raw() as connection:
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}

    assert wanted == found


def test_what_need_not_be_on_disk_outlives_the_process(store: Store, folder: Path) -> None:
    """Everybody reads it at once; the connection that wrote it lets what comes then wait for the disk again."""
    with store.database.raw() as connection:
        said: list[str] = []
        connection.set_trace_callback(said.append)
    store.events.append([link(1)], durable=False)
    store.events.append([link(2)])

    assert ["NORMAL", "INSERT", "FULL", "INSERT"] == [re.split("[ =]", text)[-1 if "=" in text else 0] for text in said]
    with store.database.raw() as connection:
        assert 2 == connection.execute("PRAGMA synchronous").fetchone()[0]
    if os.fork() == 0:
        try:
            store.events.append([link(3)], durable=False)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.wait()
    with contextlib.closing(sqlite3.connect(folder / "broker.sqlite3")) as other:
        assert [(1,), (2,), (3,)] == other.execute("SELECT number FROM events ORDER BY number").fetchall()


@pytest.mark.parametrize("is_there", [True, False])
def test_what_was_written_into_a_file_that_another_replaced_is_not_kept(
    store: Store, folder: Path, *, is_there: bool
) -> None:
    """Nobody who opens the store now finds it; it is an error every time, until the store is opened again."""
    database = store.database
    if is_there:
        (folder / "other").write_bytes(database.path.read_bytes())
        (folder / "other").chmod(0o600)
        (folder / "other").replace(database.path)
    else:
        database.path.unlink()

    for _ in range(2):
        with pytest.raises(StoreError, match="another file has taken the place"):
            store.events.append([link(1)])
        with pytest.raises(StoreError, match="another file has taken the place"):
            store.connectors.add(CONNECTOR)
        with pytest.raises(StoreError, match="another file has taken the place"):
            store.sessions.add(SESSION)
    assert is_there == database.path.exists()


def test_a_database_that_cannot_be_seen_is_not_a_missing_one(folder: Path) -> None:
    """As for a user who may not enter the folder: whoever takes it for missing leaves its sessions alive."""
    long = folder.parent / ("x" * 300)

    with pytest.raises(StoreError, match="cannot be looked at"):
        is_there(long)
    with pytest.raises(StoreError, match="cannot be looked at"):
        open_database(long)
    assert not is_there(folder / "none")


def test_a_file_that_is_no_database_is_told_with_what_to_do(store: Store) -> None:
    """However it is opened."""
    store.database.close()
    store.database.path.write_bytes(b"x" * 8192)

    for opening in (store.database.reading, store.database.raw):
        with pytest.raises(StoreError, match="not a database") as caught, opening() as connection:
            raise AssertionError(connection)
        assert "restore a backup: awsfed store restore FILE" == caught.value.hint


def test_a_folder_that_others_can_enter_is_refused(store: Store, folder: Path) -> None:
    """However private the files in it are."""
    folder.chmod(0o755)

    with pytest.raises(UnsafePermissions, match="open to other users"):
        open_database(folder)


def test_there_is_no_store(tmp_path: Path) -> None:
    """Then none is made by looking."""
    with pytest.raises(NotFound) as caught:
        open_database(tmp_path / "none")

    assert "awsfed store init" == caught.value.hint
    assert not (tmp_path / "none").exists()


def test_a_file_that_is_no_database_is_told(store: Store, folder: Path) -> None:
    """As a store that cannot be used, without a word of what was asked."""
    store.close()
    (folder / FILES[0]).write_bytes(b"this is no database, " * 400)
    database = open_database(folder)

    with pytest.raises(StoreError, match="not a database") as caught:
        Store(database=database, sealer=store.sealer).keys.all()
    assert "SELECT" not in caught.value.message
    database.close()


def test_a_block_that_fails_changes_nothing(store: Store) -> None:
    """All of a transaction is there afterwards, or none of it."""
    revision = store.connectors.revision()

    with pytest.raises(StoreError):
        store.connectors.add(CONNECTOR)
    assert revision == store.connectors.revision()


def test_writers_wait_for_each_other(store: Store, folder: Path) -> None:
    """Threads of one process and processes beside it; none is sent away."""
    beside = open_database(folder)
    other = Store(database=beside, sealer=store.sealer)
    before = store.connectors.revision()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: (store if n % 2 else other).connectors.replace(CONNECTOR), range(60)))

    assert before + 60 == store.connectors.revision()
    beside.close()


def test_a_store_that_is_locked_for_long_is_told(store: Store, folder: Path) -> None:
    """In one sentence; readers go on meanwhile."""
    holder = sqlite3.connect(folder / FILES[0], isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with store.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=10")  # of the one connection that there is

    assert kept(store.connectors, CONNECTOR.id)
    with pytest.raises(StoreError, match="locked"):
        store.attempts.clear("x")
    holder.close()


def test_a_connection_that_failed_is_not_used_again(store: Store) -> None:
    """Those that were opened while the files could only be read would stay so; whoever comes next gets a new one."""
    for number in (1, 2):
        with contextlib.suppress(StoreError), store.database.writing() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
            connection.execute(text("UPDATE revisions SET number = 0"))
            raise AssertionError
        with store.database.raw() as raw:
            raw.execute("PRAGMA query_only=ON")
        with pytest.raises(StoreError, match="readonly"):
            store.events.append([link(number)])
        assert store.connectors.replace(CONNECTOR)
        store.events.append([link(number)])


def test_what_was_begun_on_a_connection_ends_with_the_block(store: Store) -> None:
    """Whatever raises in it, nothing of it is seen by the next one."""
    before = store.connectors.revision()
    change = text("UPDATE revisions SET number = number + 1")
    for give in (store.database.writing, store.database.snapshot):
        with contextlib.suppress(ZeroDivisionError), give() as connection:
            connection.execute(change)
            raise ZeroDivisionError
        with store.database.snapshot() as connection:
            connection.execute(change)

    assert before == store.connectors.revision()


class TestHolding:
    def test_servers_share_a_store(self, folder: Path, store: Store) -> None:
        """And whoever wants it alone is told to stop them."""
        with hold(folder), hold(folder), pytest.raises(Busy, match="a server is at work"), hold_alone(folder):
            raise AssertionError

    def test_a_server_does_not_start_while_a_store_is_changed(self, folder: Path, store: Store) -> None:
        """Afterwards it does."""
        with hold_alone(folder), pytest.raises(Busy, match="changed as a whole"), hold(folder):
            raise AssertionError
        with hold(folder):
            assert {0o600} == set(modes(folder).values())

    def test_a_lock_of_another_kind_excludes_both(self, folder: Path, store: Store) -> None:
        """It is the same lock to the system."""
        with locked(folder / "held.lock", timeout_s=0, clock=FakeClock()), pytest.raises(Busy), hold(folder):
            raise AssertionError

    def test_a_link_is_no_lock(self, folder: Path, store: Store) -> None:
        """Nobody makes us lock somebody else's file."""
        (folder / "held.lock").unlink()
        (folder / "held.lock").symlink_to(folder / "elsewhere")

        with pytest.raises(UnsafePermissions), hold(folder):
            raise AssertionError
