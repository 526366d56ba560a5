"""Migrations: explicit, all or nothing, and never behind what the tables say."""

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from contracts.records import KEY, SECRET
from sqlalchemy import text

from awsfed.broker.store import schema
from awsfed.broker.store.database import open_database
from awsfed.broker.store.opened import Store
from awsfed.broker.store.schema import SCHEMA, check_schema, schema_of, upgrade
from awsfed.broker.store.tables import METADATA
from awsfed.errors import StoreError

MIGRATIONS = Path(schema.__file__).parent / "migrations"
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("access_keys") as table:
        table.add_column(sa.Column("note", sa.Text(), nullable=False, server_default="none"))
    {more}
"""


def set_schema(store: Store, number: str) -> None:
    """Let a store say that it has a schema."""
    with store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})


def next_version(tmp_path: Path, more: str = "") -> Path:
    """Return the migrations of a later version."""
    folder = tmp_path / "100%" / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    (folder / "versions" / "0004_note.py").write_text(NEXT.format(more=more))
    return folder


def test_migrations_lead_to_the_tables(tmp_path: Path) -> None:
    """Whoever changes a table writes a migration: a column, an index, a constraint."""
    database = open_database(tmp_path / "store", create=True)
    upgrade(database)

    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert [] == compare_metadata(context, METADATA)
    assert SCHEMA == schema_of(database) == ScriptDirectory(str(MIGRATIONS)).get_current_head()
    check_schema(database)
    database.close()


def test_an_upgrade_keeps_what_is_there(store: Store, tmp_path: Path) -> None:
    """Also where a table is copied for it, and where the path has a character that Alembic's settings know."""
    upgrade(store.database, migrations=next_version(tmp_path))

    assert "0004" == schema_of(store.database)
    assert (KEY, SECRET) == store.keys.open("main")
    with store.database.reading() as connection:
        assert "none" == connection.scalar(text("SELECT note FROM access_keys WHERE id = 'k-1'"))


def test_an_upgrade_that_fails_changes_nothing(store: Store, tmp_path: Path) -> None:
    """Not even what was done before it failed."""
    with pytest.raises(StoreError):
        upgrade(store.database, migrations=next_version(tmp_path, 'op.drop_table("nobody")'))

    check_schema(store.database)
    with store.database.reading() as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection), METADATA)


@pytest.mark.parametrize(
    ("number", "said", "hint"),
    [
        ("0000", "older version of awsfed: it has schema 0000, and this one needs 0003", "awsfed store migrate"),
        ("0004", "newer version of awsfed: it has schema 0004", "use that version"),
        ("f00d", "newer version", "use that version"),
        ("00003", "newer version", "use that version"),
    ],
)
def test_another_schema_is_told_with_the_way_out(store: Store, number: str, said: str, hint: str) -> None:
    """In one sentence; nothing is migrated by itself."""
    set_schema(store, number)

    with pytest.raises(StoreError, match=said) as caught:
        check_schema(store.database)
    assert hint in (caught.value.hint or "")
    assert number == schema_of(store.database)


def test_a_database_without_tables_is_no_store(tmp_path: Path) -> None:
    """Such as one whose making was cut off."""
    database = open_database(tmp_path / "store", create=True)

    with pytest.raises(StoreError) as caught:
        check_schema(database)
    assert "awsfed store init" == caught.value.hint
    database.close()
