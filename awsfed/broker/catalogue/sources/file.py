"""A catalogue in a file on this machine."""

from collections.abc import Sequence
from dataclasses import dataclass

from awsfed.broker.catalogue.near import NearCatalogue
from awsfed.broker.catalogue.signature import Part
from awsfed.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCatalogue(NearCatalogue):
    """The file that `catalogue.source` names; its signature is beside it, with `.sig` behind its name."""

    def parts(self) -> Sequence[Part]:
        """Return the one document."""
        part = self.part(self.path)
        if part is None:
            raise ConfigError(f"the catalogue {self.path} does not exist", hint="check catalogue.source")
        return [part]
