"""What changes from one set of connectors to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from awsfed.broker.catalogue.written import table_of
from awsfed.model.connector import Connector


class Change(Enum):
    """What becomes of a connector."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One connector that is not the same before and after."""

    connector: str
    change: Change
    fields: Mapping[str, tuple[object, object]]
    """Before and after, of every field that differs; None where it is not set."""


def differences(before: Mapping[str, Connector], after: Mapping[str, Connector]) -> tuple[Difference, ...]:
    """Return every connector that differs: those of before in their order, then those that are new."""
    found = []
    for name in dict.fromkeys((*before, *after)):
        old = table_of(before[name]) if name in before else {}
        new = table_of(after[name]) if name in after else {}
        fields = {
            field: (old.get(field), new.get(field))
            for field in dict.fromkeys((*old, *new))
            if old.get(field) != new.get(field)
        }
        if not fields:
            continue
        change = Change.CHANGED if old and new else Change.ADDED if new else Change.REMOVED
        found.append(Difference(connector=name, change=change, fields=fields))
    return tuple(found)
