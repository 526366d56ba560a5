"""What is counted, and how Prometheus wants to read it."""

import math
import threading
from bisect import bisect_left
from collections import defaultdict

_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
"""Upper ends of the classes of durations, in seconds."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counters of this process; they begin at nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[_Labels, int] = defaultdict(int)
        self._vends: dict[_Labels, int] = defaultdict(int)
        self._failures: dict[_Labels, int] = defaultdict(int)
        self._durations: dict[str, list[int]] = {}
        self._sums: dict[str, float] = defaultdict(float)
        self.running = 0
        """Requests that are being answered."""
        self.certificate_ends_at = math.inf
        """In epoch seconds; never, where there is none or nothing is known of it."""

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request; `route` is a template, so that their number stays small."""
        with self._lock:
            self._requests[("method", method), ("route", route), ("status", str(status))] += 1
            classes = self._durations.setdefault(route, [0] * (len(_BOUNDS) + 1))
            classes[bisect_left(_BOUNDS, seconds)] += 1
            self._sums[route] += seconds

    def vended(self, what: str) -> None:
        """Count something that was given out."""
        with self._lock:
            self._vends[("what", what),] += 1

    def failed(self, kind: str) -> None:
        """Count an error by its class."""
        with self._lock:
            self._failures[("kind", kind),] += 1

    def text(self) -> str:
        """Return everything in the text format."""
        with self._lock:
            lines = [
                *_counter("awsfed_requests_total", "Requests that were answered.", self._requests),
                *_counter("awsfed_vends_total", "What was given out.", self._vends),
                *_counter("awsfed_failures_total", "Errors by their class.", self._failures),
                "# HELP awsfed_requests_running Requests that are being answered.",
                "# TYPE awsfed_requests_running gauge",
                f"awsfed_requests_running {self.running}",
                *self._certificate(),
                "# HELP awsfed_request_seconds How long answers took.",
                "# TYPE awsfed_request_seconds histogram",
            ]
            for route, classes in sorted(self._durations.items()):
                lines += _histogram("awsfed_request_seconds", route, classes, self._sums[route])
        return "\n".join(lines) + "\n"

    def _certificate(self) -> list[str]:
        if math.isinf(self.certificate_ends_at):
            return []
        return [
            "# HELP awsfed_certificate_not_after_seconds When the server's own certificate expires, in epoch seconds.",
            "# TYPE awsfed_certificate_not_after_seconds gauge",
            f"awsfed_certificate_not_after_seconds {self.certificate_ends_at:.0f}",
        ]


def _counter(name: str, sentence: str, values: dict[_Labels, int]) -> list[str]:
    head = [f"# HELP {name} {sentence}", f"# TYPE {name} counter"]
    return head + [f"{name}{_labels(labels)} {value}" for labels, value in sorted(values.items())]


def _histogram(name: str, route: str, classes: list[int], total_s: float) -> list[str]:
    lines, seen = [], 0
    for bound, count in zip((*map(str, _BOUNDS), "+Inf"), classes, strict=True):
        seen += count
        lines.append(f"{name}_bucket{_labels((('le', bound), ('route', route)))} {seen}")
    own = _labels((("route", route),))
    return [*lines, f"{name}_sum{own} {total_s:.6f}", f"{name}_count{own} {seen}"]


def _labels(labels: _Labels) -> str:
    escaped = ((name, value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")) for name, value in labels)
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped) + "}"
