"""A trail of changes in memory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from awsfed.errors import StoreError


class FakeChanges:
    """Keeps what it is told, unless it is told to fail.

    Attributes:
        noted: user name, what, and the details of each change that was made.
        intended: what was about to be made.
        connectors: what the changes were about, in the order of `noted`.
    """

    def __init__(self) -> None:
        self.noted: list[tuple[str, str, dict[str, str]]] = []
        self.intended: list[str] = []
        self.connectors: list[str | None] = []
        self.is_full = False

    @contextmanager
    def change(
        self, user_key: str, user_name: str, what: str, details: Mapping[str, str], connector: str | None = None
    ) -> Iterator[None]:
        """Keep a change."""
        if self.is_full:
            raise StoreError("the trail cannot be written")
        self.intended.append(what)
        yield
        self.noted.append((user_name, what, dict(details)))
        self.connectors.append(connector)
