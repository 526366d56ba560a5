"""A catalogue on this machine: read at every question, for it is small and near."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from awsfed.broker.catalogue.bounds import bounded
from awsfed.broker.catalogue.interface import Connectors
from awsfed.broker.catalogue.signature import Part, Trust
from awsfed.broker.catalogue.standing import Standing, standing
from awsfed.model.signatures import SUFFIX
from awsfed.settings.problems import Problem
from awsfed.settings.reading import read_trusted
from awsfed.settings.values import KeySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCatalogue(ABC):
    """What is the same for one file and for a folder of them."""

    path: Path
    """What `catalogue.source` names."""
    keys: Mapping[str, KeySettings]
    trust: Trust = Trust()  # noqa: RUF009 - it holds nothing

    @abstractmethod
    def parts(self) -> Sequence[Part]:
        """Return the documents as they are now; raise ConfigError or UnsafePermissions as the port says."""

    def connectors(self) -> Connectors:
        """Return the connectors; see the port."""
        accepted = self.trust.accept(self.parts())
        connectors = bounded(accepted.reading, self.keys).good()
        self.trust.remember(accepted)
        return Connectors(by_id=connectors, origin=str(self.path))

    def check(self) -> tuple[Problem, ...]:
        """Return every mistake at once, warnings among them; raise as the port does for the source itself."""
        return bounded(self.trust.accept(self.parts()).reading, self.keys).problems

    def standing(self) -> Standing:
        """Return what there is to know about it; raise as the port does."""
        accepted = self.trust.accept(self.parts())
        return standing(str(self.path), accepted, bounded(accepted.reading, self.keys).good())

    def part(self, file: Path) -> Part | None:
        """Return one file with the signature beside it, if that counts; None where there is no such file."""
        data = read_trusted(file)
        if data is None:
            return None
        signature = read_trusted(file.with_name(file.name + SUFFIX)) if self.trust.looks else None
        return Part(name=str(file), body=data, signature=signature)
