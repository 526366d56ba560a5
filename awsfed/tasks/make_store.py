"""Making the store of a broker: the folder, its tables, and the key that seals it."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from awsfed.broker.store.access_keys import StoredKeys
from awsfed.broker.store.database import DATABASE_FILE, open_database
from awsfed.broker.store.envelope import Envelope
from awsfed.broker.store.holding import hold_alone
from awsfed.broker.store.schema import check_number, schema_of, upgrade
from awsfed.broker.store.sealing import Sealer
from awsfed.outside.clock import Clock
from awsfed.outside.files import private_directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was made."""

    folder: Path
    sealing_key: str
    """Where it is."""
    is_new: bool
    """Whether there was no store, or one that was not made to the end."""
    is_new_key: bool
    """Whether the sealing key was made too."""
    has_access_keys: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeStore:
    """Makes a store, or finishes one whose making was cut off; one that is whole is left alone."""

    folder: Path
    envelope: Envelope
    clock: Clock

    def __call__(self) -> Made:
        """Make it.

        Raises:
            UnsafePermissions: the folder is there, and open to others.
            NotFound, ConfigError: there is no sealing key, and none can be made at its place.
            StoreError: it is the store of another version, or cannot be made.
            Busy: somebody else is making it.
        """
        private_directory(self.folder)
        if self._is_whole():
            return self._made(is_new=False, is_new_key=False)
        with hold_alone(self.folder):
            return self._make()

    def _make(self) -> Made:
        database = open_database(self.folder, create=True)
        try:
            if schema_of(database) is None:
                upgrade(database)
            sealer = Sealer(self.envelope)
            with database.reading() as connection:
                is_sealed = sealer.has_key(connection)
            is_new_key = not is_sealed and self.envelope.make()
            if not is_sealed:
                key = sealer.new_key(int(self.clock.now()))
                with database.writing() as connection:
                    sealer.add_key(connection, key)
        finally:
            database.close()
        return self._made(is_new=True, is_new_key=is_new_key)

    def _is_whole(self) -> bool:
        """Tell whether there is a store with tables and a key.

        Raises:
            StoreError: it is one of another version, or another key sealed it.
            NotFound, ConfigError, AwsUnavailable: its sealing key is not at its place, is none, or cannot be asked.
        """
        if not (self.folder / DATABASE_FILE).exists():
            return False
        database = open_database(self.folder)
        try:
            schema = schema_of(database)
            if schema is None:
                return False
            check_number(schema, str(database.path))
            sealer = Sealer(self.envelope)
            with database.reading() as connection:
                if not sealer.has_key(connection):
                    return False
                sealer.check(connection)
                return True
        finally:
            database.close()

    def _made(self, *, is_new: bool, is_new_key: bool) -> Made:
        with closing(open_database(self.folder)) as database:
            keys = StoredKeys(database=database, sealer=Sealer(self.envelope)).all()
        return Made(
            folder=self.folder,
            sealing_key=self.envelope.place,
            is_new=is_new,
            is_new_key=is_new_key,
            has_access_keys=bool(keys),
        )
