"""The sessions of a broker that serves others: issued, found by their tokens, ended everywhere at once."""

from dataclasses import dataclass, field

from awsfed.broker.guard.interface import SessionKind, SessionRecord, SessionRecords
from awsfed.broker.guard.sweeping import Sweeping
from awsfed.broker.guard.tokens import digest_of, new_token
from awsfed.errors import LoginRequired
from awsfed.model.identity import SERVICE, Session
from awsfed.model.secret import Secret
from awsfed.outside.clock import Clock

PREFIX = "awsfed-session."
_SEEN_EVERY_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSessions:
    """Nothing is kept here, so that any process on the same store finds and ends what another issued."""

    records: SessionRecords = field(repr=False)
    clock: Clock
    sweeping: Sweeping
    issuer: str
    """What the sessions of the broker behind belong to."""
    idle_s: int = 1800
    """After so long without a request a cookie ends; a bearer, which no browser shows by itself, does not."""

    def issue(self, session: Session, kind: SessionKind, source: str) -> Secret:
        """Keep a session and return its token, which nobody can find again."""
        self.sweeping.now_and_then(self.sweep)
        token = new_token(PREFIX)
        record = SessionRecord(
            token_digest=digest_of(token, PREFIX) or "",
            kind=kind,
            user_key=session.key,
            user_name=session.name,
            source=source,
            signed_in_at=session.signed_in_at,
            seen_at=session.signed_in_at,
            ends_at=session.ends_at,
        )
        self.records.add(record)
        return token

    def find(self, token: Secret) -> tuple[Session, SessionRecord]:
        """Return the session of a token; raise LoginRequired, the same one for all that is wrong with it."""
        digest = digest_of(token, PREFIX)
        return self.of_digest(digest) if digest else _login_required()

    def of_digest(self, token_digest: str) -> tuple[Session, SessionRecord]:
        """Return the session of a token that was found before; raise LoginRequired."""
        record = self.records.get(token_digest)
        now = int(self.clock.now())
        if record is None or now >= record.ends_at or self._is_idle(record, now):
            return _login_required()
        if now - record.seen_at >= _SEEN_EVERY_S:
            self.records.touch(token_digest, now)
        session = Session(
            issuer=self.issuer,
            key=record.user_key,
            name=record.user_name,
            signed_in_at=record.signed_in_at,
            ends_at=record.ends_at,
        )
        return session, record

    def revoke(self, token: Secret) -> bool:
        """End the session of a token, and its tickets; tell whether there was one."""
        digest = digest_of(token, PREFIX)
        return digest is not None and self.records.delete(digest)

    def revoke_user(self, user_key: str) -> int:
        """End every session of a user; return how many there were."""
        return self.records.delete_of_user(user_key)

    def holders(self, user_key: str | None, name: str) -> dict[str, str]:
        """Return the people who have sessions, key and name: those of a key, or of a name where no key is known."""
        return {
            key: named
            for key, named in self.records.holders()
            if key == user_key or (user_key is None and named.lower() == name.lower() and not key.startswith(SERVICE))
        }

    def sweep(self) -> int:
        """Throw away what ended; return how many there were."""
        return self.records.delete_ended(int(self.clock.now()), self.idle_s)

    def _is_idle(self, record: SessionRecord, now: int) -> bool:
        return record.kind is SessionKind.COOKIE and now - record.seen_at >= self.idle_s


def _login_required() -> tuple[Session, SessionRecord]:
    raise LoginRequired("there is no such session, or it has ended", hint="awsfed login")
