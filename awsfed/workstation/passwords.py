"""Passwords that users chose to keep in the keyring, for a broker whose sessions end when they are not used."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from awsfed.errors import LoginRequired, StoreError
from awsfed.model.identity import Session
from awsfed.model.secret import Secret
from awsfed.outside.secrets.interface import SecretStore
from awsfed.workstation.known import KnownStore
from awsfed.workstation.session import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Passwords:
    """Keeps one password an issuer, and the sessions that it opens again."""

    store: Callable[[], SecretStore]
    """The keyring; never a file."""
    sessions: Sessions
    known: KnownStore

    def check(self, issuer: str) -> None:
        """Make sure that there is a place for a password; raise StoreError where there is none."""
        self.store().get(_entry(issuer))

    def keep(self, session: Session, password: Secret) -> None:
        """Keep the password that a session was opened with."""
        record = {"key": session.key, "password": password.reveal()}
        self.store().put(_entry(session.issuer), Secret(json.dumps(record)))

    def get(self, session: Session) -> Secret | None:
        """Return the password of a session's user, or None where none, or that of another, is kept."""
        try:
            record = self.store().get(_entry(session.issuer))
        except StoreError:
            return None
        if record is None:
            return None
        try:
            fields = json.loads(record.reveal())
            is_theirs = fields["key"] == session.key
            return Secret(fields["password"]) if is_theirs and isinstance(fields["password"], str) else None
        except (ValueError, TypeError, KeyError, RecursionError):
            return None

    def renewed(self, session: Session) -> None:
        """Keep a session in place of the one that ended, unless its user has signed out meanwhile."""
        with self.known.one_sign_in(), suppress(LoginRequired):
            if self.sessions.load(session.issuer).key == session.key:
                self.known.begin(session)
                self.sessions.keep(session)

    def forget(self, session: Session) -> None:
        """Remove what is kept for the issuer of a session; where there is no keyring, nothing is."""
        with suppress(StoreError):
            self.store().delete(_entry(session.issuer))


def _entry(issuer: str) -> str:
    return f"password:{issuer}"
