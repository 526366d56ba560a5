"""Where secrets are kept: the keyring, or private files where the user agreed."""

from typing import TYPE_CHECKING

from awsfed.errors import NoKeyring
from awsfed.model.once import once
from awsfed.wiring.ground import Ground

if TYPE_CHECKING:
    from awsfed.outside.secrets.interface import SecretStore

_FILE = "file"


class Stores(Ground):
    """The places that keep secrets."""

    @once
    def keyring(self) -> "SecretStore":
        """The keyring; its backend is chosen at first use and kept."""
        store = self._chosen_store()
        if store == _FILE:
            raise NoKeyring(
                "there is no keyring in use here, and secrets are not put into files",
                hint='set source = "environment" or "profile" for keys, and crowd.secret = "environment" or "file:…"',
            )
        return self._keyring_store(store)

    @once
    def session_store(self) -> "SecretStore":
        """Where sessions are kept: the keyring, or private files where the user agreed."""
        store = self._chosen_store()
        if store == _FILE:
            from awsfed.outside.secrets.file import FileStore

            return FileStore(directory=self.state_directory / "sessions")
        return self.keyring

    def choose_file_store(self) -> None:
        """Note that the user agreed to private files for sessions."""
        self._note_choice(_FILE)
        self.__dict__.pop("session_store", None)  # what was tried before

    def _keyring_store(self, backend: str) -> "SecretStore":
        from awsfed.outside.secrets.keyring import KeyringStore

        return KeyringStore(backend, may_unlock=self.may_unlock)

    def _chosen_store(self) -> str:
        """Return `file` or a backend: as set, as chosen earlier, as keyring's variable says, or the best."""
        from awsfed.outside.files import read_private

        if self.settings.secrets_store:
            return self.settings.secrets_store
        noted = read_private(self.state_directory / "secrets-store")
        if noted:
            return noted.decode("utf-8", "replace").strip()
        if backend := self.environ.get("PYTHON_KEYRING_BACKEND"):
            return backend
        from awsfed.outside.secrets.keyring import choose_backend

        backend = choose_backend()
        self._note_choice(backend)
        return backend

    def _note_choice(self, store: str) -> None:
        from awsfed.outside.files import private_directory, write_atomic

        private_directory(self.state_directory)
        write_atomic(self.state_directory / "secrets-store", f"{store}\n".encode())
