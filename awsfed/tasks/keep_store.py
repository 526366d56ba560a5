"""Looking after the store of a broker: migrations, backups, a new seal, and a check of everything."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from awsfed.broker.audit.interface import Changes
from awsfed.broker.store.backup import Contents, back_up, look_into, restore
from awsfed.broker.store.database import Database, open_database
from awsfed.broker.store.envelope import Envelope
from awsfed.broker.store.holding import hold_alone
from awsfed.broker.store.resealing import open_all, reseal
from awsfed.broker.store.schema import SCHEMA, check_schema, is_newer, schema_of, upgrade
from awsfed.broker.store.sealing import Sealer
from awsfed.model.text import shown
from awsfed.outside.clock import Clock
from awsfed.outside.files import private_directory
from awsfed.settings.values import SealingReference

Opening = AbstractContextManager[Changes]
Trails = Callable[[Database], Opening]
"""Opens the trail of a store, to write down what is done to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What became of a migration."""

    before: str
    after: str
    backup: Path | None
    """Where the store of before is; None where there was nothing to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resealed:
    """What became of the seal."""

    secrets: int
    place: str
    """Where the wrapping key is now."""
    is_new_key: bool
    """Whether that key was made too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found to be good."""

    contents: Contents
    secrets: int
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepStore:
    """Every verb raises NotFound where there is no store, and StoreError where it cannot be used."""

    folder: Path
    envelope: Callable[[], Envelope]
    """The key that the settings name."""
    envelope_at: Callable[[SealingReference], Envelope]
    clock: Clock
    trails: Callable[[], Trails]
    """Loads the key that signs what is written down; raises where it is not to be had."""
    actor: str
    """Whoever runs the command."""
    upgrade: Callable[[Database], None] = upgrade

    def migrate(self) -> Migrated:
        """Bring the store to the schema of this version, after a backup beside it; raise Busy while it is served."""
        trails = self.trails()
        with hold_alone(self._there()), _opened(self.folder) as database:
            before = schema_of(database)
            if before is None or before == SCHEMA or is_newer(before):
                check_schema(database)
                return Migrated(before=SCHEMA, after=SCHEMA, backup=None)
            backup = self.folder / f"before-{SCHEMA}-{int(self.clock.now())}.backup"
            back_up(database, backup, replace=False)
            self.upgrade(database)
            self._note(trails(database), "migrate store", {"from": before, "to": SCHEMA})
            return Migrated(before=before, after=SCHEMA, backup=backup)

    def back_up(self, target: Path, *, replace: bool) -> Contents:
        """Write a backup while servers go on; raise Refused where there is such a file."""
        with _opened(self._there()) as database:
            return back_up(database, target, replace=replace)

    def restore(self, source: Path, *, replace: bool) -> Contents:
        """Put a backup into the place of the store; raise Busy while it is served, Refused where there is one."""
        trails = self.trails()
        private_directory(self.folder)
        with hold_alone(self.folder):
            contents = restore(source, self.folder, replace=replace)
            with _opened(self.folder) as database:
                if schema_of(database) == SCHEMA:  # an older one has to be migrated first
                    details = {"file": shown(source.name), "events": str(contents.events)}
                    self._note(trails(database), "restore store", details)
        return contents

    def reseal(self, to: SealingReference | None) -> Resealed:
        """Seal every secret with a new key, wrapped by the key at another place where one is named.

        Servers may go on while the wrapping key stays: they find the new key in the store.

        Raises:
            Busy: another wrapping key was named, and the store is served with the one of before.
        """
        trails = self.trails()
        if to is None:
            return self._resealed(self.envelope(), trails, is_new_key=False)
        with hold_alone(self._there()):
            wrapping = self.envelope_at(to)
            return self._resealed(wrapping, trails, is_new_key=wrapping.make())

    def check(self) -> Checked:
        """Look at everything: modes, the file, its schema, and every secret."""
        envelope = self.envelope()
        with _opened(self._there()) as database:
            check_schema(database)
            contents = look_into(database.path)
            return Checked(contents=contents, secrets=open_all(database, Sealer(envelope)), place=envelope.place)

    def _resealed(self, wrapping: Envelope, trails: Trails, *, is_new_key: bool) -> Resealed:
        with _opened(self._there()) as database:
            check_schema(database)
            with self._noted(trails(database), "reseal store", {"place": wrapping.place}):
                secrets = reseal(database, Sealer(self.envelope()), Sealer(wrapping), now=int(self.clock.now()))
        return Resealed(secrets=secrets, place=wrapping.place, is_new_key=is_new_key)

    @contextmanager
    def _noted(self, opening: Opening, what: str, details: Mapping[str, str]) -> Iterator[None]:
        with opening as trail, trail.change(f"local:{self.actor}", self.actor, what, details):
            yield

    def _note(self, opening: Opening, what: str, details: Mapping[str, str]) -> None:
        """Write down what was done already: before it there was no trail that could be written to."""
        with self._noted(opening, what, details):
            pass

    def _there(self) -> Path:
        """Return the folder, where there is a store in it; raise NotFound, or UnsafePermissions."""
        open_database(self.folder).close()
        return self.folder


def _opened(folder: Path) -> closing[Database]:
    return closing(open_database(folder))
