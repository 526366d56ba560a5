"""What a part of the benchmark hands back, and how it is shown and kept."""

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measure import Figures

_MIB_KIB = 1024
_HEADINGS = ("", "measured", "goal", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    what: str
    measured: str
    goal: str = ""
    is_met: bool | None = None

    def cells(self) -> tuple[str, str, str, str]:
        """Return it as it is printed."""
        verdict = "" if self.is_met is None else "met" if self.is_met else "NOT met"
        return self.what, self.measured, self.goal, verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The result of one part."""

    name: str
    rows: Sequence[Row]
    records: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()


def skipped(name: str, what: str, why: str) -> Part:
    """Return the part for something that is not here."""
    return Part(name=name, rows=[Row(what=what, measured="skipped")], notes=[f"{what}: {why}"])


def ratio(what: str, figures: Figures, base: Figures, of: str, goal: float | None = None) -> Row:
    """Return a row for a time as a multiple of another one: the median of the ratios within each round."""
    rounds = [one / other for one, other in zip(figures.seconds, base.seconds, strict=True)]
    low, times, high = statistics.quantiles(rounds, n=4)
    return Row(
        what=what,
        measured=f"{times:.2f} x {of} (quartiles {low:.2f}-{high:.2f})",
        goal=f"<= {goal:g} x" if goal else "",
        is_met=times <= goal if goal else None,
    )


def memory(what: str, figures: Figures, base: Figures, of: str, goal_mib: float | None = None) -> Row:
    """Return a row for peak memory beyond that of another program."""
    if figures.peak_kib is None or base.peak_kib is None:
        return Row(what=what, measured="not told by this system")
    more = (figures.peak_kib - base.peak_kib) / _MIB_KIB
    goal = f"<= +{goal_mib:g} MiB" if goal_mib else ""
    return Row(
        what=what, measured=f"{more:+.2f} MiB beside {of}", goal=goal, is_met=more <= goal_mib if goal_mib else None
    )


def records(figures: Mapping[str, Figures]) -> dict[str, Any]:
    """Return figures for the file of results."""
    return {name: found.as_record() for name, found in figures.items()}


def show(parts: Sequence[Part]) -> None:
    """Print one table, and the notes under it."""
    rows = [row.cells() for part in parts for row in part.rows]
    widths = [max(len(row[i]) for row in [_HEADINGS, *rows]) for i in range(len(_HEADINGS))]
    for row in [_HEADINGS, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    notes = [note for part in parts for note in part.notes]
    print(*(f"\n- {note}" for note in notes), sep="")


def keep(parts: Sequence[Part], folder: Path, name: str) -> None:
    """Write the raw figures, with the machine they were taken on."""
    folder.mkdir(exist_ok=True)
    document = {"machine": machine(), "parts": {part.name: part.records for part in parts}}
    (folder / f"{name}.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def machine() -> dict[str, Any]:
    """Return what figures depend on, and nothing that names the machine or its user."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "pip": pip_version(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def pip_version() -> str:
    """Return the version of the pip that made the console script."""
    said = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[1]


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
