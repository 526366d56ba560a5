"""What connectors may ask of the role of this machine, which is a key that ends, and what asks for nothing but that."""

from awsfed.model.connector import CHAINED_LIMIT_S, Connector, ConnectorType
from awsfed.settings.values import KeySettings

Complaint = tuple[str, str, str]
"""A field, a message that reads after it, and a hint."""


def complaint(connector: Connector, key: KeySettings | None) -> Complaint | None:
    """Return what cannot work between a connector and the source of its key; None where nothing is wrong."""
    name = connector.access_key
    is_role = key is not None and key.source.is_role
    if connector.type is ConnectorType.PROVIDED:
        hint = f'write source = "instance" or source = "container" under [keys.{name}]'
        return None if is_role else ("key", f'names "{name}", which is not the role of this machine', hint)
    if not is_role or connector.via is not None:
        return None
    if connector.type is not ConnectorType.ASSUME_ROLE:
        message = f'is {connector.type.value}, which needs the key of a user; "{name}" is the role of this machine'
        return "type", message, "use ASSUME_ROLE, or PROVIDED for the role itself"
    if connector.duration is not None and connector.duration > CHAINED_LIMIT_S:
        message = "is more than the hour that AWS gives to a role that is assumed with another role"
        return "duration", message, 'write "1h" or less, or use the key of a user'
    return None
