"""Services in one private file: those of a broker that serves nobody but this machine."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from awsfed.broker.identity.services import Change, Service
from awsfed.errors import CorruptEntry
from awsfed.outside.clock import Clock
from awsfed.outside.files import private_directory, read_private, write_atomic
from awsfed.outside.locks import locked

_WAIT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFile:
    """The port ServiceRecords over a file."""

    path: Path
    clock: Clock

    def all(self) -> tuple[Service, ...]:
        """Return them by name; raise CorruptEntry where the file is not ours. See the port."""
        data = read_private(self.path)
        try:
            found = [
                Service(**{**record, "connectors": tuple(record["connectors"])})
                for record in (json.loads(data) if data else [])
            ]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise CorruptEntry(f"{self.path} does not hold services", hint="restore it from a backup") from None
        return tuple(sorted(found, key=lambda service: service.name))

    def get(self, name: str) -> Service | None:
        """Return a service; see the port."""
        return next((service for service in self.all() if service.name == name), None)

    def change(self, change: Change) -> None:
        """Change them under a lock; see the port."""
        private_directory(self.path.parent)
        with locked(self.path.with_suffix(".lock"), timeout_s=_WAIT_S, clock=self.clock):
            services = {service.name: service for service in self.all()}
            change(services)
            records = [asdict(service) for service in services.values()]
            write_atomic(self.path, json.dumps(records).encode("utf-8"))
