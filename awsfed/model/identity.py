"""A person whom Crowd vouched for."""

from dataclasses import dataclass, field

from awsfed.model.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is right now, and the groups they are in."""

    key: str
    """Stable across renames; in Crowd `<directory id>:<uuid>`."""
    name: str
    """The user name as the directory spells it, never as somebody typed it."""
    display_name: str
    groups: tuple[str, ...]
    """Active groups, direct and nested, each once, in the directory's spelling."""
    service_grants: tuple[str, ...] | None = None
    """Ids of connectors, for a service principal; None for a person."""
    _lowered: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A large catalogue asks about every connector, and some people are in a thousand groups.
        object.__setattr__(self, "_lowered", frozenset(group.lower() for group in self.groups))

    def is_in(self, group: str) -> bool:
        """Tell whether the person is in a group; Crowd's group names know no upper and lower case.

        In lower case as in Crowd itself, and not case-folded: folded, `straße` and `strasse` would be one group.
        """
        return group.lower() in self._lowered


SERVICE = "service:"
"""What the keys of service principals begin with, and those of people never do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Our own record that somebody signed in."""

    issuer: str
    """The Crowd or broker origin that it belongs to; it is shown to no other."""
    key: str
    name: str
    signed_in_at: int
    """Epoch seconds."""
    ends_at: int
    """Epoch seconds."""
    token: Secret | None = None
    """What a remote broker wants to see; None where the broker is in this process."""

    def is_live(self, now: float) -> bool:
        """Tell whether it has begun and has not ended."""
        return now < self.ends_at
