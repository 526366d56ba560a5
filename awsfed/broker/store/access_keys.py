"""Long-term access keys: names and ids as they are, secrets sealed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from awsfed.broker.store.database import Database, Quick
from awsfed.broker.store.interface import KeyRecord
from awsfed.broker.store.revisions import grow
from awsfed.broker.store.sealing import Cell, Sealer
from awsfed.broker.store.tables import ACCESS_KEYS, CONNECTORS
from awsfed.errors import Busy, Refused
from awsfed.model.secret import Secret

_KEY = ACCESS_KEYS.c
_ALL = select(ACCESS_KEYS).order_by(_KEY.name)
_WANTED: BindParameter[str] = bindparam("wanted")
_BY_ID_OR_NAME = (
    select(ACCESS_KEYS).where(or_(_KEY.id == _WANTED, _KEY.name == _WANTED)).order_by((_KEY.id == _WANTED).desc())
)
_QUICK = Quick(_BY_ID_OR_NAME)
_NAMES = tuple(column.name for column in ACCESS_KEYS.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKeys:
    """The port KeyRecords over the table."""

    database: Database
    sealer: Sealer

    def all(self) -> tuple[KeyRecord, ...]:
        """Return every key by its name; see the port."""
        with self.database.reading() as connection:
            return tuple(_record(row) for row in connection.execute(_ALL).mappings())

    def find(self, id_or_name: str) -> KeyRecord | None:
        """Return a key, its secret not opened; see the port."""
        with self.database.reading() as connection:
            row = connection.execute(_BY_ID_OR_NAME, {"wanted": id_or_name}).mappings().first()
        return None if row is None else _record(row)

    def open(self, id_or_name: str) -> tuple[KeyRecord, Secret] | None:
        """Return a key and its secret, of one row; see the port."""
        found = self.database.first(_QUICK, {"wanted": id_or_name})
        if found is None:
            return None
        row = dict(zip(_NAMES, found, strict=True))
        secret = self.sealer.open_at_hand(cell(row["id"]), row["sealed_secret"])
        return self._open(id_or_name) if secret is None else (_record(row), secret)

    def _open(self, id_or_name: str) -> tuple[KeyRecord, Secret] | None:
        """Open a secret whose key has to be read too: both as they were at one moment."""
        with self.database.snapshot() as connection:
            row = connection.execute(_BY_ID_OR_NAME, {"wanted": id_or_name}).mappings().first()
            if row is None:
                return None
            return _record(row), self.sealer.open(connection, cell(row["id"]), row["sealed_secret"])

    def add(self, record: KeyRecord, secret: Secret) -> None:
        """Keep a new key; see the port."""
        with self.database.writing() as connection, _one_of_a_name(record.name):
            sealed = self.sealer.seal(connection, cell(record.id), secret)
            connection.execute(insert(ACCESS_KEYS).values({**asdict(record), "sealed_secret": sealed}))

    def replace(self, record: KeyRecord, secret: Secret | None, *, before: KeyRecord) -> None:
        """Change the key of an id; see the port."""
        values: dict[str, object] = {
            "name": record.name, "access_key_id": record.access_key_id, "changed_at": record.changed_at
        }  # fmt: skip
        with self.database.writing() as connection, _one_of_a_name(record.name):
            if secret is not None:
                values["sealed_secret"] = self.sealer.seal(connection, cell(record.id), secret)
            is_it = and_(*(_KEY[name] == value for name, value in asdict(before).items()))
            if not connection.execute(update(ACCESS_KEYS).where(is_it).values(values)).rowcount:
                raise Busy("somebody else changed this access key at the same time", hint="try again")

    def delete(self, key_id: str, *, at: int) -> bool:
        """Remove the key of an id; see the port."""
        with self.database.writing() as connection:
            was_there = bool(connection.execute(delete(ACCESS_KEYS).where(_KEY.id == key_id)).rowcount)
            grow(connection, CONNECTORS.name, at=at)
        return was_there


def is_there(database: Database, id_or_name: str) -> bool:
    """Tell whether there is a key of an id or name; no sealing key is needed."""
    return database.first(_QUICK, {"wanted": id_or_name}) is not None


def cell(key_id: str) -> Cell:
    """Return the place of a key's secret."""
    return Cell(table=ACCESS_KEYS.name, row=key_id, column=_KEY.sealed_secret.name)


def _record(row: Mapping[Any, Any]) -> KeyRecord:
    return KeyRecord(**{name: row[name] for name in _NAMES if name != _KEY.sealed_secret.name})


@contextmanager
def _one_of_a_name(name: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise Refused(f"there is an access key named {name!r} already", hint="choose another name") from None
