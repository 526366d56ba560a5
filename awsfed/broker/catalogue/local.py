"""The connectors that stand in the settings themselves: `[connectors.NAME]`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from awsfed.broker.catalogue.bounds import bounded
from awsfed.broker.catalogue.document import TABLE, Path, Reading, read_tables
from awsfed.broker.catalogue.interface import Connectors
from awsfed.settings.problems import Problem, Severity
from awsfed.settings.values import Settings

if TYPE_CHECKING:
    from awsfed.broker.catalogue.standing import Standing

ORIGIN = "the settings"
_IN_STORE = "it has to be in the broker's store then, whose keys its server lists: GET …/accounts"
_IN_KEYRING = "it has to be in the keyring then: awsfed keys check "


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCatalogue:
    """A catalogue of the connectors in the settings."""

    settings: Settings

    def connectors(self) -> Connectors:
        """Return the connectors; see the port."""
        reading = self._reading()
        return Connectors(by_id=reading.good(), origin=ORIGIN)

    def check(self) -> tuple[Problem, ...]:
        """Return every mistake at once, warnings among them."""
        reading = self._reading()
        return (*reading.problems, *self._keyless(reading))

    def standing(self) -> "Standing":
        """Return what there is to know about it; raise as the port does."""
        from awsfed.broker.catalogue.standing import Standing

        return Standing(origin=ORIGIN, documents=(), connectors=len(self._reading().good()))

    def _reading(self) -> Reading:
        return bounded(read_tables(dict(self.settings.connectors), find=self._find), self.settings.keys)

    def _find(self, path: Path) -> tuple[str, int | None]:
        for length in range(len(path), 0, -1):
            origin = self.settings.origins.get(".".join(path[:length]))
            if origin is not None:
                return origin.file or origin.source, origin.line
        return ORIGIN, None

    def _keyless(self, reading: Reading) -> list[Problem]:
        """Return warnings about keys that the settings do not describe; their usual place may have them even so."""
        problems, has_store = [], self.settings.server.folder is not None
        for connector in reading.connectors.values():
            if connector.access_key not in self.settings.keys:
                path = (TABLE, connector.id, "key")
                file, line = self._find(path)
                message = f'names the access key "{connector.access_key}", for which there is no [keys.*] table'
                problems.append(
                    Problem(
                        file=file,
                        line=line,
                        key=".".join(path),
                        message=message,
                        hint=_IN_STORE if has_store else f"{_IN_KEYRING}{connector.access_key}",
                        severity=Severity.WARNING,
                    )
                )
        return problems
