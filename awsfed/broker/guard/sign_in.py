"""Signing in to a broker that serves others: may one try? -> ask once -> session -> trail.

One answer stands for an unknown user and for a wrong password, and no clock tells them apart: whoever is refused is
told so at a whole multiple of a second after they asked.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from awsfed.broker.audit.trail import RequestTrail
from awsfed.broker.guard.attempts import Attempts
from awsfed.broker.guard.interface import SessionKind
from awsfed.broker.guard.sessions import BrokerSessions
from awsfed.broker.interface import Broker
from awsfed.errors import AccessDenied, AuthenticationError, AwsfedError, LoginRefused, PasswordExpired
from awsfed.model.identity import SERVICE, Session
from awsfed.model.secret import Secret
from awsfed.outside.clock import Clock

FLOOR_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A session that was begun, and the one copy of its token."""

    session: Session
    token: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The story, for one request. Every verb asks Crowd once at most.

    Raises:
        TooManyAttempts: it is too early for another try; Crowd was not asked.
        LoginRefused: name and password, or token, do not go together.
        PasswordExpired: they do, but the password must be changed first.
        IdentityUnavailable: Crowd cannot be asked.
        StoreError: the session or the trail cannot be written; nobody is signed in.
    """

    broker: Broker
    attempts: Attempts
    sessions: BrokerSessions
    trail: RequestTrail
    clock: Clock
    hold: Callable[[float], None] | None = None
    """Holds a refusal back for so many seconds; None waits here and now."""
    floor_s: float = FLOOR_S

    def with_password(self, name: str, password: Secret, kind: SessionKind) -> Issued:
        """Sign a person in."""
        refusal = LoginRefused(
            "name and password were not accepted", hint="check both, and that the account is not locked"
        )
        ask = partial(self.broker.log_in, name, password)
        return self._sign_in(name, name, lambda: _asked(ask, refusal), kind)

    def with_service_token(self, name: str, token: Secret, kind: SessionKind) -> Issued:
        """Sign a service in; its name is not that of a person."""
        refusal = LoginRefused("name and token of the service were not accepted", hint="check both")
        ask = partial(self.broker.log_in_service, name, token)
        return self._sign_in(name, f"{SERVICE}{name}", lambda: _asked(ask, refusal), kind)

    def _sign_in(self, name: str, whose: str, ask: Callable[[], Session], kind: SessionKind) -> Issued:
        with self._padded():
            try:
                with self.attempts.one(whose, self.trail.source):
                    session = ask()
            except (LoginRefused, PasswordExpired) as refusal:
                failures = self.attempts.failures(whose, self.trail.source)
                self.trail.sign_in_refused(name, _reason(refusal), {"failures": str(failures)})
                raise
        token = self.sessions.issue(session, kind, self.trail.source)
        self.trail.signed_in(session.key, session.name, {"kind": kind.value}, session.ends_at)
        return Issued(session=session, token=token)

    @contextmanager
    def _padded(self) -> Iterator[None]:
        """Let a refusal take a whole number of floors from here, however fast Crowd was."""
        started_at = self.clock.monotonic()
        try:
            yield
        except AuthenticationError:
            passed_s = self.clock.monotonic() - started_at
            floors = max(1, math.ceil(passed_s / self.floor_s))
            (self.hold or self.clock.sleep)(floors * self.floor_s - passed_s)
            raise


def _asked(ask: Callable[[], Session], refusal: LoginRefused) -> Session:
    """Return a session; raise one error for whatever tells that somebody exists."""
    try:
        return ask()
    except PasswordExpired:
        raise
    except (AuthenticationError, AccessDenied) as error:
        raise refusal from error


def _reason(refusal: AwsfedError) -> str:
    """Return what only the trail is told."""
    cause = refusal.__cause__
    return cause.message if isinstance(cause, AwsfedError) else refusal.message
