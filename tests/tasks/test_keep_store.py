"""Migrations of a store from before."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import NoReturn

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from contracts.records import CONNECTOR, SECRET
from contracts.records import KEY as ACCESS_KEY
from fakes.changes import FakeChanges
from fakes.clock import FakeClock
from sqlalchemy import text

from awsfed.broker.audit.chain import START, linked, walk
from awsfed.broker.audit.interface import Event, EventKind
from awsfed.broker.store import schema
from awsfed.broker.store.backup import look_into
from awsfed.broker.store.database import Database, open_database
from awsfed.broker.store.envelope import HeldKey
from awsfed.broker.store.opened import Store
from awsfed.broker.store.schema import SCHEMA, schema_of, upgrade
from awsfed.broker.store.sealing import Sealer
from awsfed.broker.store.tables import METADATA
from awsfed.errors import NotFound, StoreError
from awsfed.model.secret import Secret
from awsfed.settings.values import SealingReference, SealingSource
from awsfed.tasks.keep_store import KeepStore
from awsfed.tasks.make_store import MakeStore

MIGRATIONS = Path(schema.__file__).parent / "migrations"
KEY = HeldKey(place="/key", load=lambda: Secret("A" * 43 + "="))


def elsewhere(_: SealingReference) -> NoReturn:
    """No migration asks for another key."""
    raise AssertionError


def say(database: Database, schema: str) -> None:
    """Let a store say that it has a schema."""
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :schema"), {"schema": schema})


@contextmanager
def no_trail(_: Database) -> Iterator[FakeChanges]:
    """Write nothing down."""
    yield FakeChanges()


@pytest.fixture
def keeper(tmp_path: Path) -> KeepStore:
    """Somebody with a store of an older version."""
    folder, clock = tmp_path / "store", FakeClock()
    MakeStore(folder=folder, envelope=KEY, clock=clock)()
    database = open_database(folder)
    say(database, "0000")
    database.close()
    return KeepStore(
        folder=folder,
        envelope=lambda: KEY,
        envelope_at=elsewhere,
        clock=clock,
        trails=lambda: no_trail,
        actor="root",
        upgrade=lambda database: say(database, SCHEMA),
    )


def test_a_migration_tells_from_where_to_where_and_keeps_what_was(keeper: KeepStore) -> None:
    """The backup is private, and of the schema of before; a second time there is nothing to do."""
    migrated = keeper.migrate()

    assert ("0000", SCHEMA) == (migrated.before, migrated.after)
    assert migrated.backup
    assert "0000" == look_into(migrated.backup).schema
    assert 0o600 == migrated.backup.stat().st_mode & 0o777
    assert SCHEMA == keeper.check().contents.schema
    assert None is keeper.migrate().backup


def test_a_migration_that_fails_leaves_the_store_and_its_backup(keeper: KeepStore) -> None:
    """Nobody knows the way from schema 0000."""
    real = replace(keeper, upgrade=upgrade)

    with pytest.raises(StoreError, match="cannot be migrated"):
        real.migrate()

    database = open_database(keeper.folder)
    assert "0000" == schema_of(database)
    assert 1 == len(list(keeper.folder.glob("*.backup")))
    database.close()


def test_what_could_not_be_written_down_is_not_done(keeper: KeepStore) -> None:
    """Without the key of the trail, neither a migration nor a restore begins."""
    backup = keeper.folder.parent / "b"
    keeper.back_up(backup, replace=False)

    def lost() -> NoReturn:
        raise NotFound("there is no audit key")

    careful = replace(keeper, trails=lost)
    before = (keeper.folder / "broker.sqlite3").stat().st_ino

    def elsewhere(_: object) -> NoReturn:
        raise AssertionError  # no new key is made

    careful = replace(careful, envelope_at=elsewhere)
    there = SealingReference(source=SealingSource.KEYRING)
    for verb in (careful.migrate, lambda: careful.restore(backup, replace=True), lambda: careful.reseal(there)):
        with pytest.raises(NotFound, match="no audit key"):
            verb()
    assert before == (keeper.folder / "broker.sqlite3").stat().st_ino
    assert [] == list(keeper.folder.glob("*.backup"))
    keeper.restore(backup, replace=True)
    assert before != (keeper.folder / "broker.sqlite3").stat().st_ino


def test_an_older_store_is_not_served_nor_sealed_anew(keeper: KeepStore) -> None:
    """Each says what to type; a backup of it can be made."""
    for verb in (
        keeper.check,
        lambda: keeper.reseal(None),
        MakeStore(folder=keeper.folder, envelope=KEY, clock=keeper.clock),
    ):
        with pytest.raises(StoreError) as caught:
            verb()
        assert "awsfed store migrate" == caught.value.hint
    assert "0000" == keeper.back_up(keeper.folder / "b", replace=False).schema


def as_of_0001(folder: Path, migrations: Path) -> Database:
    """Make a store as the first version made it, with a link that has the columns of then."""
    shutil.copytree(MIGRATIONS, migrations)
    for later in (migrations / "versions").glob("000[2-9]_*.py"):
        later.unlink()
    database = open_database(folder, create=True)
    upgrade(database, migrations=migrations)
    event = Event(kind=EventKind.VENDED, at=1.5, source="192.0.2.7", request_id="r-1", access_key_id="ASIA1")
    link = linked(event, "w1", 1, START)
    sealer = Sealer(KEY)
    key = sealer.new_key(1)
    with database.writing() as connection:
        sealer.add_key(connection, key)
        connection.execute(
            text(
                "INSERT INTO events (writer, number, at, kind, access_key_id, text, previous, digest) "
                "VALUES (:writer, :number, 1.5, 'vended', 'ASIA1', :text, :previous, :digest)"
            ),
            asdict(link),
        )
    return database


def test_a_store_of_the_first_version_is_brought_to_this_one(tmp_path: Path) -> None:
    """With everything in it, by the migrations that are shipped; and that it was is in its trail."""
    folder, clock, changes = tmp_path / "store", FakeClock(), FakeChanges()
    store = Store(database=as_of_0001(folder, tmp_path / "migrations"), sealer=Sealer(KEY))
    store.connectors.add(CONNECTOR)
    store.keys.add(ACCESS_KEY, SECRET)
    store.close()

    @contextmanager
    def noting(_: Database) -> Iterator[FakeChanges]:
        yield changes

    keeper = KeepStore(
        folder=folder,
        envelope=lambda: KEY,
        envelope_at=elsewhere,
        clock=clock,
        trails=lambda: noting,
        actor="root",
    )
    migrated = keeper.migrate()

    assert ("0001", SCHEMA) == (migrated.before, migrated.after)
    assert [("root", "migrate store", {"from": "0001", "to": SCHEMA})] == changes.noted
    checked = keeper.check()
    assert (1, 1, 1) == (checked.contents.connectors, checked.contents.access_keys, checked.contents.events)
    store = Store(database=open_database(folder), sealer=Sealer(KEY))
    assert (ACCESS_KEY, SECRET) == store.keys.open("main")
    (link,) = store.events.links_with("ASIA1")
    assert ((), link.digest) == ((walked := walk("w1", store.events.links("w1"), {1})).problems, walked.digests[1])
    assert () == store.services.all()
    with store.database.reading() as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection), METADATA)
    store.close()
