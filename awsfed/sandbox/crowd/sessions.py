"""Single sign-on sessions: bound to validation factors, ended by time, prolonged by validation."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

Factors = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SsoSession:
    """One token and whom it stands for; `user_key` survives a rename."""

    token: str = field(repr=False)
    user_key: str
    factors: Factors
    created_ms: int
    expiry_ms: int
    life_ms: int


class Sessions:
    """The living sessions of every user."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, SsoSession] = {}

    def begin(self, user_key: str, factors: Factors, life_s: int) -> SsoSession:
        """A new session, or the living one of the same user with the same factors."""
        with self._lock:
            for session in self._living():
                if (session.user_key, session.factors) == (user_key, factors):
                    return session
            now_ms = self._now_ms()
            session = SsoSession(
                token=secrets.token_urlsafe(24),
                user_key=user_key,
                factors=factors,
                created_ms=now_ms,
                expiry_ms=now_ms + life_s * 1000,
                life_ms=life_s * 1000,
            )
            self._sessions[session.token] = session
            return session

    def find(self, token: str) -> SsoSession | None:
        """The living session with this token."""
        with self._lock:
            return next((one for one in self._living() if one.token == token), None)

    def prolong(self, token: str, factors: Factors) -> SsoSession | None:
        """The session with its time started anew; None unless every factor is the same."""
        session = self.find(token)
        if session is None or session.factors != factors:
            return None
        with self._lock:
            prolonged = replace(session, expiry_ms=self._now_ms() + session.life_ms)
            self._sessions[token] = prolonged
            return prolonged

    def end(self, token: str) -> None:
        """Forget one session."""
        with self._lock:
            self._sessions.pop(token, None)

    def end_all(self, user_key: str, spared: str | None) -> None:
        """Forget every session of a user, except one that is spared."""
        with self._lock:
            for session in tuple(self._sessions.values()):
                if session.user_key == user_key and session.token != spared:
                    del self._sessions[session.token]

    def _living(self) -> list[SsoSession]:
        now_ms = self._now_ms()
        return [one for one in self._sessions.values() if now_ms < one.expiry_ms]

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)
