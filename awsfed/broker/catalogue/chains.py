"""Connectors whose key is another connector: the role of one is assumed with the credentials of the other.

`key = "connector:NAME"` names it. That one must say `chainable = true` and use an access key itself, so a chain has two
links and no cycle. AWS limits what the second link gives to one hour.
"""

from collections.abc import Mapping
from dataclasses import replace

from awsfed.model.connector import CHAINED_LIMIT_S, Connector, ConnectorType

Complaint = tuple[str, str, str | None]
"""A field, a message that reads after it, and perhaps a hint."""


def complaint(connector: Connector, others: Mapping[str, Connector]) -> Complaint | None:
    """Return what is wrong with the chain that a connector is the end of; None where nothing is, or there is none."""
    if connector.via is None:
        return None
    base = others.get(connector.via)
    if base is None:
        return "key", f"names the connector {connector.via!r}, which is not in the same catalogue", None
    if wrong := _wrong_base(connector, base):
        return "key", wrong, None
    if connector.mfa_serial:
        return "mfa_serial", "is of no use with the credentials of a role, which has no MFA device", "remove the line"
    if connector.duration is not None and connector.duration > CHAINED_LIMIT_S:
        return "duration", "is more than the hour that AWS gives to a chained role", None
    return None


def _wrong_base(connector: Connector, base: Connector) -> str | None:
    if {connector.type, base.type} != {ConnectorType.ASSUME_ROLE}:
        return "names a connector, which only works from one ASSUME_ROLE to another"
    if base.via is not None:
        return f"names the connector {base.id!r}, which is itself chained; a chain has two links at the most"
    if not base.chainable:
        return f"names the connector {base.id!r}, which does not say chainable = true"
    return None


def resolved(connector: Connector, others: Mapping[str, Connector]) -> Connector:
    """Return a connector with the name of the access key at the beginning of its chain; it must have no complaint."""
    return connector if connector.via is None else replace(connector, access_key=others[connector.via].access_key)
