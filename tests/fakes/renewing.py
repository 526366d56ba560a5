"""Somebody signed in at a broker in memory, whose credentials a refresher holds."""

from dataclasses import dataclass, field
from pathlib import Path

from fakes.broker import ISSUER, FakeBroker
from fakes.clock import FakeClock

from awsfed.model.secret import Secret
from awsfed.outside.secrets.file import FileStore
from awsfed.workstation.cache.file import FileCache
from awsfed.workstation.credentials import Need, ObtainCredentials
from awsfed.workstation.delivery.refresher import Refresher, Trouble
from awsfed.workstation.failures import Failures
from awsfed.workstation.known import KnownStore
from awsfed.workstation.session import Sessions

START = 1_800_000_000


@dataclass
class RenewingDesk:
    """A clock, a broker and the real story between them."""

    folder: Path
    clock: FakeClock = field(default_factory=lambda: FakeClock(START))
    troubles: list[Trouble] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.broker = FakeBroker(self.clock)
        self.known = KnownStore(
            directory=self.folder / "state", cache_directory=self.folder / "cache", clock=self.clock
        )
        self.sessions = Sessions(store=lambda: FileStore(directory=self.folder / "sessions"))
        self.log_in()
        self.obtain = ObtainCredentials(
            issuer=ISSUER,
            broker=lambda: self.broker,
            sessions=self.sessions,
            known=self.known,
            cache=FileCache(directory=self.folder / "cache", seen=()),
            lock_directory=self.folder / "locks",
            clock=self.clock,
            failures=Failures(directory=self.folder / "locks"),
            withdraw=lambda connector: None,
            renew_behind=lambda connector, key: None,
        )

    def log_in(self) -> None:
        """Sign alice in."""
        session = self.broker.log_in("alice", Secret("x"))
        self.sessions.keep(session)
        self.known.begin(session)

    def refresher(self) -> Refresher:
        """Return a refresher with its first credentials; it renews only when a test takes a step, or starts it."""
        first = self.obtain("dev", Need(renewable=True))
        return Refresher(
            first, obtain=lambda need: self.obtain("dev", need), clock=self.clock, tell=self.troubles.append
        )
