"""Who may use a connector. The one place that decides it."""

from dataclasses import dataclass

from awsfed.model.connector import Connector
from awsfed.model.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """May use it, and the groups of theirs that say so."""

    through: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """May not use it, and any one of these groups would change that."""

    missing: tuple[str, ...]


def may(
    identity: Identity, connector: Connector, administrators: tuple[str, ...], *, implicit: bool = True
) -> Allowed | Denied:
    """Decide whether somebody may use a connector.

    A service principal may use those that it was granted by name and whose scope is SYSTEM, and nothing through groups.

    Members of any of its groups may, and members of the administrators' groups may use every connector; one
    without groups is for administrators only. Group names are compared without regard to case.

    Where `implicit` is false, administrators are as everybody: they may use what is granted to their groups, and one
    without groups is for nobody.
    """
    if identity.service_grants is not None:
        is_granted = connector.is_system and connector.id in identity.service_grants
        return Allowed(through=(f"service {identity.name}",)) if is_granted else Denied(missing=())
    openers = (*connector.groups, *(administrators if implicit else ()))
    through = tuple(dict.fromkeys(group for group in openers if identity.is_in(group)))
    return Allowed(through=through) if through else Denied(missing=tuple(dict.fromkeys(openers)))


def is_administrator(identity: Identity, administrators: tuple[str, ...]) -> bool:
    """Tell whether somebody is in one of the administrators' groups."""
    return any(identity.is_in(group) for group in administrators)
