"""What SDKs and shells start all day: answers from the cache, the version, names for completion."""

from homes import AWSFED, LAUNCHER, PYTHON, Home
from measure import Case, interleaved
from table import Part, Row, memory, pip_version, ratio, records

_MIB = 1.0


def measure(home: Home, rounds: int) -> Part:
    """Measure the starts of somebody who is signed in and whose credentials are cached."""
    home.awsfed("credential-process", "dev")
    key = next(path.name for path in home.cache.glob("dev." + 32 * "?") if not path.name.endswith(32 * "0"))
    bare, usual = "python -I -S -c pass", "python -c pass"
    commands = {
        bare: [PYTHON, "-I", "-S", "-c", "pass"],
        usual: [PYTHON, "-c", "pass"],
        "launcher": [PYTHON, "-I", "-S", LAUNCHER, key],
        "credential-process": [AWSFED, "credential-process", "dev"],
        "version": [AWSFED, "--version"],
        "names": [LAUNCHER, "--names"],
    }
    cases = [Case(name=name, command=command, environ=home.environ) for name, command in commands.items()]
    found = interleaved(cases, rounds=rounds)
    rows: list[Row] = [
        ratio("launcher, cached", found["launcher"], found[bare], bare, 1.15),
        memory("  peak memory", found["launcher"], found[bare], "it", _MIB),
        ratio("awsfed credential-process, cached", found["credential-process"], found[usual], usual, 1.35),
        memory("  peak memory", found["credential-process"], found[usual], "it", _MIB),
        ratio("awsfed --version", found["version"], found[usual], usual, 2.0),
        ratio("completing a connector's name", found["names"], found[usual], usual, 2.0),
    ]
    maker = f"The console script was made by pip {pip_version()}; that of pip 23.2 imports re, for half a start more."
    naming = "Completion runs `awsfed-credentials --names` as the completion scripts do, by its own first line."
    return Part(name="starts", rows=rows, records=records(found), notes=[maker, naming])
