"""One setting: the shape of the rows of the table."""

from collections.abc import Callable
from dataclasses import dataclass

from awsfed.settings.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Key:
    """One setting."""

    name: str
    kind: Kind
    sentence: str
    default: object = None
    variable: str | None = None
    alias: str | None = None
    """A variable of another program that counts where ours is not set."""
    from_alias: Callable[[str], str] = str
    """Turns its text into what ours would hold."""
    example: object = None
    """Shown in the template where there is no default."""

    @property
    def table(self) -> str:
        """Return the table it stands in."""
        return self.name.rpartition(".")[0]

    @property
    def path(self) -> tuple[str, ...]:
        """Return its name in parts."""
        return tuple(self.name.split("."))
