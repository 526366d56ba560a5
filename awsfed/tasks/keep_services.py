"""Looking after services: who may use what, in the store of a broker that serves others, or on this machine alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from awsfed.broker.audit.interface import Changes
from awsfed.broker.identity.services import Service, Services
from awsfed.errors import NotFound
from awsfed.model.connector import Connector
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
        """Create a service and return its token; raise NotFound for a connector that no service may use."""
        known = self.connectors()
        for one in connectors:
            if one not in known or not known[one].is_system:
                raise NotFound(f"no connector {one!r} of scope SYSTEM", hint='give it the scope: scope = "SYSTEM"')
        with self.trail.change(*self._who, "create service", {"name": name, "connectors": ", ".join(connectors)}):
            return self.services.add(name, connectors)

    def rotate(self, name: str) -> Secret:
        """Give a service a new token."""
        with self.trail.change(*self._who, "rotate service", {"name": name}):
            return self.services.rotate(name)

    def revoke(self, name: str) -> None:
        """Delete a service."""
        with self.trail.change(*self._who, "revoke service", {"name": name}):
            self.services.revoke(name)

    @property
    def _who(self) -> tuple[str, str]:
        return f"local:{self.actor}", self.actor
