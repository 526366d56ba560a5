"""The port to the place where vended credentials wait, and the names under which they do."""

import hashlib
import json
from typing import Protocol

from awsfed.launch import Entry


class CredentialCache(Protocol):
    """Keeps entries under keys; an entry that cannot be used any more reads as absent."""

    def get(self, key: str) -> Entry | None:
        """Return an entry; None when there is none, or it was made with other settings."""

    def put(self, key: str, entry: Entry) -> None:
        """Keep an entry, in place of any other; raise StoreError when it cannot be kept."""

    def delete(self, key: str) -> None:
        """Remove an entry; one that is absent is fine."""


def cache_key(connector: str, *, issuer: str, subject: str, fingerprint: str, narrowing: str = "") -> str:
    """Return the name of an entry: the connector's slug, a dot, and a digest of everything the answer depends on.

    The digest begins with that of the issuer, so that a profile is never answered with what another Crowd gave.
    """
    parts = json.dumps([connector, issuer, subject, fingerprint, narrowing])
    return f"{connector}.{_mark(issuer)}{hashlib.sha256(parts.encode('utf-8')).hexdigest()[:24]}"


def is_of(key: str, issuer: str) -> bool:
    """Tell whether a key was made for an issuer."""
    return key.rpartition(".")[2].startswith(_mark(issuer))


def _mark(issuer: str) -> str:
    return hashlib.sha256(issuer.encode("utf-8")).hexdigest()[:8]


def connector_of(key: str) -> str:
    """Return the connector that a key names."""
    return key.rpartition(".")[0]
