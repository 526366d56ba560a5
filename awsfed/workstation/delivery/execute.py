"""Running a command with credentials."""

import errno
import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

NOT_EXECUTABLE = 126
NOT_FOUND = 127
_BY_SIGNAL = 128
_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
_FROM_KEYBOARD = ("SIGINT", "SIGQUIT", "SIGBREAK")
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_LOOK_AGAIN_S = 1.0


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
            _become(program, command, environ)
        except OSError as error:
            raise CannotRun(f"cannot run {command[0]}: {error.strerror}", NOT_EXECUTABLE) from None
    return _run(program, command, environ)


def _become(program: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
    """Become a program; a script that does not say what runs it is run by the shell, as every shell does it."""
    try:
        os.execve(program, list(command), dict(environ))  # noqa: S606 - this is what was asked for
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        os.execve("/bin/sh", ["sh", program, *command[1:]], dict(environ))  # noqa: S606 - the same


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


def run_beside(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the command, stay until it ends, and return its exit status, 128 + the signal's number if one killed it.

    It stays in our process group, so the terminal and job control are its own: what the keyboard sends reaches it
    without us. Signals that are sent to us alone are passed on.

    Raises:
        CannotRun: it was not found or cannot be executed.
    """
    program = _found(command[0], environ)
    early: list[int] = []
    deliver: Callable[[int], None] = early.append

    def passed_on(number: int, _: FrameType | None) -> None:
        if signal.Signals(number).name not in _FROM_KEYBOARD or not _at_the_keyboard():
            deliver(number)

    with _handling((*_FORWARDED, *_FROM_KEYBOARD), passed_on):
        try:
            # open descriptors are for the command, as in `diff <(one) <(other)`; none of ours is inherited
            child = subprocess.Popen(  # noqa: S603 - what was asked for
                list(command), executable=program, env=dict(environ), close_fds=False
            )
        except OSError as error:
            raise CannotRun(f"cannot run {command[0]}: {error.strerror}", NOT_EXECUTABLE) from None
        deliver = child.send_signal
        for number in early:
            child.send_signal(number)
        status = _ended(child)
    return status if status >= 0 else _BY_SIGNAL - status


def _ended(child: "subprocess.Popen[bytes]") -> int:
    """Wait for a child and miss no signal: one that came right before a plain wait would be handled only after it."""
    woken, wake = socket.socketpair()
    wake.setblocking(False)

    def wait() -> None:
        child.wait()
        wake.send(b"\0")

    with woken, wake:
        before = signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        waiter = threading.Thread(target=wait, daemon=True)
        waiter.start()
        try:
            while child.returncode is None:
                woken.recv(64)
            waiter.join()
        finally:
            signal.set_wakeup_fd(before)
    return child.returncode


def until_told_to_end() -> None:
    """Wait for Ctrl-C, or for one of the signals that end a service."""
    told = threading.Event()
    with _handling(_ENDING, lambda *_: told.set()):
        while not told.wait(_LOOK_AGAIN_S):
            pass  # Windows looks at its signals only between two waits


@contextmanager
def _handling(names: Sequence[str], handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handle signals for a while, except those that whoever started us wants ignored; children get them as usual."""
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    ours = [number for number in numbers if before[number] != signal.SIG_IGN]
    for number in ours:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])


def _at_the_keyboard() -> bool:
    """Tell whether we are in the foreground of a terminal, whose keys reach the child as they reach us."""
    if os.name != "posix":
        return True
    with suppress(OSError), open("/dev/tty", "rb", buffering=0) as terminal:  # noqa: PTH123 - a device
        return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    return False
