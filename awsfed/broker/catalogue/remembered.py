"""A catalogue that is read once for one question."""

from dataclasses import dataclass, field

from awsfed.broker.catalogue.interface import Catalogue, Connectors


@dataclass(slots=True, kw_only=True)
class RememberedCatalogue:
    """The Catalogue port over another one, which is read once: whoever asks twice sees the same connectors twice."""

    source: Catalogue
    _known: Connectors | None = field(default=None, init=False, repr=False)

    def connectors(self) -> Connectors:
        """Return all connectors as they were the first time; see the port. An error is not remembered."""
        if self._known is None:
            self._known = self.source.connectors()
        return self._known
