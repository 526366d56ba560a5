"""Secrets in the operating system's keyring."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import keyring.backends.fail
import keyring.backends.null
import keyring.core
import keyring.errors

from awsfed.errors import ConfigError, KeyringLocked, NoKeyring, StoreError
from awsfed.model.secret import Secret

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "awsfed"
_USELESS = (keyring.backends.fail.Keyring, keyring.backends.null.Keyring)
_SECRET_SERVICE = "keyring.backends.SecretService.Keyring"  # noqa: S105 - the name of a class
_OURS = {_SECRET_SERVICE: "awsfed.outside.secrets.secret_service.OneSession"}


class KeyringStore:
    """One backend of the keyring library, chosen once and named from then on: a scan of all costs 15 processes."""

    def __init__(self, backend: str, *, may_unlock: bool = True) -> None:
        """Load the backend; with `may_unlock` false a locked keyring is an error instead of a question on the screen.

        Raises:
            ConfigError: there is no such backend here.
            NoKeyring: the backend cannot keep anything.
        """
        self._name = backend
        self._may_unlock = may_unlock
        try:
            self._backend: KeyringBackend = keyring.core.load_keyring(_OURS.get(backend, backend))
        except (ImportError, AttributeError, ValueError, TypeError, RuntimeError) as error:
            raise ConfigError(
                f"the keyring backend {backend!r} cannot be used on this machine",
                hint="correct secrets.store, or remove it to choose again",
            ) from error
        if isinstance(self._backend, _USELESS):
            raise no_keyring()

    def get(self, name: str) -> Secret | None:
        """Return a secret, or None; see the port."""
        with self._translated():
            self._check_open()
            text = self._backend.get_password(SERVICE, name)
        return None if text is None else Secret(text)

    def put(self, name: str, secret: Secret) -> None:
        """Keep a secret; see the port."""
        with self._translated():
            self._check_open()
            self._backend.set_password(SERVICE, name, secret.reveal())

    def delete(self, name: str) -> bool:
        """Remove a secret; see the port."""
        with self._translated():
            self._check_open()
            try:
                self._backend.delete_password(SERVICE, name)
            except keyring.errors.PasswordDeleteError:
                return False
        return True

    def _check_open(self) -> None:
        """Look whether the keyring is open, where the backend would otherwise ask on the screen."""
        if self._may_unlock or self._name != _SECRET_SERVICE:
            return
        import secretstorage

        with closing(secretstorage.dbus_init()) as connection:
            if secretstorage.get_default_collection(connection).is_locked():
                raise keyring.errors.KeyringLocked

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except keyring.errors.KeyringLocked:
            raise KeyringLocked("the keyring is locked", hint="unlock it, then try again") from None
        except (keyring.errors.InitError, keyring.errors.NoKeyringError):
            raise no_keyring() from None
        except keyring.errors.KeyringError as error:
            raise StoreError(f"the keyring failed: {type(error).__name__}", hint="awsfed status") from None
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - each backend has exceptions of its own, some with secrets in them
            raise StoreError(f"the keyring failed: {type(error).__name__}", hint="awsfed status") from None


def choose_backend() -> str:
    """Look through all backends and return the name of the best one; slow, so its answer is kept.

    Raises:
        NoKeyring: none can keep anything here.
    """
    best = keyring.core.get_keyring()
    candidates = [best, *getattr(best, "backends", ())]
    for backend in candidates:
        name = f"{type(backend).__module__}.{type(backend).__qualname__}"
        if not isinstance(backend, _USELESS) and name != "keyring.backends.chainer.ChainerBackend":
            return name
    raise no_keyring()


def no_keyring() -> NoKeyring:
    """Return the error for a machine without a keyring."""
    return NoKeyring(
        "this machine has no keyring that can be used",
        hint='start one (gnome-keyring, KWallet), or keep sessions in a private file: secrets.store = "file"',
    )
