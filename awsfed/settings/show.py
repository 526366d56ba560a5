"""Every value with the place it comes from, for `awsfed config show`."""

from dataclasses import dataclass

from awsfed.model.text import shown
from awsfed.settings.table import CONNECTORS
from awsfed.settings.values import Settings
from awsfed.settings.written import as_text

_TABLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One setting; where a secret is may be shown, and no setting is one."""

    name: str
    value: str
    """Empty where it is not set."""
    source: str
    locked: bool


def rows(settings: Settings) -> tuple[Row, ...]:
    """Return all settings in the order of the documentation, then the fields of the connectors among them."""
    tables = {f"{CONNECTORS}.{name}" for name, table in settings.connectors.items() if isinstance(table, dict)}
    return tuple(
        Row(name=shown(name), value=shown(as_text(origin.value)), source=shown(origin.source), locked=origin.locked)
        for name, origin in settings.origins.items()
        if name not in tables
    )
