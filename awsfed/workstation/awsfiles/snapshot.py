"""What a shared file holds at one moment, while programs that take no lock may be writing it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from awsfed.errors import Busy, StoreError, UnsafePermissions
from awsfed.outside.clock import Clock
from awsfed.outside.file_rules import PLAIN, name, owned_by_another, reason

_QUIET_S = 0.1
"""How long a file that looks half written must stay the same to be believed."""
_BLOCK = 4096
"""A file cut off between two writes has whole blocks; one just truncated has none."""
_LOOKS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A file at one moment; two are equal when nobody wrote or replaced it in between."""

    data: bytes = field(repr=False)
    identity: tuple[int, ...] | None
    """Device, inode, time and size; None for a file that does not exist."""
    mode: int = 0
    foreign: bool = False
    """It belongs to another user."""

    @property
    def looks_torn(self) -> bool:
        """Tell whether a writer may be in the middle of it."""
        return self.identity is not None and (len(self.data) % _BLOCK == 0 or not self.data.endswith(b"\n"))


@contextmanager
def opened(path: Path) -> Iterator[int | None]:
    """Hold a file open, links followed, so that it can be looked at even after another took its place.

    Raises:
        StoreError: it cannot be opened.
        UnsafePermissions: it is no regular file.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | PLAIN | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise StoreError(f"{name(path)} cannot be read: {reason(error)}") from error
    try:
        if os.path.realpath(path) == os.path.realpath(os.devnull):  # the usual way to say: no such file
            yield None
            return
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnsafePermissions(f"{name(path)} is not a regular file", hint="choose another file")
        yield descriptor
    finally:
        os.close(descriptor)


def look(descriptor: int | None) -> Snapshot:
    """Read an open file as it is now."""
    if descriptor is None:
        return Snapshot(data=b"", identity=None)
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        data = file.read()
    status = os.fstat(descriptor)
    return Snapshot(
        data=data,
        identity=(status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size),
        mode=stat.S_IMODE(status.st_mode),
        foreign=owned_by_another(status),
    )


def look_when_quiet(descriptor: int | None, path: Path, clock: Clock) -> Snapshot:
    """Read an open file when nobody seems to be writing it; one that looks half written is given time.

    Raises:
        Busy: it changes all the time.
    """
    now = look(descriptor)
    for _ in range(_LOOKS):
        if not now.looks_torn:
            return now
        clock.sleep(_QUIET_S)
        before, now = now, look(descriptor)
        if before == now:
            return now
    raise busy(path)


def busy(path: Path) -> Busy:
    """Return the error for a file that does not come to rest."""
    return Busy(f"{name(path)} is being changed by another program all the time", hint="try again")
