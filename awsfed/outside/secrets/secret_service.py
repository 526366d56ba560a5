"""The Secret Service of Linux, read in one session.

For every secret the keyring library opens a connection and agrees on a new key with the daemon, which takes longer than
all the rest of reading it. A process of ours reads three.
"""

from typing import Any

import keyring.backends.SecretService
from secretstorage.util import open_session


class OneSession(keyring.backends.SecretService.Keyring):
    """The library's own backend, with one connection and one key for all that it reads."""

    _kept: Any = None

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret, or None."""
        try:
            for item in self._collection().search_items(self._query(service, username)):
                self.unlock(item)  # type: ignore[no-untyped-call]  # the library has types for some
                return str(item.get_secret().decode("utf-8"))
        except Exception:
            self._kept = None  # the daemon may have gone, and the next one knows nothing of this session
            raise
        return None

    def _collection(self) -> Any:
        if self._kept is None:
            collection = self.get_preferred_collection()  # type: ignore[no-untyped-call]  # see above
            collection.session = open_session(collection.connection)
            self._kept = collection
        return self._kept
