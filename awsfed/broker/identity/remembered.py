"""Answers of a directory, used again for a short while."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from awsfed.broker.identity.interface import IdentitySource, Person
from awsfed.model.identity import Identity
from awsfed.model.secret import Secret
from awsfed.outside.clock import Clock

_MOST = 10_000


@dataclass(slots=True, kw_only=True)
class Memberships:
    """Who people were a moment ago; threads may share it."""

    clock: Clock
    for_s: float
    _known: dict[str, tuple[float, Identity]] = field(default_factory=dict, init=False, repr=False)
    """By name; in the order in which they came."""
    _forgotten: int = field(default=0, init=False, repr=False)
    """How often a name was forgotten."""
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def forget(self, name: str) -> None:
        """Know nothing of a name any more."""
        with self._lock:
            self._known.pop(name, None)
            self._forgotten += 1

    def identity(self, name: str, ask: Callable[[str], Identity]) -> Identity:
        """Return what is known of a name, or else what `ask` answers.

        Errors are not remembered, nor is what was asked before a name was forgotten: it may be about that one.
        """
        now, forgotten = self.clock.monotonic(), self._forgotten
        known = self._known.get(name)
        if known is not None and now - known[0] < self.for_s:
            return known[1]
        identity = ask(name)
        with self._lock:
            self._known.pop(name, None)
            if forgotten == self._forgotten:
                self._known[name] = now, identity  # from before it was asked: an answer is as old as its question
            while len(self._known) > _MOST:
                del self._known[next(iter(self._known))]
        return identity


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedIdentities:
    """The IdentitySource port over another one; who somebody is may be an answer of a short while ago."""

    source: IdentitySource
    memberships: Memberships

    @property
    def issuer(self) -> str:
        """The URL of the directory behind."""
        return self.source.issuer

    def authenticate(self, name: str, password: Secret) -> Person:
        """Check a password, and forget who had that name before; see the port."""
        person = self.source.authenticate(name, password)
        self.memberships.forget(person.name)
        return person

    def look_up(self, name: str, *, even_inactive: bool = False) -> Identity:
        """Return who a user is, or was a short while ago; see the port."""
        if even_inactive:
            return self.source.look_up(name, even_inactive=True)
        return self.memberships.identity(name, self.source.look_up)

    def ping(self) -> str:
        """Ask the directory; see the port."""
        return self.source.ping()
