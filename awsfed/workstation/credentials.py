"""The story of every delivery: cached and good? -> lock -> look again -> ask the broker -> keep -> return."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from awsfed.broker.interface import Broker, ConnectorSummary, Vended
from awsfed.errors import (
    AwsfedError,
    Busy,
    CorruptEntry,
    InvalidValue,
    LoginRequired,
    MfaCodeRequired,
    NotGranted,
    ProtocolError,
    Refused,
    StoreError,
    Unavailable,
    UnwritableFile,
    UserInactive,
)
from awsfed.launch import Entry, key_of_name
from awsfed.model.credentials import Credentials
from awsfed.model.identity import Session
from awsfed.model.lifetime import BLOCK_LEFT_S, FLOOR_S, lifetime, wants_new
from awsfed.model.narrowing import NOTHING, Narrowing
from awsfed.model.slugs import parse_slug
from awsfed.model.text import shown
from awsfed.outside.clock import Clock
from awsfed.outside.files import private_directory
from awsfed.outside.locks import locked
from awsfed.workstation.cache.interface import CredentialCache, cache_key, connector_of, is_of
from awsfed.workstation.delivery.process import document, parse_document
from awsfed.workstation.failures import Failures
from awsfed.workstation.known import Known, KnownStore
from awsfed.workstation.session import Sessions

RETRY_APART_S = 30.0
"""For so long after a failed renewal, older credentials that still work are handed out without another attempt."""
_NO_REFUSAL = (Unavailable, LoginRequired, ProtocolError)
"""What takes nothing away: not now, not without a login, or an answer that nobody understands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a delivery needs of credentials."""

    renewable: bool = False
    """Whether whoever gets them will come back in time for new ones."""
    min_life_s: int = FLOOR_S
    """How long they have to be good for."""
    narrowing: Narrowing = NOTHING
    """What they must not exceed, besides what the connector allows."""
    subject: str | None = None
    """The user they are for; None means whoever is signed in."""
    key: str | None = None
    """The cache entry that was asked for, where it was asked for by name; it is kept current too."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Obtained:
    """Credentials, ready for delivery."""

    answer: bytes
    """The credential_process document."""
    credentials: Credentials
    region: str | None
    subject: str
    """Stable key of the user they are for."""
    left_over: AwsfedError | None = None
    """Why these are older ones: the reason for which new ones could not be had."""
    not_kept: AwsfedError | None = None
    """Why they are not in the cache, so that the next use has to ask again."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class ObtainCredentials:
    """Finds good credentials, or gets them."""

    issuer: str
    broker: Callable[[], Broker]
    """Built only when it must be asked."""
    sessions: Sessions
    known: KnownStore
    cache: CredentialCache
    lock_directory: Path
    clock: Clock
    failures: Failures
    withdraw: Callable[[str], None]
    """Removes what was written elsewhere for a connector that is definitely refused."""
    renew_behind: Callable[[str, str | None], None]
    """Starts a renewal of a connector, and of the entry that was asked for, without waiting for it."""
    answers_by_name: bool = False
    """Whether this run has the settings that anybody has who knows no more than a connector's name."""
    lock_wait_s: float = 40.0
    long_block_left_s: int = BLOCK_LEFT_S

    def __call__(self, connector: str, need: Need) -> Obtained:
        """Return credentials for a connector.

        Raises:
            LoginRequired, AccessDenied, Unavailable, …: whatever the broker or a store said, when there are no cached
                credentials that may still be used.
            Refused: what the connector gives does not live as long as was asked.
        """
        self._check(connector, need)
        kept = self._kept(connector, need)
        if kept and self._is_good(kept, need):
            if need.renewable and self.clock.now() >= kept.entry.ahead_at:
                self.renew_behind(connector, need.key)
            return kept.obtained()
        since = self.clock.now()
        try:
            with self._alone(connector):
                return self._looked_up_again(connector, need, since)
        except Busy as error:
            return self._left_over(kept, need, error)

    def renew(self, connector: str, need: Need) -> None:
        """Get new credentials, unless somebody just did; what goes wrong is noted for `awsfed status`."""
        self._check(connector, need)
        with self._alone(connector):
            kept = self._kept(connector, need)
            if kept is None or self.clock.now() >= kept.entry.ahead_at:
                self._renewed(connector, need, kept)

    def _looked_up_again(self, connector: str, need: Need, since: float) -> Obtained:
        """Use what somebody else got while we waited for the lock, share their failure, or ask the broker."""
        kept = self._kept(connector, need)
        if kept and self._is_good(kept, need):
            return kept.obtained()
        failure = self.failures.last(connector)
        if failure and isinstance(failure.error, MfaCodeRequired):
            failure = None  # perhaps there is somebody to ask now
        age_s = self.clock.now() - failure.at if failure else -1.0
        if failure and kept and 0 <= age_s < RETRY_APART_S and isinstance(failure.error, _NO_REFUSAL):
            return self._left_over(kept, need, failure.error)
        if failure and age_s >= 0 and failure.at > since:
            raise failure.error
        return self._renewed(connector, need, kept)

    def _check(self, connector: str, need: Need) -> None:
        """Let nothing through that could not be a connector's name, or was meant for somebody else."""
        try:
            parse_slug(connector)
        except InvalidValue:
            raise NotGranted(f"no connector {shown(connector, limit=64)!r} for you", hint="awsfed connectors") from None
        if need.key and not is_of(need.key, self.issuer):
            raise Refused(f"this profile was made for another Crowd than {self.issuer}", hint="awsfed configure")
        known = self.known.load(self.issuer)
        if need.subject and known and known.subject != need.subject:
            raise _somebody_else()

    @contextmanager
    def _alone(self, connector: str) -> Iterator[None]:
        """Hold the connector's lock; a home that cannot be written keeps nothing that a lock could protect."""
        path = self.lock_directory / f"{connector.casefold()}.lock"
        with ExitStack() as held:
            with suppress(UnwritableFile):
                private_directory(self.lock_directory)
                held.enter_context(locked(path, timeout_s=self.lock_wait_s, clock=self.clock))
            yield

    def _left_over(self, kept: "_Kept | None", need: Need, error: AwsfedError) -> Obtained:
        """Return older credentials that are still good enough; raise the error where there are none."""
        if kept and kept.credentials.expires_at - self.clock.now() >= need.min_life_s:
            return kept.obtained(left_over=error)
        raise error

    def _kept(self, connector: str, need: Need) -> "_Kept | None":
        known = self.known.load(self.issuer)
        entry = self.cache.get(self._key(known, connector, need)) if known and known.connector(connector) else None
        if known is None or entry is None:
            return None
        try:
            credentials = parse_document(entry.answer, entry.issued_at)
        except CorruptEntry:
            return None
        at = known.connector(connector)
        return _Kept(entry=entry, credentials=credentials, region=at.region if at else None, subject=known.subject)

    def _key(self, known: Known, connector: str, need: Need) -> str:
        at = known.connector(connector)
        return cache_key(
            connector,
            issuer=known.issuer,
            subject=known.subject,
            fingerprint=at.fingerprint if at else "",
            narrowing=need.narrowing.fingerprint(),
        )

    def _is_good(self, kept: "_Kept", need: Need) -> bool:
        now = self.clock.now()
        credentials = kept.credentials
        if now < credentials.issued_at or credentials.expires_at - now < need.min_life_s:
            return False  # the first: the clock was set back, and nothing about the entry can be relied on
        if need.renewable:
            return now < kept.entry.block_at
        return not wants_new(credentials.issued_at, credentials.expires_at, now)

    def _renewed(self, connector: str, need: Need, kept: "_Kept | None") -> Obtained:
        try:
            vended, subject = self._vended(connector, need)
        except (NotGranted, UserInactive):
            self._drop(connector)
            raise
        except _NO_REFUSAL as error:
            return self._left_over(kept, need, error)
        obtained = self._keep(vended, subject, need)
        life_s = vended.credentials.expires_at - int(self.clock.now())
        if life_s < need.min_life_s:
            raise Refused(
                f"connector {connector!r} gives credentials for {life_s} s; {need.min_life_s} s were asked for",
                hint="raise the connector's duration, or ask for less",
            )
        return obtained

    def _vended(self, connector: str, need: Need) -> tuple[Vended, str]:
        """Return new credentials, and the key of the user they are for."""
        try:
            session = self.sessions.load(self.issuer)
            self._check_session(session, need)
            vended = self.broker().credentials(session, connector, need.narrowing)
        except AwsfedError as error:
            if isinstance(error, NotGranted) and (known := self.known.load(self.issuer)):
                meant = known.meant_by(connector)
                error.hint = f"did you mean {meant}?" if meant else error.hint
            if need.narrowing == NOTHING or not isinstance(error, (Refused, InvalidValue)):
                with suppress(UnwritableFile):  # a wish that cannot be met is nobody else's failure
                    self.failures.note(connector, error, self.clock.now())
            raise
        with suppress(UnwritableFile):
            self.failures.clear(connector)
        return vended, session.key

    def _check_session(self, session: Session, need: Need) -> None:
        """Refuse a session that is not of the user who is known here, or not of the one who is meant."""
        known = self.known.load(self.issuer)
        if known and known.subject != session.key:
            raise LoginRequired(f"signing in to {self.issuer} was cut short", hint="awsfed login")
        if need.subject and session.key != need.subject:
            raise _somebody_else()

    def _keep(self, vended: Vended, subject: str, need: Need) -> Obtained:
        credentials, connector = vended.credentials, vended.connector
        moments = lifetime(credentials.issued_at, credentials.expires_at, self.long_block_left_s)
        entry = Entry(document(credentials), moments.ahead_at, moments.block_at, credentials.issued_at)
        obtained = Obtained(answer=entry.answer, credentials=credentials, region=connector.region, subject=subject)
        keys = self._keys(subject, connector, need)

        def put() -> None:
            for name in keys:
                self.cache.put(name, entry)

        try:  # nothing is kept when somebody else signed in meanwhile, or the user signed out
            self.known.remember_vended(self.issuer, subject, connector, keys, put)
        except UnwritableFile as error:  # a full disk must not take away what was vended
            return replace(obtained, not_kept=error)
        return obtained

    def _keys(self, subject: str, connector: ConnectorSummary, need: Need) -> tuple[str, ...]:
        """Return the names under which new credentials are kept: their own, and those that callers may know."""
        own = cache_key(
            connector.id,
            issuer=self.issuer,
            subject=subject,
            fingerprint=connector.fingerprint,
            narrowing=need.narrowing.fingerprint(),
        )
        if need.narrowing != NOTHING:
            return (own,)
        named = [key_of_name(connector.id)] if self.answers_by_name else []
        return tuple(dict.fromkeys([own, *named, *([need.key] if need.key else [])]))

    def _drop(self, connector: str) -> None:
        known = self.known.load(self.issuer)
        if known is not None:
            for key in known.keys:
                if connector_of(key) == connector:
                    self.cache.delete(key)
            self.known.forget_connector(self.issuer, connector)
        with suppress(StoreError):  # a file that cannot be edited must not hide the refusal
            self.withdraw(connector)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class _Kept:
    """A cache entry, read."""

    entry: Entry
    credentials: Credentials
    region: str | None
    subject: str

    def obtained(self, left_over: AwsfedError | None = None) -> Obtained:
        """Return it for delivery."""
        return Obtained(
            answer=self.entry.answer,
            credentials=self.credentials,
            region=self.region,
            subject=self.subject,
            left_over=left_over,
        )


def _somebody_else() -> UserInactive:
    return UserInactive("another user has signed in since this began", hint="end it, and start it again")
