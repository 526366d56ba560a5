"""An access key in the store of a broker, where administrators put it over REST."""

from dataclasses import dataclass

from awsfed.broker.store.interface import KeyRecord, KeyRecords
from awsfed.model.credentials import AccessKey
from awsfed.model.once import once
from awsfed.model.secret import Secret


@dataclass(frozen=True, kw_only=True)
class StoredKey:
    """One row, found by its id or else by its name, and read once: it is made for one request."""

    name: str
    records: KeyRecords

    @property
    def place(self) -> str:
        """The store; see the port."""
        return "the store of the broker"

    @property
    def is_there(self) -> bool:
        """Tell whether there is such a row."""
        return self._row is not None

    def load(self) -> AccessKey | None:
        """Return the key, or None where there is no such row; see the port."""
        if self._row is None:
            return None
        record, secret = self._row
        return AccessKey(name=record.name, access_key_id=record.access_key_id, secret_access_key=secret)

    @once
    def _row(self) -> tuple[KeyRecord, Secret] | None:
        return self.records.open(self.name)
