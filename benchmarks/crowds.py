"""A hundred programs that need the same credentials at the same moment."""

import subprocess
import time
from pathlib import Path

import homes
from homes import AWSFED
from table import Part, Row

from awsfed.sandbox.world import Sandbox

CALLERS = 100


def measure(sandbox: Sandbox, folder: Path) -> Part:
    """Start them all with a cold cache, and count what Crowd and STS see of it."""
    home = homes.with_variables(sandbox, folder / "crowd")
    homes.sign_in(home)
    home.awsfed("credential-process", "dev")
    alone_s = _seconds(home, 1)
    sandbox.crowd.calls.clear()
    sandbox.aws.calls.clear()
    together_s = _seconds(home, CALLERS)
    asked = [call.path.partition("/rest/usermanagement/1")[2] for call in sandbox.crowd.calls]
    seen = {"user": asked.count("/user"), "groups": asked.count("/user/group/nested"), "sts": len(sandbox.aws.calls)}
    is_met = seen == {"user": 1, "groups": 1, "sts": 1} and len(asked) == seen["user"] + seen["groups"]
    calls = f"{seen['user']} user, {seen['groups']} groups, {seen['sts']} STS"
    rows = [
        Row(what=f"{CALLERS} cold callers: calls seen", measured=calls, goal="1 each", is_met=is_met),
        Row(what=f"{CALLERS} cold callers: until all have it", measured=f"{together_s / alone_s:.1f} x a single one"),
    ]
    record = {"callers": CALLERS, "seconds": round(together_s, 3), "one_s": round(alone_s, 3), "calls": seen}
    return Part(name="callers", rows=rows, records=record)


def _seconds(home: homes.Home, callers: int) -> float:
    home.forget()
    begun = time.perf_counter()
    command = [AWSFED, "credential-process", "dev"]
    running = [
        subprocess.Popen(command, env=home.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(callers)
    ]
    answers = {process.communicate() for process in running}
    seconds = time.perf_counter() - begun
    if len(answers) != 1 or any(process.returncode for process in running):
        raise SystemExit(f"{callers} callers had {len(answers)} different answers")
    return seconds
