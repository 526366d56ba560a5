"""Which schema a store has, and how it gets the one of this version: never by itself, only when somebody says so."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from awsfed.broker.store.database import Database
from awsfed.broker.store.tables import METADATA
from awsfed.errors import CorruptEntry, StoreError

SCHEMA = "0003"
"""The number of the newest migration."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_TABLE = "alembic_version"


def schema_of(database: Database) -> str | None:
    """Return the schema of a store; None where its tables were not made yet."""
    with database.reading() as connection:
        return _schema(connection)


def check_schema(database: Database) -> None:
    """Raise StoreError where a store has another schema than this version of awsfed works with, or not all of it."""
    check_number(schema_of(database), str(database.path))
    with database.reading() as connection:
        missing = METADATA.tables.keys() - set(inspect(connection).get_table_names())
    if missing:
        message = f"{database.path} is damaged: it has no table {' and no '.join(sorted(missing))}"
        raise CorruptEntry(message, hint="restore a backup: awsfed store restore FILE")


def check_number(found: str | None, name: str) -> None:
    """Raise StoreError for any schema but ours; `name` is the store's, for people."""
    if found is None:
        raise StoreError(f"{name} is no store of awsfed, or one that was not made to the end", hint="awsfed store init")
    if is_newer(found):
        raise StoreError(
            f"{name} was written by a newer version of awsfed: it has schema {found}, and this version knows {SCHEMA}",
            hint="use that version, or restore a backup of before: awsfed store restore FILE",
        )
    if found != SCHEMA:
        raise StoreError(
            f"{name} was written by an older version of awsfed: it has schema {found}, and this one needs {SCHEMA}",
            hint="awsfed store migrate",
        )


def is_newer(schema: str) -> bool:
    """Tell whether a schema is one that this version does not know."""
    return len(schema) != len(SCHEMA) or not schema.isdigit() or schema > SCHEMA


def upgrade(database: Database, *, migrations: Path = _MIGRATIONS) -> None:
    """Bring a store to the newest schema, all of the way or not at all; raise StoreError."""
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    with database.writing() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(f"{database.path} cannot be migrated: {str(error)[:200]}") from error


def _schema(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_TABLE):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)
