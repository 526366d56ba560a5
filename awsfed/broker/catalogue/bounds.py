"""What connectors may ask of an access key: the patterns and calls under `roles` of the key.

Where `roles` is given it binds every connector, wherever that comes from. A catalogue that is fetched may use only
keys that have it, so that whoever writes the catalogue cannot make more of a key than its owner meant.
"""

from collections.abc import Mapping
from dataclasses import replace

from awsfed.broker.catalogue import role_keys
from awsfed.broker.catalogue.document import TABLE, Reading
from awsfed.model.arns import fits
from awsfed.model.connector import Connector, ConnectorType
from awsfed.settings.problems import Problem
from awsfed.settings.values import KeySettings

Complaint = tuple[str, str, str]
"""A field, a message that reads after it, and a hint."""


def bounded(reading: Reading, keys: Mapping[str, KeySettings], *, fetched: bool = False) -> Reading:
    """Return a reading in which every connector that asks too much of its key is a mistake."""
    kept, problems = {}, list(reading.problems)
    for connector in reading.connectors.values():
        complaint = _complaint(connector, keys, fetched=fetched)
        if complaint is None:
            kept[connector.id] = connector
            continue
        field, message, hint = complaint
        path = (TABLE, connector.id, field)
        file, line = reading.find(path)
        problems.append(Problem(file=file, line=line, key=".".join(path), message=message, hint=hint))
    return replace(reading, connectors=kept, problems=tuple(problems))


def _complaint(connector: Connector, keys: Mapping[str, KeySettings], *, fetched: bool) -> Complaint | None:
    name = connector.access_key
    if wrong := role_keys.complaint(connector, keys.get(name)):
        return wrong
    roles = keys[name].roles if name in keys else None
    is_role = connector.type is ConnectorType.ASSUME_ROLE
    wanted = str(connector.role_arn) if is_role else connector.type.value
    if roles is None and fetched:
        message = f'names the access key "{name}", which no fetched catalogue may use'
        return "key", message, f'to allow it, add to [keys.{name}] in the settings: roles = ["{wanted}"]'
    if roles is None or any(_allows(pattern, wanted) for pattern in roles):
        return None
    message = f'asks more of the access key "{name}" than its roles allow'
    hint = f'to allow it, add "{wanted}" to roles under [keys.{name}] in the settings'
    return "role_arn" if is_role else "type", message, hint


def _allows(pattern: str, wanted: str) -> bool:
    return pattern == wanted or fits(wanted, pattern)
