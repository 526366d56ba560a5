"""What the routes share: the broker, the names of this server, threads for what blocks, counters and the log."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from awsfed.model.once import once
from awsfed.server.logs import Log
from awsfed.server.metrics import Metrics
from awsfed.server.openings import Openings
from awsfed.server.origins import Names
from awsfed.server.shares import Shares
from awsfed.server.turns import Turns
from awsfed.server.workers import Workers
from awsfed.wiring.serving import Serving

if TYPE_CHECKING:
    from awsfed.server.readiness import Readiness

_THREADS = 200
"""As many requests wait for Crowd and AWS at once; the others wait for them."""
_SIGN_IN_THREADS = 50


@dataclass(frozen=True, kw_only=True)
class Shared:
    """One of it for a process."""

    serving: Serving
    names: Names
    log: Log
    openings: Openings
    metrics: Metrics = field(default_factory=Metrics)
    workers: Workers = field(default_factory=lambda: Workers(_THREADS, 2 * _THREADS, "request"))
    sign_ins: Workers = field(default_factory=lambda: Workers(_SIGN_IN_THREADS, 10 * _SIGN_IN_THREADS, "sign-in"))
    """Of their own: whoever guesses passwords waits here, and keeps nobody from vending."""
    apart: Workers = field(default_factory=lambda: Workers(4, 200, "apart"))
    probes: Workers = field(default_factory=lambda: Workers(4, 200, "probe"))
    """Of their own as well: anybody may ask whether the server can work, and keeps nobody from signing out."""
    shares: Shares = field(default_factory=lambda: Shares(most=_THREADS // 4))
    turns: Turns = field(default_factory=lambda: Turns(at_once=10, in_line=100))

    @once
    def readiness(self) -> "Readiness":
        """Whether the server can work."""
        from awsfed.server.readiness import Readiness

        return Readiness(shared=self)

    def close(self) -> None:
        """Take no more work; what runs is not waited for."""
        for workers in (self.workers, self.sign_ins, self.apart, self.probes):
            workers.close()
