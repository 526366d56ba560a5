"""The benchmark: all parts, one table, raw figures beside it. `script/bench` prepares what it stands on."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import cold
import crowds
import deliveries
import homes
import peers
import server
import sizes
import starts
from table import Part, keep, show

from awsfed.sandbox.world import Sandbox

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="script/bench", description="Measure awsfed against its goals.")
    parser.add_argument("--quick", action="store_true", help="a third of the rounds, and nothing is kept")
    parser.add_argument("--peers", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("parts", nargs="*", help="starts, cold, callers, sizes, exec, endpoint, peers, server")
    options = parser.parse_args()
    many, some, few = (40, 10, 4) if options.quick else (120, 30, 10)
    with tempfile.TemporaryDirectory() as name, Sandbox.start() as sandbox:
        folder = Path(name)
        home = homes.plain(sandbox, folder / "home")
        homes.sign_in(home)
        everything: dict[str, Callable[[], Part]] = {
            "starts": lambda: starts.measure(home, many),
            "cold": lambda: cold.measure(sandbox, folder / "cold", some),
            "callers": lambda: crowds.measure(sandbox, folder),
            "exec": lambda: deliveries.measure_exec(home, some),
            "endpoint": lambda: deliveries.measure_endpoint(home),
            "peers": lambda: peers.measure(sandbox, folder / "peers", some, options.peers),
            "sizes": lambda: sizes.measure(sandbox, folder, few),
            "server": lambda: server.measure(folder / "server", quick=options.quick),
        }
        unknown = set(options.parts) - set(everything)
        if unknown:
            parser.error(f"no such part: {', '.join(sorted(unknown))}")
        parts = [run() for part, run in everything.items() if not options.parts or part in options.parts]
    show(parts)
    if not options.quick and not options.parts:
        keep(parts, RESULTS, "latest")


if __name__ == "__main__":
    main()
