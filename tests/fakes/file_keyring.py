"""A keyring backend that keeps everything in the file that `FILE_KEYRING` names, readable for tests."""

import json
import os
from pathlib import Path
from typing import ClassVar

import keyring.backend
from keyring.errors import KeyringLocked, PasswordDeleteError


class FileKeyring(keyring.backend.KeyringBackend):
    """One JSON object, from `service:name` to the secret; locked while a file of the same name with `.lock` exists."""

    priority: ClassVar[float] = 0.1

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret."""
        return self._entries().get(f"{service}:{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        self._write(self._entries() | {f"{service}:{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Remove a secret."""
        entries = self._entries()
        if entries.pop(f"{service}:{username}", None) is None:
            raise PasswordDeleteError("no such entry")
        self._write(entries)

    @property
    def _path(self) -> Path:
        return Path(os.environ["FILE_KEYRING"])

    def _entries(self) -> dict[str, str]:
        if self._path.with_suffix(".lock").exists():
            raise KeyringLocked("locked, and this text is not to be shown")
        return dict(json.loads(self._path.read_text())) if self._path.exists() else {}

    def _write(self, entries: dict[str, str]) -> None:
        """Change the file in one step: whoever is interrupted leaves the entries of before, as a daemon would."""
        whole = self._path.with_suffix(f".{os.getpid()}")
        whole.write_text(json.dumps(entries))
        whole.replace(self._path)
