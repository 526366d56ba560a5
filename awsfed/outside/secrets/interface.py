"""The port to places that keep secrets."""

from typing import Protocol

from awsfed.model.secret import Secret


class SecretStore(Protocol):
    """Keeps secrets under names, for one user of one machine.

    Every verb raises `NoKeyring`, `KeyringLocked` or another `StoreError` when the place cannot be used.
    """

    def get(self, name: str) -> Secret | None:
        """Return a secret; None when there is none of that name."""

    def put(self, name: str, secret: Secret) -> None:
        """Keep a secret, in place of any other of that name."""

    def delete(self, name: str) -> bool:
        """Remove a secret; tell whether there was one."""
