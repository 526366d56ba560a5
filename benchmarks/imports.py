"""What a cold run spends on loading modules, by whose they are."""

import re
import statistics
import subprocess
import time
from collections import Counter

from homes import AWSFED, PYTHON, Home

_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\w+)")
_OWNERS = {"awsfed": "awsfed", "botocore": "botocore", "urllib3": "urllib3", "click": "click"}
_REST = "the standard library and small parts"
_RUNS = 9


def shares(home: Home) -> dict[str, float]:
    """Return the share of a cold run's time that each owner's modules take, in percent; the rest is work."""
    found: dict[str, list[float]] = {}
    for _ in range(_RUNS):
        home.forget()
        begun = time.perf_counter()
        command = [PYTHON, "-X", "importtime", AWSFED, "credential-process", "dev"]
        done = subprocess.run(command, env=home.environ, capture_output=True, text=True, check=True)
        whole_us = (time.perf_counter() - begun) * 1_000_000
        spent: Counter[str] = Counter()
        for microseconds, name in _LINE.findall(done.stderr):
            spent[_OWNERS.get(name, _REST)] += int(microseconds)
        spent["everything but loading modules"] = int(whole_us) - spent.total()
        for owner, microseconds in spent.items():
            found.setdefault(owner, []).append(100 * microseconds / whole_us)
    medians = {owner: round(statistics.median(values), 1) for owner, values in found.items()}
    return dict(sorted(medians.items(), key=lambda item: -item[1]))
