"""Signing in: one check of the password, then a session."""

from dataclasses import dataclass

from awsfed.broker.interface import Broker
from awsfed.model.identity import Session
from awsfed.model.secret import Secret
from awsfed.tasks.log_out import LogOut
from awsfed.workstation.known import KnownStore
from awsfed.workstation.session import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """Turns a name and a password into a session on this machine."""

    broker: Broker
    sessions: Sessions
    known: KnownStore
    log_out: LogOut

    def __call__(self, name: str, password: Secret) -> Session:
        """Sign in and return the session.

        What an earlier session of somebody else left here is removed first: two users never share a cache.
        """
        self.sessions.store()  # before the password goes out: a session that cannot be kept is worth nothing
        session = self.broker.log_in(name, password)
        before = self.known.load(session.issuer)
        if before and before.subject != session.key:
            self.log_out(session.issuer)
        self.sessions.keep(session)
        self.known.begin(session)
        self.known.trust(session.issuer, session.name)
        return session
