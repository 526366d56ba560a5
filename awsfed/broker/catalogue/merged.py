"""Several catalogues as one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from awsfed.broker.catalogue.interface import Catalogue, Connectors
from awsfed.errors import ConfigError

if TYPE_CHECKING:
    from awsfed.model.connector import Connector


def _unseen(text: str) -> None:
    """Tell nobody."""


def _ago(seconds: float) -> str:
    minutes = int(seconds) // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"  # noqa: PLR2004 - two hours


@dataclass(slots=True, kw_only=True)
class MergedCatalogue:
    """The connectors of several catalogues, in order; no id may stand in two of them."""

    parts: tuple[Catalogue, ...]
    notice: Callable[[str], None] = _unseen
    """Told when an old copy stands in for a source."""
    _last: tuple[tuple[Connectors, ...], Connectors] | None = field(default=None, init=False, repr=False)
    """What the parts held, and what they were merged to."""

    def connectors(self) -> Connectors:
        """Return the connectors of all; the age is that of the oldest copy. See the port for the rest.

        Raises:
            ConfigError: two catalogues define the same id, or ids that differ in upper and lower case only.
        """
        all_parts = tuple(part.connectors() for part in self.parts)
        for part in all_parts:
            if part.age_s is not None:
                self.notice(f"{part.origin} cannot be reached; these are its connectors of {_ago(part.age_s)} ago")
        last = self._last
        if last is None or any(now is not before for now, before in zip(all_parts, last[0], strict=True)):
            last = self._last = all_parts, _merged(all_parts)
        return last[1]


def _merged(all_parts: tuple[Connectors, ...]) -> Connectors:
    merged: dict[str, Connector] = {}
    owners: dict[str, str] = {}
    for part in all_parts:
        for connector in part.by_id.values():
            owner = owners.setdefault(connector.id.casefold(), part.origin)
            if connector.id in merged or owner != part.origin:
                raise ConfigError(
                    f"connector {connector.id} is defined in {owner} and in {part.origin}",
                    hint="rename or remove one of them",
                )
            merged[connector.id] = connector
    ages = [part.age_s for part in all_parts if part.age_s is not None]
    origin = ", ".join(part.origin for part in all_parts)
    return Connectors(by_id=merged, origin=origin, age_s=max(ages, default=None))
