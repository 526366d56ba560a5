"""Signing in: one check of the password, then a session."""

from dataclasses import dataclass

from awsfed.broker.interface import Broker
from awsfed.model.identity import Session
from awsfed.model.secret import Secret
from awsfed.tasks.log_out import LogOut
from awsfed.workstation.known import KnownStore
from awsfed.workstation.passwords import Passwords
from awsfed.workstation.session import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """Turns a name and a password into a session on this machine."""

    broker: Broker
    sessions: Sessions
    known: KnownStore
    log_out: LogOut
    passwords: Passwords

    def __call__(self, name: str, secret: Secret, *, as_service: bool = False, keep_password: bool = False) -> Session:
        """Sign a person in with a password, or a service with its token, and return the session.

        What an earlier session of somebody else left here is removed first: two users never share a cache. An earlier
        one of the same user ends at its broker.

        Args:
            name: as it was typed.
            secret: the password, or the token.
            as_service: whether it is a token.
            keep_password: whether the password goes into the keyring, to open ended sessions again.
        """
        self.sessions.check(self.broker.issuer)  # before the password goes out: without a place it is worth nothing
        if keep_password:
            self.passwords.check(self.broker.issuer)
        log_in = self.broker.log_in_service if as_service else self.broker.log_in
        session = log_in(name, secret)
        with self.known.one_sign_in():
            earlier = self.log_out.remote_session(session.issuer)
            before = self.known.load(session.issuer)
            if before and before.subject != session.key:
                self.log_out.end(before)
            if before is None:
                self.log_out.clear(session.issuer)
            self.known.begin(session)  # before the session: cut off in between, nobody is signed in
            self.sessions.keep(session)
            self.log_out.failures.clear_all()  # they were of the session before
            if session.token:
                self.passwords.forget(session)
            if keep_password:
                self.passwords.keep(session, secret)
        if earlier and before and before.subject == session.key:
            self.log_out.tell(earlier)
        if not as_service:
            self.known.trust(session.issuer, session.name)
        return session
