"""What people call connectors: by id, by name, or by how a name is spelled in a profile."""

from collections.abc import Iterable
from typing import Protocol

from awsfed.errors import Refused
from awsfed.model.slugs import slug_from
from awsfed.model.text import shown

_MOST_TOLD = 5


class Named(Protocol):
    """A connector, or what is known of one."""

    @property
    def id(self) -> str:
        """What programs call it."""

    @property
    def name(self) -> str:
        """What people call it."""


def id_of(connectors: Iterable[Named], given: str) -> str | None:
    """Return the id of the connector that has this id, this name, or a name that reads so; None where none has.

    Raises:
        Refused: several have that name.
    """
    known = tuple(connectors)
    for is_meant in (
        lambda one: one.id == given,
        lambda one: one.name == given,
        lambda one: _reads(one, given),
    ):
        found = [one.id for one in known if is_meant(one)]
        if len(found) > 1:
            ids = ", ".join(found[:_MOST_TOLD])
            raise Refused(f"{len(found)} connectors are named {shown(given)!r}", hint=f"name one by its id: {ids}")
        if found:
            return found[0]
    return None


def ids_of(connectors: Iterable[Named], given: str) -> tuple[str, ...]:
    """Return the ids of all connectors that have this name, or one that reads so."""
    return tuple(one.id for one in connectors if _reads(one, given))


def _reads(connector: Named, given: str) -> bool:
    return given.casefold() in {connector.name.casefold(), slug_from(connector.name)}
