"""A catalogue in memory, and connectors to put into it."""

from typing import Any

from awsfed.broker.catalogue.interface import Connectors
from awsfed.errors import AwsfedError
from awsfed.model.connector import Connector, ConnectorType

ROLE = "arn:aws:iam::123456789012:role"


def assume_role(name: str, role: str = "developer", **changes: Any) -> Connector:
    """Return a connector to a role."""
    kind = ConnectorType.ASSUME_ROLE
    return Connector(id=name, name=name, type=kind, access_key="main", role_arn=f"{ROLE}/{role}", **changes)


def federation(name: str, **changes: Any) -> Connector:
    """Return a connector that federates."""
    return Connector(id=name, name=name, type=ConnectorType.FEDERATION_TOKEN, access_key="main", **changes)


def session_token(name: str, **changes: Any) -> Connector:
    """Return a connector that gives session tokens."""
    return Connector(id=name, name=name, type=ConnectorType.SESSION_TOKEN, access_key="main", **changes)


class FakeCatalogue:
    """Knows what it was given, unless it is told to fail."""

    def __init__(self, *connectors: Connector) -> None:
        self.by_id = {connector.id: connector for connector in connectors}
        self.failure: AwsfedError | None = None

    def connectors(self) -> Connectors:
        """Return all of them."""
        if self.failure:
            raise self.failure
        return Connectors(by_id=self.by_id, origin="memory")

    def put(self, connector: Connector) -> None:
        """Add a connector, or replace it."""
        self.by_id[connector.id] = connector
