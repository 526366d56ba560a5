"""Session records in private files, for machines without a keyring whose user agreed to it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from awsfed.errors import CorruptEntry
from awsfed.model.secret import Secret
from awsfed.outside.files import private_directory, read_private, remove, write_atomic


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class FileStore:
    """One 0600 file a secret, in one 0700 folder."""

    directory: Path

    def get(self, name: str) -> Secret | None:
        """Return a secret, or None; see the port."""
        data = read_private(self._path(name))
        if data is None:
            return None
        try:
            return Secret(data.decode("utf-8"))
        except UnicodeDecodeError:
            raise CorruptEntry(f"{self._path(name)} is not one of our files", hint="awsfed login") from None

    def put(self, name: str, secret: Secret) -> None:
        """Keep a secret; see the port."""
        private_directory(self.directory)
        write_atomic(self._path(name), secret.reveal().encode("utf-8"))

    def delete(self, name: str) -> bool:
        """Remove a secret; see the port."""
        there = self._path(name).exists()
        remove(self._path(name))
        return there

    def _path(self, name: str) -> Path:
        return self.directory / hashlib.sha256(name.encode("utf-8")).hexdigest()[:32]
