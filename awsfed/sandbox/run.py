"""The sandbox for a terminal: stay until Ctrl-C, or run one command inside."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from awsfed.sandbox.crowd.directory import Directory, DirectoryFileError
from awsfed.sandbox.guide import guide, write_exports
from awsfed.sandbox.world import Sandbox

_WRONG_DIRECTORY, _NOT_EXECUTABLE, _NOT_FOUND, _KILLED = 3, 126, 127, 128


def serve(directory: Path | None, crowd_port: int, aws_port: int) -> int:
    """Start both servers, say how to use them, and stay until a signal ends them."""
    try:
        people = _people(directory)
    except DirectoryFileError as error:
        return _complain(str(error), _WRONG_DIRECTORY)
    with _world(people, crowd_port, aws_port) as (sandbox, home):
        stopped = threading.Event()
        with _signals(lambda _number, _frame: stopped.set()):
            exports = home / "environment.sh"
            write_exports(exports, sandbox.write_home(home))
            sys.stdout.write(guide(sandbox, home, exports))
            sys.stdout.flush()
            while not stopped.wait(0.5):  # a wait without end would keep Windows from seeing Ctrl-C
                pass
    return 0


def run(command: list[str], directory: Path | None, crowd_port: int = 0, aws_port: int = 0) -> int:
    """Run one command in a home of its own and return its status as a shell would."""
    try:
        people = _people(directory)
    except DirectoryFileError as error:
        return _complain(str(error), _WRONG_DIRECTORY)
    with _world(people, crowd_port, aws_port) as (sandbox, home):
        environment = sandbox.write_home(home)
        program = shutil.which(command[0], path=environment["PATH"]) or command[0]
        try:
            child = subprocess.Popen([program, *command[1:]], env=environment)  # noqa: S603 - the user's own command
        except FileNotFoundError:
            return _complain(f"{command[0]}: not found", _NOT_FOUND)
        except OSError as error:
            return _complain(f"{command[0]}: {error.strerror}", _NOT_EXECUTABLE)
        with _signals(lambda number, _frame: _pass_on(child, number)):
            status = child.wait()
    return status if status >= 0 else _KILLED - status


def _people(directory: Path | None) -> Directory | None:
    return None if directory is None else Directory.from_toml(directory)


@contextmanager
def _world(people: Directory | None, crowd_port: int, aws_port: int) -> Iterator[tuple[Sandbox, Path]]:
    with (
        _own_surroundings(),
        tempfile.TemporaryDirectory(prefix="awsfed-sandbox-", ignore_cleanup_errors=True) as folder,
        Sandbox.start(people, crowd_port, aws_port) as sandbox,
    ):
        yield sandbox, Path(folder)


@contextmanager
def _own_surroundings() -> Iterator[None]:
    """Keep moto's boto3 from the user's AWS settings, of which a wrong one would stop the sandbox."""
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _signals(handle: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Handle what ends a command at a terminal for a while; only the main thread of a process can.

    The end of the terminal itself stays ignored where that was asked for, as with nohup.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _pass_on(child: subprocess.Popen[bytes], number: int) -> None:
    """Hand a signal to the command; Ctrl-C reaches it from the terminal anyway."""
    if number != signal.SIGINT:
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(number)


def _complain(sentence: str, status: int) -> int:
    sys.stderr.write(f"awsfed: error: {sentence}\n")
    return status
