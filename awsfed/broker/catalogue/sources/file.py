"""A catalogue in a file on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from awsfed.broker.catalogue.bounds import bounded
from awsfed.broker.catalogue.document import read_document
from awsfed.broker.catalogue.interface import Connectors
from awsfed.errors import ConfigError
from awsfed.settings.problems import Problem
from awsfed.settings.reading import read_trusted
from awsfed.settings.values import KeySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCatalogue:
    """The file that `catalogue.source` names; read at every question, for it is small and near."""

    path: Path
    keys: Mapping[str, KeySettings]

    def connectors(self) -> Connectors:
        """Return the connectors; see the port."""
        reading = bounded(read_document(self._data(), name=str(self.path)), self.keys)
        return Connectors(by_id=reading.good(), origin=str(self.path))

    def check(self) -> tuple[Problem, ...]:
        """Return every mistake in the file at once, warnings among them; raise as the port does for the file itself."""
        return bounded(read_document(self._data(), name=str(self.path)), self.keys).problems

    def _data(self) -> bytes:
        data = read_trusted(self.path)
        if data is None:
            raise ConfigError(f"the catalogue {self.path} does not exist", hint="check catalogue.source")
        return data
