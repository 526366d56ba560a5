"""The service principals of a broker that serves others."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from awsfed.broker.identity.services import Change, Service
from awsfed.broker.store.database import Database, Quick
from awsfed.broker.store.tables import SERVICES
from awsfed.errors import CorruptEntry

_ALL = select(SERVICES).order_by(SERVICES.c.name)
_BY_NAME = Quick(select(SERVICES).where(SERVICES.c.name == bindparam("wanted")))
_NAMES = tuple(column.name for column in SERVICES.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredServices:
    """The port ServiceRecords over the table."""

    database: Database

    def all(self) -> tuple[Service, ...]:
        """Return them by name; see the port."""
        with self.database.reading() as connection:
            return tuple(_service(row) for row in connection.execute(_ALL).mappings())

    def get(self, name: str) -> Service | None:
        """Return a service; see the port."""
        row = self.database.first(_BY_NAME, {"wanted": name})
        return None if row is None else _service(dict(zip(_NAMES, row, strict=True)))

    def change(self, change: Change) -> None:
        """Change them in one transaction; see the port."""
        with self.database.writing() as connection:
            before = {service.name: service for service in map(_service, connection.execute(_ALL).mappings())}
            after = dict(before)
            change(after)
            for name in before.keys() - after.keys():
                connection.execute(delete(SERVICES).where(SERVICES.c.name == name))
            for name, service in after.items():
                if before.get(name) != service:
                    connection.execute(delete(SERVICES).where(SERVICES.c.name == name))
                    connection.execute(insert(SERVICES).values(_row(service)))


def _service(row: Mapping[Any, Any]) -> Service:
    try:
        connectors = json.loads(row["connectors"])
    except ValueError:
        connectors = None
    if not isinstance(connectors, list):
        raise CorruptEntry(f"the service {row['name']!r} in the store is not what awsfed writes")
    return Service(**{**row, "connectors": tuple(connectors)})


def _row(service: Service) -> dict[str, object]:
    return {
        "name": service.name,
        "connectors": json.dumps(service.connectors),
        "token_digest": service.token_digest,
        "created_at": service.created_at,
    }
