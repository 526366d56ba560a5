"""Migrations of a store from before."""

from pathlib import Path
from typing import NoReturn

import pytest
from fakes.clock import FakeClock
from sqlalchemy import text

from awsfed.broker.store.backup import look_into
from awsfed.broker.store.database import Database, open_database
from awsfed.broker.store.envelope import HeldKey
from awsfed.broker.store.schema import SCHEMA, schema_of
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
    real = KeepStore(folder=keeper.folder, envelope=lambda: KEY, envelope_at=elsewhere, clock=keeper.clock)

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
