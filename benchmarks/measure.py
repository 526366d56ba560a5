"""Starting programs the way an SDK does, and what that takes: time, interleaved; memory, at the moment of the exit."""

import ctypes
import os
import signal
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_NULL = [
    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
]
_SEIZE, _CONTINUE, _TRACE_EXIT, _EVENT_EXIT, _EVENT_STOP = 0x4206, 7, 0x40, 6, 128
_WALL = 0x4000_0000


def _nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A program to start, again and again."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] = field(repr=False)
    before: Callable[[], None] = _nothing
    """What makes each start like the first; not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the starts of one case took."""

    seconds: tuple[float, ...]
    busy_s: tuple[float, ...]
    """The processor's time: user and system together."""
    peak_kib: int | None
    """The high-water mark of resident memory; None where this system does not tell."""

    @property
    def median_s(self) -> float:
        """The median."""
        return statistics.median(self.seconds)

    @property
    def quartiles_s(self) -> tuple[float, float]:
        """The first and the third quartile."""
        first, _, third = statistics.quantiles(self.seconds, n=4)
        return first, third

    def as_record(self) -> dict[str, object]:
        """Return it for a file of results, in milliseconds."""
        return {
            "runs": len(self.seconds),
            "median_ms": round(self.median_s * 1000, 2),
            "quartiles_ms": [round(s * 1000, 2) for s in self.quartiles_s],
            "cpu_median_ms": round(statistics.median(self.busy_s) * 1000, 2),
            "least_ms": round(min(self.seconds) * 1000, 2),
            "peak_kib": self.peak_kib,
        }


def interleaved(cases: Sequence[Case], *, rounds: int, memory: bool = True) -> dict[str, Figures]:
    """Start every case once a round, so that whatever else this machine does falls on all of them alike."""
    for case in cases:  # the first start fills the file cache and writes .pyc files
        case.before()
        _succeed(case, started(case)[0])
    seconds: dict[str, list[float]] = {case.name: [] for case in cases}
    busy: dict[str, list[float]] = {case.name: [] for case in cases}
    for number in range(rounds):
        turned = number % len(cases)  # nobody always runs behind the same neighbour
        for case in (*cases[turned:], *cases[:turned]):
            case.before()
            begun = time.perf_counter()
            status, busy_s = started(case)
            seconds[case.name].append(time.perf_counter() - begun)
            busy[case.name].append(busy_s)
            _succeed(case, status)
    peaks = {case.name: _peak_of(case) if memory else None for case in cases}
    return {
        name: Figures(seconds=tuple(found), busy_s=tuple(busy[name]), peak_kib=peaks[name])
        for name, found in seconds.items()
    }


def started(case: Case) -> tuple[int, float]:
    """Start a program with nothing but its own environment, and wait; return its exit status and processor time."""
    pid = os.posix_spawn(case.command[0], list(case.command), dict(case.environ), file_actions=_NULL)
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime


def _succeed(case: Case, status: int) -> None:
    if status != 0:
        raise SystemExit(f"{case.name}: {' '.join(case.command)} ended with status {status}")


def _peak_of(case: Case) -> int | None:
    """Return the median high-water mark of three starts."""
    if sys.platform != "linux":
        return None
    found = []
    for _ in range(3):
        case.before()
        peak = _peak(case)
        if peak is None:
            return None
        found.append(peak)
    return sorted(found)[1]


def _peak(case: Case) -> int | None:
    """Start a case, stopped at its exit: VmHWM is that of the program alone, where rusage has its parent's in it."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    command = ["/bin/sh", "-c", 'kill -STOP $$; exec "$@"', "sh", *case.command]
    pid = os.posix_spawn(command[0], command, dict(case.environ), file_actions=_NULL)
    os.waitpid(pid, os.WUNTRACED)
    seized = libc.ptrace(_SEIZE, pid, None, _TRACE_EXIT) == 0
    os.kill(pid, signal.SIGCONT)
    peak = None
    while True:
        _, status = os.waitpid(pid, _WALL)
        if not os.WIFSTOPPED(status):
            return peak if seized else None
        event, number = status >> 16, os.WSTOPSIG(status)
        if event == _EVENT_EXIT:
            peak = _high_water_kib(pid)
        libc.ptrace(_CONTINUE, pid, None, 0 if event in (_EVENT_EXIT, _EVENT_STOP) else number)


def _high_water_kib(pid: int) -> int | None:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return None
