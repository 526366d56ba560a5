"""What the routes share: the broker, the names of this server, threads for what blocks, counters and the log."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from awsfed.model.once import once
from awsfed.server.logs import Log
from awsfed.server.metrics import Metrics
from awsfed.server.openings import Openings
from awsfed.server.origins import Names
from awsfed.server.shares import Shares
from awsfed.wiring.serving import Serving

if TYPE_CHECKING:
    from awsfed.server.readiness import Readiness

_THREADS = 200
"""As many requests wait for Crowd and AWS at once; the others wait for them."""
_SIGN_IN_THREADS = 50
_PROBE_THREADS = 2


def _threads(count: int, name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, thread_name_prefix=f"awsfed-{name}")


@dataclass(frozen=True, kw_only=True)
class Shared:
    """One of it for a process."""

    serving: Serving
    names: Names
    log: Log
    openings: Openings
    metrics: Metrics = field(default_factory=Metrics)
    threads: ThreadPoolExecutor = field(default_factory=lambda: _threads(_THREADS, "request"))
    sign_in_threads: ThreadPoolExecutor = field(default_factory=lambda: _threads(_SIGN_IN_THREADS, "sign-in"))
    """Of their own: whoever guesses passwords waits here, and keeps nobody from vending."""
    shares: Shares = field(default_factory=lambda: Shares(most=_THREADS // 2))
    probe_threads: ThreadPoolExecutor = field(default_factory=lambda: _threads(_PROBE_THREADS, "probe"))

    @once
    def readiness(self) -> "Readiness":
        """Whether the server can work."""
        from awsfed.server.readiness import Readiness

        return Readiness(shared=self)

    def close(self) -> None:
        """Take no more work; what runs is not waited for."""
        for threads in (self.threads, self.sign_in_threads, self.probe_threads):
            threads.shutdown(wait=False, cancel_futures=True)
