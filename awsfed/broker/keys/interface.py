"""The port to long-term access keys."""

from typing import Protocol

from awsfed.model.credentials import AccessKey


class AccessKeySource(Protocol):
    """One place in which one access key lives."""

    @property
    def place(self) -> str:
        """Where it is, for people."""

    def load(self) -> AccessKey | None:
        """Return the key; None when this place has none.

        Raises:
            StoreError: the place is there but cannot be read, or holds something else than a key.
            ConfigError: the place is described wrongly.
        """
