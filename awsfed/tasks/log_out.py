"""Signing out: sessions, cached credentials and the sections made from them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from awsfed.errors import AwsfedError, LoginRequired, NoKeyring, StoreError
from awsfed.model.identity import Session
from awsfed.workstation.awsfiles.credentials_file import CredentialsFile
from awsfed.workstation.cache.interface import CredentialCache
from awsfed.workstation.failures import Failures
from awsfed.workstation.known import Known, KnownStore
from awsfed.workstation.passwords import Passwords
from awsfed.workstation.session import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """What was removed."""

    issuer: str
    name: str
    profiles: tuple[str, ...] = ()
    """Sections of the credentials file."""
    trouble: StoreError | None = None
    """Why sections of the credentials file could not be removed; everything else is."""
    left_there: AwsfedError | None = None
    """Why the broker could not be told, so that the session there lives until it ends; nobody here has it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOut:
    """Removes what a sign-in left on this machine; credentials that were taken elsewhere live until they expire."""

    issuer: str
    """The one of the settings: its session ends even where nothing is known about it."""
    sessions: Sessions
    known: KnownStore
    cache: CredentialCache
    sweep: Callable[[str | None], None]
    """Removes cache files of an issuer, or all, whatever the settings say about caching."""
    failures: Failures
    credentials_file: CredentialsFile
    passwords: Passwords
    end_there: Callable[[Session], None]
    """Tells the broker that opened a session."""

    def __call__(self, issuer: str | None = None) -> tuple[SignedOut, ...]:
        """Sign out of one issuer, or of all of them; raise StoreError where nothing can be removed here."""
        elsewhere = self._elsewhere(issuer)  # now, since what goes wrong may do so behind the removal of a session
        try:
            with self.known.one_sign_in():
                return tuple(self._ended(issuer))
        except StoreError as error:
            raise self._ended_there(elsewhere, error) from None

    def _ended(self, wanted: str | None) -> list[SignedOut]:
        found = [known for known in self.known.all() if wanted in {None, known.issuer}]
        ended = [self.end(known) for known in found]
        if wanted in {None, self.issuer} and self.issuer not in {known.issuer for known in found}:
            ended += self._unknown()
        if wanted is None:
            self.sweep(None)
            ended += self._sections_of_nobody()
        return ended

    def _elsewhere(self, wanted: str | None) -> list[Session]:
        """Return the sessions to be ended that brokers elsewhere have a part of."""
        issuers = dict.fromkeys((*(known.issuer for known in self.known.all()), self.issuer))
        found = (self.remote_session(issuer) for issuer in issuers if wanted in {None, issuer})
        return [session for session in found if session]

    def _ended_there(self, sessions: list[Session], error: StoreError) -> StoreError:
        """End at their brokers what cannot be removed here; return what to say of it."""
        places = [session.issuer for session in sessions if self.tell(session) is None]
        if not places:
            return error
        return StoreError(f"{error.message}; the session has ended at {', '.join(places)} itself", hint=error.hint)

    def end(self, known: Known) -> SignedOut:
        """End one session: first what vends and what was vended, then the sections, which may be in the way."""
        session = self.remote_session(known.issuer)
        for key in known.keys:
            self.cache.delete(key)
        self.clear(known.issuer)
        if session:
            self.passwords.forget(session)
        self.sessions.forget(known.issuer)
        self.known.forget(known.issuer)
        removed, trouble = [], None
        for profile in known.profiles:
            try:
                removed += [profile] if self.credentials_file.remove(profile) else []
            except StoreError as error:
                trouble = error
        return SignedOut(
            issuer=known.issuer,
            name=known.name,
            profiles=tuple(removed),
            trouble=trouble,
            left_there=self.tell(session) if session else None,
        )

    def remote_session(self, issuer: str) -> Session | None:
        """Return the session for an issuer that a broker elsewhere has a part of."""
        try:
            session = self.sessions.load(issuer)
        except (LoginRequired, StoreError):
            return None
        return session if session.token else None

    def tell(self, session: Session) -> AwsfedError | None:
        """End a session at its broker; return why that could not be done. One that it does not know has ended."""
        try:
            self.end_there(session)
        except LoginRequired:
            return None
        except AwsfedError as error:
            return error
        return None

    def clear(self, issuer: str) -> None:
        """Remove cached credentials of an issuer and what went wrong, so that nobody after this user meets them."""
        self.sweep(issuer)
        self.failures.clear_all()

    def _unknown(self) -> list[SignedOut]:
        """End a session that nothing is known about, as after the loss of the state folder."""
        self.clear(self.issuer)
        session = self.remote_session(self.issuer)
        if session:
            self.passwords.forget(session)
        with suppress(NoKeyring):
            if self.sessions.forget(self.issuer):
                left = self.tell(session) if session else None
                return [SignedOut(issuer=self.issuer, name="whoever was signed in", left_there=left)]
        return []

    def _sections_of_nobody(self) -> list[SignedOut]:
        try:
            left = self.credentials_file.remove_all()
        except StoreError as error:
            return [SignedOut(issuer="every Crowd", name="whoever was signed in", trouble=error)]
        return [SignedOut(issuer="every Crowd", name="whoever was signed in", profiles=left)] if left else []
