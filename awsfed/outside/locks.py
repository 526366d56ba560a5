"""A lock between processes that the system takes back when its holder dies."""

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from awsfed.errors import Busy, UnsafePermissions
from awsfed.outside.clock import Clock
from awsfed.outside.file_rules import LINK_ERRORS, NOFOLLOW, PLAIN, name, no_plain_file, owned_by_another, unwritable

_SHORTEST_WAIT_S = 0.005
_SPREAD = 8
_PID_LIMIT = 20
_LOCK_OFFSET = 0x7FFF_0000
"""Windows locks bytes against reading too, so the locked byte stands far behind the pid."""


@contextmanager
def locked(path: Path, *, timeout_s: float, clock: Clock) -> Iterator[None]:
    """Hold a lock that the system takes back when its holder dies, however it dies.

    The file at `path` holds the pid of the holder and is never deleted: deleting it would let two in at once. Threads
    exclude each other as processes do, so a thread must not take it twice.

    Raises:
        Busy: somebody else held it for `timeout_s` seconds.
        UnsafePermissions: the lock file is a symbolic link or belongs to somebody else.
        UnwritableFile: the lock file cannot be made or locked.
    """
    descriptor = _acquire(path, timeout_s, clock)
    try:
        with contextlib.suppress(OSError):  # the pid is for people; a full disk must not stop the work
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, b"%d\n" % os.getpid())
        yield
    finally:
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
        with contextlib.suppress(OSError):
            _unlock(descriptor)  # said, not left to close: a forked child shares the lock
        os.close(descriptor)


def _acquire(path: Path, timeout_s: float, clock: Clock) -> int:
    deadline = clock.monotonic() + timeout_s
    while True:
        descriptor = open_lock(path)
        try:
            while not _try_lock(descriptor):
                _wait(path, descriptor, deadline, timeout_s, clock)
            if _is_still(path, descriptor):
                return descriptor
        except OSError as error:
            os.close(descriptor)
            raise unwritable(path, error, "locked") from error
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # somebody deleted the file that we waited for: wait for the new one


def _wait(path: Path, descriptor: int, deadline: float, timeout_s: float, clock: Clock) -> None:
    left_s = deadline - clock.monotonic()
    if left_s <= 0:
        raise _busy(path, descriptor, timeout_s)
    # unequal waits: a crowd that was started together does not come back together
    clock.sleep(min(_SHORTEST_WAIT_S * (1 + os.urandom(1)[0] % _SPREAD), left_s))


def open_lock(path: Path) -> int:
    """Return a descriptor of a lock file of this user, made where there is none; raise as `locked` does."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | NOFOLLOW | PLAIN, 0o600)
    except OSError as error:
        if error.errno in LINK_ERRORS:
            raise no_plain_file(path) from error
        raise unwritable(path, error, "locked") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or owned_by_another(status):
        os.close(descriptor)
        raise UnsafePermissions(f"{name(path)} is not a lock file of yours", hint="move it away")
    if sys.platform != "win32":
        os.fchmod(descriptor, 0o600)
    return descriptor


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _busy(path: Path, descriptor: int, timeout_s: float) -> Busy:
    with contextlib.suppress(OSError):
        os.lseek(descriptor, 0, os.SEEK_SET)
        text = os.read(descriptor, _PID_LIMIT).strip()
        if text.isdigit():
            pid = text.decode()
            message = f"process {pid} has held {name(path)} for more than {timeout_s:g} s"
            return Busy(message, hint=f"look at process {pid}, and end it if it hangs")
    return Busy(f"another process has held {name(path)} for more than {timeout_s:g} s", hint="try again")


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCK_OFFSET, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in {errno.EACCES, errno.EDEADLK}:
                return False
            raise
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCK_OFFSET, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
