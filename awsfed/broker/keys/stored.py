"""An access key in the store of a broker, where administrators put it over REST."""

from dataclasses import dataclass

from awsfed.broker.store.interface import KeyRecords
from awsfed.model.credentials import AccessKey


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """One row, found by its id or else by its name."""

    name: str
    records: KeyRecords

    @property
    def place(self) -> str:
        """The store; see the port."""
        return "the store of the broker"

    def load(self) -> AccessKey | None:
        """Return the key, or None where there is no such row; see the port."""
        found = self.records.open(self.name)
        if found is None:
            return None
        record, secret = found
        return AccessKey(name=record.name, access_key_id=record.access_key_id, secret_access_key=secret)
