"""Runs awsfed with the arguments behind a number N, and kills itself just before it reaches out for the Nth time.

Reaching out is a connection, and a change of the keyring's file or of a rotation's journal. The interpreter tells of
each of them before it happens, so the program itself knows nothing of this. With N = -1 it lives, and the last line
on stderr is how often it reached out.
"""

import os
import signal
import sys
from typing import Any

from awsfed.__main__ import main

KEYRING = os.environ["FILE_KEYRING"]
LAST = int(sys.argv[1])
_seen = 0


def _reaches_out(event: str, arguments: tuple[Any, ...]) -> bool:
    if event in {"os.rename", "os.remove"}:
        changed = str(arguments[-2 if event == "os.remove" else 1])
        return changed == KEYRING or changed.endswith("rotations/rotated.json")
    return event == "socket.connect" and isinstance(arguments[1], tuple)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    global _seen  # noqa: PLW0603 - a hook cannot be removed, so it may as well count for the whole process
    if not _reaches_out(event, arguments):
        return
    if _seen == LAST:
        os.kill(os.getpid(), signal.SIGKILL)
    _seen += 1


if __name__ == "__main__":
    sys.addaudithook(_hook)
    sys.argv[1:] = sys.argv[2:]
    status = main()
    sys.stderr.write(f"{_seen}\n")
    sys.exit(status)
