"""Credentials held in memory and renewed ahead, for somebody who asks often and must never wait."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from awsfed.errors import AccessDenied, AwsfedError, LoginRequired, NotGranted, ProtocolError, Refused, UserInactive
from awsfed.errors import Unavailable as NotNow
from awsfed.model.credentials import Credentials
from awsfed.model.lifetime import BLOCK_LEFT_S, FLOOR_S, lifetime
from awsfed.outside.clock import Clock
from awsfed.workstation.credentials import Need, Obtained

_TICK_S = 30.0
"""The longest the thread sleeps: a machine that was suspended, or whose clock was set, is noticed this soon."""
_AGAIN_FROM_S = 300
_AGAIN_TO_S = 600
_SOONEST_S = 30.0
"""Pause after a failure when hardly any life is left."""
_TRIES_IN_WHAT_IS_LEFT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A renewal that failed, for the person at the terminal."""

    error: AwsfedError
    good_until: int | None
    """Epoch seconds until which the older credentials are still given out; None when nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What there is at one moment; replaced as a whole, so whoever reads it waits for no lock."""

    credentials: Credentials | None
    block_at: int
    error: AwsfedError | None = None


class Refresher:
    """Holds the credentials of one connector and keeps them current.

    A failed renewal leaves the older ones in use for as long as they live, down to a floor of a minute: an outage, a
    session that ended and a locked keyring are no refusals. `NotGranted` and `UserInactive` drop them at once. A
    refusal of AWS may be a slip in a policy: it counts from the moment on at which everybody else would wait for new
    credentials too. After any failure it tries again, so a grant or a login that comes back is noticed.
    """

    def __init__(
        self,
        first: Obtained,
        *,
        obtain: Callable[[Need], Obtained],
        clock: Clock,
        tell: Callable[[Trouble], None],
        long_block_left_s: int = BLOCK_LEFT_S,
    ) -> None:
        """Begin with credentials at hand; `obtain` gets newer ones and `tell` hears of a lasting failure once."""
        self._obtain = obtain
        self._clock = clock
        self._tell = tell
        self._long_block_left_s = long_block_left_s
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._seen_at = clock.now()
        self._told: str | None = None
        self._try_at = 0.0
        self._held = _Held(credentials=None, block_at=0)
        self._hold(first.credentials)

    def start(self) -> None:
        """Renew from now on, in a thread that does not keep the process alive."""
        threading.Thread(target=self._run, name="awsfed-refresher", daemon=True).start()

    def stop(self) -> None:
        """Renew no more."""
        self._stopped.set()
        self._wake.set()

    def current(self) -> Credentials | AwsfedError:
        """Return credentials that live for another minute at least, or why there are none; from memory, at once."""
        held = self._held
        now = self._clock.now()
        if held.credentials is None or now >= held.block_at:
            self._wake.set()
        if held.credentials is not None and held.credentials.expires_at - now >= FLOOR_S:
            return held.credentials
        return held.error or NotNow("the credentials have ended and are being renewed", hint="try again in a moment")

    def step(self) -> float:
        """Renew if it is time; return for how many seconds there is nothing to do."""
        now = self._clock.now()
        was_set_back = now < self._seen_at - FLOOR_S
        self._seen_at = now
        if now >= self._try_at or was_set_back:
            self._renew(now)
        return min(max(self._try_at - self._clock.now(), 1.0), _TICK_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            pause_s = self.step()
            self._wake.wait(pause_s)
            self._wake.clear()

    def _renew(self, now: float) -> None:
        try:
            obtained = self._newer(now)
        except AwsfedError as error:
            self._failed(error)
        except Exception as error:  # noqa: BLE001 - the thread's outermost handler: a bug must not end all later tries
            self._failed(ProtocolError(f"unexpected {type(error).__name__} in a renewal, a bug in awsfed"))
        else:
            if obtained.left_over:
                self._failed(obtained.left_over)
                return
            self._hold(obtained.credentials)
            self._try_at = max(self._try_at, now + _SOONEST_S)
            self._told = None

    def _newer(self, now: float) -> Obtained:
        """Ask for more life than is left, so that the cache does not answer with what is held already."""
        any_good = Need(renewable=True)
        held = self._held.credentials
        if held is None or now < held.issued_at:  # the latter: the clock was set back, and nothing is known of its life
            return self._obtain(any_good)
        try:
            return self._obtain(replace(any_good, min_life_s=max(FLOOR_S, int(held.expires_at - now) + 1)))
        except Refused:  # new ones live shorter than these still do: the connector was changed
            return self._obtain(any_good)

    def _hold(self, credentials: Credentials) -> None:
        moments = lifetime(credentials.issued_at, credentials.expires_at, self._long_block_left_s)
        self._held = _Held(credentials=credentials, block_at=moments.block_at)
        self._try_at = moments.ahead_at

    def _failed(self, error: AwsfedError) -> None:
        now = self._clock.now()
        held = self._held
        refused = isinstance(error, (NotGranted, UserInactive)) or (
            isinstance(error, AccessDenied) and now >= held.block_at
        )
        self._held = replace(held, error=error, credentials=None if refused else held.credentials)
        pause_s: float = _AGAIN_FROM_S + secrets.randbelow(_AGAIN_TO_S - _AGAIN_FROM_S + 1)
        if not refused:
            left_s = held.credentials.expires_at - FLOOR_S - now if held.credentials else 0
            pause_s = max(_SOONEST_S, min(pause_s, left_s / _TRIES_IN_WHAT_IS_LEFT))
        self._try_at = now + pause_s
        if refused or now >= held.block_at or isinstance(error, LoginRequired):
            self._tell_once("refused" if refused else "failing")

    def _tell_once(self, what: str) -> None:
        held = self._held
        if self._told != what and held.error:
            self._told = what
            good_until = held.credentials.expires_at - FLOOR_S if held.credentials else None
            self._tell(Trouble(error=held.error, good_until=good_until))
