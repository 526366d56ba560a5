"""A cache in the keyring, for those who want no credentials in files and accept the wait."""

from collections.abc import Sequence
from dataclasses import dataclass

from awsfed.launch import Entry, header, parse
from awsfed.model.secret import Secret
from awsfed.outside.secrets.interface import SecretStore


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringCache:
    """Entries `cache:KEY` of a secret store, in the format of the cache file; see the port."""

    store: SecretStore
    seen: Sequence[tuple[str, int]]

    def get(self, key: str) -> Entry | None:
        """Return an entry; see the port."""
        text = self.store.get(f"cache:{key}")
        return None if text is None else parse(text.reveal().encode("utf-8", "surrogateescape"))

    def put(self, key: str, entry: Entry) -> None:
        """Keep an entry; see the port."""
        line = header(entry.ahead_at, entry.block_at, entry.issued_at, self.seen)
        self.store.put(f"cache:{key}", Secret((line + entry.answer).decode("utf-8", "surrogateescape")))

    def delete(self, key: str) -> None:
        """Remove an entry; see the port."""
        self.store.delete(f"cache:{key}")
