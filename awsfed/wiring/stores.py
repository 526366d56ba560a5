"""Where secrets are kept: the keyring, or private files where the user agreed."""

from functools import cached_property
from typing import TYPE_CHECKING

from awsfed.wiring.ground import Ground

if TYPE_CHECKING:
    from awsfed.outside.secrets.interface import SecretStore

_FILE = "file"


class Stores(Ground):
    """The places that keep secrets."""

    @cached_property
    def keyring(self) -> "SecretStore":
        """The keyring; its backend is chosen at first use and kept."""
        store = self._chosen_store()
        if store == _FILE:
            from awsfed.outside.secrets.keyring import no_keyring

            raise no_keyring()
        return self._keyring_store(store)

    @cached_property
    def session_store(self) -> "SecretStore":
        """Where sessions are kept: the keyring, or private files where the user agreed."""
        store = self._chosen_store()
        if store == _FILE:
            from awsfed.outside.secrets.file import FileStore

            return FileStore(directory=self.state_directory / "sessions")
        return self._keyring_store(store)

    def choose_file_store(self) -> None:
        """Note that the user agreed to private files for sessions."""
        self._note_choice(_FILE)

    def _keyring_store(self, backend: str) -> "SecretStore":
        from awsfed.outside.secrets.keyring import KeyringStore

        return KeyringStore(backend, may_unlock=self.may_unlock)

    def _chosen_store(self) -> str:
        """Return `file` or a backend: as set, as named by keyring's own variable, as chosen earlier, or the best."""
        from awsfed.outside.files import read_private

        chosen = self.settings.secrets_store or self.environ.get("PYTHON_KEYRING_BACKEND")
        if chosen:
            return chosen
        noted = read_private(self.state_directory / "secrets-store")
        if noted:
            return noted.decode("utf-8", "replace").strip()
        from awsfed.outside.secrets.keyring import choose_backend

        backend = choose_backend()
        self._note_choice(backend)
        return backend

    def _note_choice(self, store: str) -> None:
        from awsfed.outside.files import private_directory, write_atomic

        private_directory(self.state_directory)
        write_atomic(self.state_directory / "secrets-store", f"{store}\n".encode())
