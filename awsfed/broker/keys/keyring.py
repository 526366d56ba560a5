"""An access key in the keyring, where `awsfed keys add` puts it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from awsfed.broker.keys.parsing import parse_access_key
from awsfed.errors import CorruptEntry, InvalidValue
from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.outside.secrets.interface import SecretStore


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringKey:
    """One entry `key:NAME` of a secret store."""

    name: str
    store: Callable[[], SecretStore]
    """Opened at first use."""

    @property
    def place(self) -> str:
        """The keyring; see the port."""
        return "the keyring"

    def load(self) -> AccessKey | None:
        """Return the key, or None where there is no entry; see the port."""
        entry = self.store().get(self._entry)
        if entry is None:
            return None
        try:
            parts = json.loads(entry.reveal())
            return parse_access_key(self.name, parts if isinstance(parts, dict) else {})
        except (ValueError, InvalidValue):
            raise CorruptEntry(
                f"the keyring's entry for access key {self.name!r} is not one of ours",
                hint=f"awsfed keys add {self.name} --replace",
            ) from None

    def save(self, key: AccessKey) -> None:
        """Keep a key under this name, in place of any other."""
        parts = {"aws_access_key_id": key.access_key_id, "aws_secret_access_key": key.secret_access_key.reveal()}
        self.store().put(self._entry, Secret(json.dumps(parts)))

    def delete(self) -> bool:
        """Remove the key; tell whether there was one."""
        return self.store().delete(self._entry)

    @property
    def _entry(self) -> str:
        return f"key:{self.name}"
