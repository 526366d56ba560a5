"""Running a command with credentials."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

NOT_EXECUTABLE = 126
NOT_FOUND = 127
_BY_SIGNAL = 128


class CannotRun(Exception):
    """The command cannot be started.

    Attributes:
        status: 127 where it was not found, 126 where it cannot be executed.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def replace_with(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Become the command, where the system can; elsewhere run it and return its exit status.

    Signals and the terminal are the command's own from then on.

    Raises:
        CannotRun: it was not found or cannot be executed.
    """
    program = _found(command[0], environ)
    if os.name == "posix":
        _default_signals()
        try:
            os.execve(program, list(command), dict(environ))  # noqa: S606 - this is what was asked for
        except OSError as error:
            raise CannotRun(f"cannot run {command[0]}: {error.strerror}", NOT_EXECUTABLE) from None
    return _run(program, command, environ)


def _found(name: str, environ: Mapping[str, str]) -> str:
    found = shutil.which(name, path=environ.get("PATH", os.defpath))
    if found:
        return found
    places = [Path(name)] if os.sep in name else [Path(p) / name for p in environ.get("PATH", "").split(os.pathsep)]
    if any(place.exists() for place in places):
        raise CannotRun(f"cannot run {name}: it is not an executable file", NOT_EXECUTABLE)
    raise CannotRun(f"cannot run {name}: not found", NOT_FOUND)


def _default_signals() -> None:
    """Undo what Python changed at its start and a replaced process would inherit."""
    for name in ("SIGPIPE", "SIGXFSZ"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def _run(program: str, command: Sequence[str], environ: Mapping[str, str]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the child too, and the child decides
    try:
        status = subprocess.call([program, *command[1:]], env=dict(environ))  # noqa: S603 - what was asked for
    except OSError as error:
        raise CannotRun(f"cannot run {command[0]}: {error.strerror}", NOT_EXECUTABLE) from None
    return status if status >= 0 else _BY_SIGNAL - status
