"""A catalogue in the files of a folder on this machine."""

from collections.abc import Sequence
from dataclasses import dataclass

from awsfed.broker.catalogue.near import NearCatalogue
from awsfed.broker.catalogue.signature import Part
from awsfed.settings.folders import documents_in


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryCatalogue(NearCatalogue):
    """The folder that `catalogue.source` names: its `*.toml` and `*.json` files, each with a signature of its own."""

    def parts(self) -> Sequence[Part]:
        """Return the documents, by name."""
        # one that was removed since the folder was read is none
        return [part for file in documents_in(self.path) if (part := self.part(file))]
