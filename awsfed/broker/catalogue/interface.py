"""The Catalogue port: where connectors come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from awsfed.model.connector import Connector


@dataclass(frozen=True, slots=True, kw_only=True)
class Connectors:
    """Every connector of a catalogue, parsed."""

    by_id: Mapping[str, Connector]
    """In the order of the source."""
    origin: str
    """The file or URL they come from, for people."""
    age_s: float | None = None
    """How old the copy is that stands in for a source which cannot be reached; None when the source was asked."""


class Catalogue(Protocol):
    """One source of connectors."""

    def connectors(self) -> Connectors:
        """Return all connectors, as they are now or were a short while ago.

        Raises:
            InvalidSettings: one of them is wrong; then none of them counts.
            ConfigError: the source is not what the settings say it is, or refuses us.
            UnsafePermissions: somebody else could have written it.
            CatalogueUnavailable: the source cannot be asked, and there is no good copy.
        """
