"""Guessing passwords: the more attempts failed, the longer the next one has to wait.

Failures are counted for a user from one source, and for the source, whoever it names. Nothing is counted for a user
alone: then anybody could lock anybody out. Sessions that are there are never asked.

An attempt counts as failed from before the password is looked at until it turns out right. However many come at once,
no more get through than would one after another. Whoever is told to wait for a moment only may have come beside
somebody who is right, and may try again on their own.
"""

import hashlib
import ipaddress
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from awsfed.broker.guard.interface import AttemptRecords, Failures
from awsfed.broker.guard.sweeping import Sweeping
from awsfed.errors import LoginRefused, PasswordExpired, TooManyAttempts
from awsfed.outside.clock import Clock

FORGOTTEN_S = 3600.0
MOMENT_S = 3.0
"""Whoever has to wait no longer than that may be waited for."""
_LONGEST_S = 900.0
_IPV6_SITE = 64
"""Bits that a subscriber has one of; the others they choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How often one may fail before there is a wait, which doubles with each failure from one second on."""

    free: int

    def wait_s(self, failures: Failures, now: float) -> float:
        """Return how long the next attempt has to wait from now on."""
        return max(0.0, self.delay_s(failures.count) - max(0.0, now - failures.last_at))

    def delay_s(self, count: int) -> float:
        """Return how long to wait after so many failures."""
        if count < self.free:
            return 0.0
        return min(_LONGEST_S, 2.0 ** min(count - self.free, 30))


BY_USER = Limit(free=4)
BY_SOURCE = Limit(free=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Lets an attempt through, or not."""

    records: AttemptRecords = field(repr=False)
    clock: Clock
    sweeping: Sweeping

    @contextmanager
    def one(self, name: str, source: str) -> Iterator[None]:
        """Run one attempt of a name from a source.

        LoginRefused and PasswordExpired inside the block are failures; any other error is not the caller's. What ends
        well clears what was counted for this name from there, for the source too: many people may share an address,
        and some mistype. Nobody's success makes up for failures in the names of others.

        Raises:
            TooManyAttempts: it is too early for another one; nothing was counted.
        """
        self.sweeping.now_and_then(lambda: self.records.delete_before(self.clock.now() - FORGOTTEN_S))
        user, place = _whose(name, source)
        if wait_s := self._enter(user, place):
            raise _too_many(wait_s)
        try:
            yield
        except (LoginRefused, PasswordExpired):
            raise
        except BaseException:
            self.records.take_back(place, self.records.take_back(user))
            raise
        self.records.take_back(place, self.records.clear(user))

    def failures(self, name: str, source: str) -> int:
        """Return how often this name failed from there by now."""
        return self.records.get(_whose(name, source)[0]).count

    def _enter(self, user: str, place: str) -> float:
        """Count an attempt for both, or for neither; return how long to wait in the second case."""
        wait_s = self._count(place, BY_SOURCE)
        if wait_s:
            return wait_s
        wait_s = self._count(user, BY_USER)
        if wait_s:
            self.records.take_back(place)
        return wait_s

    def _count(self, whose: str, limit: Limit) -> float:
        before, now = self.records.get(whose), self.clock.now()
        if before.count and now - before.last_at >= FORGOTTEN_S:
            self.records.delete_before(now - FORGOTTEN_S)
            before = self.records.get(whose)
        if before.last_at - now > _LONGEST_S:  # the clock was ahead, and nobody shall wait until it is there again
            self.records.clear(whose)
            before = self.records.get(whose)
        if wait_s := limit.wait_s(before, now):
            return wait_s
        # Behind the free ones there is place for one; whoever came at the same time waits behind it.
        is_counted = self.records.add(whose, now, below=max(limit.free, before.count + 1))
        return 0.0 if is_counted else limit.delay_s(limit.free)


def _too_many(wait_s: float) -> TooManyAttempts:
    seconds = max(1, math.ceil(wait_s))
    return TooManyAttempts(
        f"too many failed sign-ins from there, the next one may be in {seconds} s",
        hint="wait, then check name and password",
        wait_s=wait_s,
    )


def _whose(name: str, source: str) -> tuple[str, str]:
    """Return what failures are counted under: of a name from a source, and of the source."""
    site = site_of(source)
    return _digest("user", site, name.strip().lower()), _digest("source", site)  # as Crowd compares names


@lru_cache(maxsize=1024)
def site_of(source: str) -> str:
    """Return what a source is counted as: an address, or the network that one subscriber has in IPv6."""
    try:
        address = ipaddress.ip_address(source.partition("%")[0])
    except ValueError:
        return source
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_SITE), strict=False))
    return str(address)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
