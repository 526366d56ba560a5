"""The processors that the threads of this process run on."""

import contextlib
import os
import threading
from pathlib import Path

_LAST_ON = 36
"""Where a thread ran last, among what stands behind its name; see proc_pid_stat(5)."""


class OneProcessor:
    """Keeps all threads of this process on one processor at a time.

    Python runs one thread at a time. Where they are on several processors, its lock goes from one to another with
    nearly every call of the system, and that costs more than the work between. On systems other than Linux, and where
    the system does not let us, nothing happens.

    Args:
        tasks: where the system tells of the threads of this process.
    """

    def __init__(self, tasks: Path = Path("/proc/self/task")) -> None:
        self._tasks = tasks
        self._allowed: set[int] = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()

    def leave(self) -> None:
        """Let the system choose again, among all that this process may use."""
        self._use(self._allowed)

    def stay(self) -> None:
        """Stay on the one that the calling thread runs on."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            known = (self._tasks / str(threading.get_native_id()) / "stat").read_text("ascii", "replace")
            self._use(self._allowed & {int(known.rpartition(")")[2].split()[_LAST_ON])})

    def _use(self, processors: set[int]) -> None:
        if len(self._allowed) < 2 or not processors:  # noqa: PLR2004 - there is nothing to choose
            return
        with contextlib.suppress(OSError):  # there is no such folder, or no descriptor left for it
            for thread in self._tasks.iterdir():
                with contextlib.suppress(OSError):  # it has ended, or may not be moved
                    os.sched_setaffinity(int(thread.name), processors)
