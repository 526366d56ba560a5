"""Signing out: sessions, cached credentials and the sections made from them."""

from dataclasses import dataclass

from awsfed.workstation.awsfiles.credentials_file import CredentialsFile
from awsfed.workstation.cache.interface import CredentialCache, connector_of
from awsfed.workstation.known import Known, KnownStore
from awsfed.workstation.session import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """What was removed."""

    issuer: str
    name: str
    profiles: tuple[str, ...]
    """Sections of the credentials file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOut:
    """Removes what a sign-in left on this machine; credentials that were taken elsewhere live until they expire."""

    sessions: Sessions
    known: KnownStore
    cache: CredentialCache
    credentials_file: CredentialsFile

    def __call__(self, issuer: str | None = None) -> tuple[SignedOut, ...]:
        """Sign out of one issuer, or of all of them."""
        wanted = None if issuer is None else issuer.rstrip("/")
        return tuple(self._one(known) for known in self.known.all() if wanted in {None, known.issuer})

    def _one(self, known: Known) -> SignedOut:
        for key in known.keys:
            self.cache.delete(key)
        connectors = {connector_of(key) for key in known.keys}
        profiles = tuple(own.profile for own in self.credentials_file.ours() if own.connector in connectors)
        for profile in profiles:
            self.credentials_file.remove(profile)
        self.sessions.forget(known.issuer)
        self.known.forget(known.issuer)
        return SignedOut(issuer=known.issuer, name=known.name, profiles=profiles)
