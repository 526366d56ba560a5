"""Looking after services: who may use what, in the store of a broker that serves others, or on this machine alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from awsfed.broker.audit.interface import Changes
from awsfed.broker.identity.services import Service, Services
from awsfed.errors import NotFound, Refused
from awsfed.model.connector import Connector
from awsfed.model.naming import id_of
from awsfed.model.secret import Secret


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class KeepServices:
    """Every change is noted in the trail, where there is one; errors are those of the services and of the trail."""

    services: Services
    connectors: Callable[[], Mapping[str, Connector]]
    """Every connector, by id."""
    trail: Changes
    actor: str
    """Whoever runs the command."""

    def all(self) -> tuple[Service, ...]:
        """Return them by name."""
        return self.services.all()

    def add(self, name: str, connectors: tuple[str, ...]) -> Secret:
        """Create a service and return its token.

        The connectors are called by id or by name. NotFound is raised for one that is not there, Refused for one that
        no service may use, and for a name that several have.
        """
        ids = self._ids(connectors)
        with self.trail.change(*self._who, "create service", {"name": name, "connectors": ", ".join(ids)}):
            return self.services.add(name, ids)

    def edit(self, name: str, connectors: tuple[str, ...]) -> None:
        """Let a service use these connectors and no others, called and raised about as by `add`."""
        ids = self._ids(connectors)
        with self.trail.change(*self._who, "edit service", {"name": name, "connectors": ", ".join(ids)}):
            self.services.edit(name, ids)

    def rotate(self, name: str) -> Secret:
        """Give a service a new token."""
        with self.trail.change(*self._who, "rotate service", {"name": name}):
            return self.services.rotate(name)

    def revoke(self, name: str) -> None:
        """Delete a service."""
        with self.trail.change(*self._who, "revoke service", {"name": name}):
            self.services.revoke(name)

    def label(self, connector: str) -> str:
        """Return what a connector of a service is called, for people."""
        known = self.connectors().get(connector)
        if known is None:
            return f"{connector} (deleted)"
        return connector if known.name == connector else f"{connector} ({known.name})"

    def _ids(self, connectors: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self._system, connectors)))

    def _system(self, given: str) -> str:
        known = self.connectors()
        found = id_of(known.values(), given)
        if found is None:
            raise NotFound(f"there is no connector {given!r}", hint="name it by its id or its name")
        if not known[found].is_system:
            message = f"connector {known[found].label} is for people"
            raise Refused(message, hint='for services it has to have the scope: scope = "SYSTEM"')
        return found

    @property
    def _who(self) -> tuple[str, str]:
        return f"local:{self.actor}", self.actor
