"""A lock that many may hold together, or one alone; the system takes it back when a holder dies."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from awsfed.errors import Busy
from awsfed.outside.file_rules import name, unwritable
from awsfed.outside.locks import open_lock


@contextmanager
def held(path: Path, *, alone: bool) -> Iterator[None]:
    """Hold a lock together with others, or alone; it is never waited for, and the file is never deleted.

    Raises:
        Busy: somebody holds it alone, or `alone` was asked for and somebody holds it.
        UnsafePermissions: the lock file is a symbolic link or belongs to somebody else.
        UnwritableFile: the lock file cannot be made or locked.
    """
    descriptor = open_lock(path)
    try:
        try:
            is_held = _try_hold(descriptor, alone=alone)
        except OSError as error:
            raise unwritable(path, error, "locked") from error
        if not is_held:
            raise Busy(f"another process holds {name(path)}", hint="wait for it, or end it, then try again")
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import errno
    import msvcrt

    _PLACES = 64
    """Each holder locks a byte of its own; whoever wants to be alone locks them all."""

    def _try_hold(descriptor: int, *, alone: bool) -> bool:
        places = [(0, _PLACES)] if alone else [(place, 1) for place in range(_PLACES)]
        for place, length in places:
            os.lseek(descriptor, place, os.SEEK_SET)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, length)
            except OSError as error:
                if error.errno not in {errno.EACCES, errno.EDEADLK}:
                    raise
            else:
                return True
        return False

else:
    import fcntl

    def _try_hold(descriptor: int, *, alone: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
