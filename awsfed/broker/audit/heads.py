"""Signatures over the ends of chains, with a key outside the database: whoever owns the database cannot write new ones.

A signature vouches for every link up to its own. Links behind the last one may be cut off unnoticed, so the ends are
signed regularly, and signatures that are kept elsewhere too cannot be taken away with the links.
"""

from dataclasses import dataclass, field
from threading import Lock

from awsfed.broker.audit.chain import Newest
from awsfed.broker.audit.interface import EventRecords, Head
from awsfed.errors import InvalidValue
from awsfed.model.random_keys import parse_random_key
from awsfed.model.secret import Secret
from awsfed.model.signatures import parse_public_key, public_bytes, public_key
from awsfed.outside import ed25519
from awsfed.outside.clock import Clock

EVERY_LINKS = 100
EVERY_S = 60.0
_CLOCK_S = 30.0
"""By how much a clock may be set before the next event is signed at once."""
_SCHEME = "awsfed-audit-head-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditKey:
    """The key that ends of chains are signed with."""

    public: str
    private: bytes = field(repr=False)
    """In PEM."""


def parse_audit_key(secret: Secret) -> AuditKey:
    """Return a key; raise InvalidValue for what is none, and ConfigError where no library can use it."""
    private = ed25519.from_seed(parse_random_key(secret, "audit key"))
    return AuditKey(public=public_key(ed25519.public_of(private)), private=private)


def signed(end: Newest, key: AuditKey, signed_at: int) -> Head:
    """Return a signature over the end of a chain."""
    message = _message(end.writer, end.number, end.digest, signed_at)
    return Head(
        writer=end.writer,
        number=end.number,
        digest=end.digest,
        signed_at=signed_at,
        public_key=key.public,
        signature=ed25519.sign(key.private, message),
    )


def is_genuine(head: Head, trusted: tuple[str, ...]) -> bool:
    """Tell whether one of the trusted public keys made a signature."""
    try:
        public = parse_public_key(head.public_key)
    except InvalidValue:
        return False
    message = _message(head.writer, head.number, head.digest, head.signed_at)
    return public in trusted and ed25519.verify(public_bytes(public), head.signature, message)


def _message(writer: str, number: int, digest: str, signed_at: int) -> bytes:
    return "\n".join((_SCHEME, writer, str(number), digest, str(signed_at))).encode()


@dataclass(slots=True)
class _Signed:
    """How far one chain is signed."""

    number: int = 0
    at: float = 0.0
    """On the monotonic clock."""
    moment: float = 0.0
    """The same in epoch seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Signs the chain of this process: its first link, and then after so many links or so long.

    Such a signature is kept together with its link, so that there is no chain without one, and no tail that is longer
    or older than that. Nothing is behind the last event that would sign it: a server calls `sign` now and then, and
    when it stops.
    """

    records: EventRecords = field(repr=False)
    key: AuditKey
    clock: Clock
    _signed: dict[str, _Signed] = field(default_factory=dict, init=False, repr=False)
    """By writer."""
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def due(self, end: Newest) -> Head | None:
        """Return a signature over an end that is about to be kept, where enough is unsigned; None where it is not."""
        done = self._of(end.writer)
        if done.number and not self._is_late(done) and end.number - done.number < EVERY_LINKS:
            return None
        return signed(end, self.key, int(self.clock.now()))

    def kept(self, head: Head) -> None:
        """Note that a signature was kept."""
        done = self._of(head.writer)
        done.number = max(done.number, head.number)
        done.at, done.moment = self.clock.monotonic(), self.clock.now()

    def sign(self, end: Newest | None) -> None:
        """Sign an end unless it is signed; raise StoreError where the signature cannot be kept."""
        if end is None:
            return
        with self._lock:
            if end.number > self._of(end.writer).number:
                head = signed(end, self.key, int(self.clock.now()))
                self.records.add_head(head)
                self.kept(head)

    def _is_late(self, done: _Signed) -> bool:
        """Tell whether the last signature is old, or would look old beside an event: the clock was set since."""
        passed_s = self.clock.monotonic() - done.at
        return passed_s >= EVERY_S or abs(self.clock.now() - done.moment - passed_s) >= _CLOCK_S

    def _of(self, writer: str) -> _Signed:
        return self._signed.setdefault(writer, _Signed(at=self.clock.monotonic(), moment=self.clock.now()))
