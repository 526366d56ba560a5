"""The ports of what administrators change: connectors as documents, and access keys whose secrets are sealed."""

from dataclasses import dataclass
from typing import Protocol

from awsfed.model.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorRecord:
    """A connector as it is kept, not parsed yet."""

    id: str
    document: str
    """What stands under `[connectors.ID]` in a catalogue, as JSON."""
    created_at: int
    """Epoch seconds."""
    changed_at: int
    """Epoch seconds."""


class ConnectorRecords(Protocol):
    """Where connectors are kept. Every verb raises StoreError where the place cannot be used.

    A change that was decided at a revision is made at that revision only: otherwise it raises Busy and changes nothing.
    """

    def revision(self) -> int:
        """Return a number that grows with every change."""

    def all(self) -> tuple[int, tuple[ConnectorRecord, ...]]:
        """Return the revision, and every connector at that revision, the oldest first."""

    def add(self, record: ConnectorRecord, *, at: int | None = None) -> None:
        """Keep a new one; raise StoreError where there is one of that id."""

    def replace(self, record: ConnectorRecord, *, at: int | None = None) -> bool:
        """Put a document in the place of another, which keeps its moment of creation; tell whether there was one."""

    def delete(self, connector_id: str, *, at: int | None = None) -> bool:
        """Remove one; tell whether there was one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """An access key without its secret."""

    id: str
    name: str
    access_key_id: str
    created_at: int
    """Epoch seconds."""
    changed_at: int
    """Epoch seconds."""


class KeyRecords(Protocol):
    """Where access keys are kept. Every verb raises StoreError where the place cannot be used, or a secret not opened.

    A key is found by its id, or else by its name; no two have the same name.
    """

    def all(self) -> tuple[KeyRecord, ...]:
        """Return every key by its name, no secret opened."""

    def find(self, id_or_name: str) -> KeyRecord | None:
        """Return a key, its secret not opened."""

    def open(self, id_or_name: str) -> tuple[KeyRecord, Secret] | None:
        """Return a key and its secret as they were at one moment."""

    def add(self, record: KeyRecord, secret: Secret) -> None:
        """Keep a new key; raise Refused where there is one of that name."""

    def replace(self, record: KeyRecord, secret: Secret | None, *, before: KeyRecord) -> None:
        """Put a record into the place of another of the same id, its secret only where one is given.

        Raises:
            Refused: another key has the name.
            Busy: what is there is not `before` any more.
        """

    def delete(self, key_id: str, *, at: int) -> bool:
        """Remove the key of an id, decided at a revision of the connectors; tell whether there was one.

        Raises:
            Busy: connectors were changed since, and one of them may use it.
        """
