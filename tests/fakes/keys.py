"""Access keys in memory."""

from dataclasses import dataclass

from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret

MAIN = AccessKey(name="main", access_key_id="AKIAMAINMAINMAINMAIN", secret_access_key=Secret("main/secret+0123456789"))


@dataclass(frozen=True)
class FakeKey:
    """One place; it has a key or none."""

    key: AccessKey | None
    place: str = "memory"

    def load(self) -> AccessKey | None:
        """Return it."""
        return self.key


class FakeKeys:
    """Finds the places of keys by name, and notes for whom it was asked."""

    def __init__(self, *keys: AccessKey) -> None:
        self.asked: list[str] = []
        self._keys = {key.name: key for key in keys}

    def __call__(self, name: str) -> FakeKey:
        """Return the place of a key."""
        self.asked.append(name)
        return FakeKey(self._keys.get(name))
