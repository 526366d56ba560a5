"""A trail of changes in memory."""

from collections.abc import Mapping

from awsfed.errors import StoreError


class FakeChanges:
    """Keeps what it is told, unless it is told to fail.

    Attributes:
        noted: user name, what, and the details of each change.
    """

    def __init__(self) -> None:
        self.noted: list[tuple[str, str, dict[str, str]]] = []
        self.is_full = False

    def changed(self, user_key: str, user_name: str, what: str, details: Mapping[str, str]) -> None:
        """Keep a change."""
        if self.is_full:
            raise StoreError("the trail cannot be written")
        self.noted.append((user_name, what, dict(details)))
