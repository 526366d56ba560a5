"""A key that is the role of this machine, where the switch for such keys is off."""

from dataclasses import dataclass

from awsfed.errors import Refused
from awsfed.model.credentials import AccessKey


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedOff:
    """Stands where the role would be asked for; nobody is asked."""

    name: str

    @property
    def place(self) -> str:
        """That it is off; see the port."""
        return "the role of this machine, which is switched off"

    def load(self) -> AccessKey | None:
        """Raise Refused."""
        raise Refused(
            f"access key {self.name!r} is the role of this machine, and roles are switched off as access keys",
            hint="awsfed labs enable role-as-access-key",
        )
