"""Migrations of a store from before."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from contracts.records import CONNECTOR, EVENT, SECRET
from contracts.records import KEY as ACCESS_KEY
from fakes.changes import FakeChanges
from fakes.clock import FakeClock
from sqlalchemy import text

from awsfed.broker.audit.trail import ChainTrail
from awsfed.broker.store.backup import look_into
from awsfed.broker.store.database import Database, open_database
from awsfed.broker.store.envelope import HeldKey
from awsfed.broker.store.opened import Store
from awsfed.broker.store.schema import SCHEMA, schema_of, upgrade
from awsfed.broker.store.sealing import Sealer
from awsfed.broker.store.tables import METADATA
from awsfed.errors import StoreError
from awsfed.model.secret import Secret
from awsfed.settings.values import SealingReference
from awsfed.tasks.keep_store import KeepStore
from awsfed.tasks.make_store import MakeStore

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
        trail=no_trail,
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


def as_of_0001(folder: Path) -> Database:
    """Make a store as the first version of the tables had it."""
    MakeStore(folder=folder, envelope=KEY, clock=FakeClock())()
    database = open_database(folder)
    with database.writing() as connection:
        for statement in (
            "DROP TABLE services",
            "CREATE INDEX ix_events_access_key_id ON events (access_key_id)",
            "CREATE INDEX ix_events_at ON events (at)",
            "CREATE INDEX ix_events_connector ON events (connector)",
            "CREATE INDEX ix_events_user_name ON events (user_name)",
            "UPDATE alembic_version SET version_num = '0001'",
        ):
            connection.execute(text(statement))
    return database


def test_a_store_of_the_first_version_is_brought_to_this_one(tmp_path: Path) -> None:
    """With everything in it, by the migrations that are shipped; and that it was is in its trail."""
    folder, clock, changes = tmp_path / "store", FakeClock(), FakeChanges()
    database = as_of_0001(folder)
    store = Store(database=database, sealer=Sealer(KEY))
    store.connectors.add(CONNECTOR)
    store.keys.add(ACCESS_KEY, SECRET)
    trail = ChainTrail(records=store.events)
    for number in range(3):
        trail.append(replace(EVENT, access_key_id=f"ASIA{number}"))
    store.close()

    @contextmanager
    def noting(_: Database) -> Iterator[FakeChanges]:
        yield changes

    keeper = KeepStore(
        folder=folder, envelope=lambda: KEY, envelope_at=elsewhere, clock=clock, trail=noting, actor="root"
    )
    migrated = keeper.migrate()

    assert ("0001", SCHEMA) == (migrated.before, migrated.after)
    assert [("root", "migrate store", {"from": "0001", "to": SCHEMA})] == changes.noted
    checked = keeper.check()
    assert (1, 1, 3) == (checked.contents.connectors, checked.contents.access_keys, checked.contents.events)
    store = Store(database=open_database(folder), sealer=Sealer(KEY))
    assert (ACCESS_KEY, SECRET) == store.keys.open("main")
    assert 1 == len(list(store.events.links_with("ASIA1")))
    assert () == store.services.all()
    with store.database.reading() as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection), METADATA)
    store.close()
