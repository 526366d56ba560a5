"""The files door: private folders, private reads, writes that swap, and locks that die with their holder.

Standard library only. On Windows the owner and mode of a file are left to the access lists of the user's profile.
"""

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from awsfed.errors import CorruptEntry, StoreError, UnsafePermissions
from awsfed.outside.file_rules import (
    LINK_ERRORS,
    NOFOLLOW,
    PLAIN,
    WINDOWS,
    check_private,
    name,
    no_plain_file,
    reason,
    unwritable,
)
from awsfed.outside.locks import locked

__all__ = [
    "append",
    "locked",
    "private_directory",
    "read_private",
    "remove",
    "staged",
    "swap",
    "unwritable_as",
    "write_atomic",
]

_ENDING, _HEXADECIMAL = ".awsfed-tmp", set("0123456789abcdef")
_LEFTOVER_AGE_S = 600
"""A temporary file this much older than a new one was left by a writer that was killed."""
_REPLACE_TRIES = 20


def private_directory(path: Path) -> None:
    """Make sure that a folder exists which only its owner, this user, can enter.

    Missing parents are created just as private; parents that exist are left alone.

    Raises:
        UnsafePermissions: it is a symbolic link or no folder, somebody else's, or open to others.
        UnwritableFile: it cannot be created.
    """
    try:
        for missing in reversed([p for p in (path, *path.parents) if not os.path.lexists(p)]):
            with contextlib.suppress(FileExistsError):  # another process was faster
                missing.mkdir(mode=0o700)
                missing.chmod(0o700)  # a umask may have taken even the owner's bits
        status = path.lstat()
    except OSError as error:
        raise unwritable(path, error) from error
    if not stat.S_ISDIR(status.st_mode):
        kind = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "not a folder"
        raise UnsafePermissions(f"{name(path)} is {kind}", hint="move it away, a folder is made in its place")
    check_private(path, status, "700")


def read_private(path: Path, *, limit: int = 1_048_576) -> bytes | None:
    """Return what a private file holds, or None when there is none.

    Raises:
        UnsafePermissions: it is a symbolic link or no regular file, somebody else's, or open to others.
        CorruptEntry: it is larger than `limit` bytes.
        StoreError: it cannot be read.
    """
    try:
        # without O_NONBLOCK a pipe that somebody put there would be waited for
        descriptor = os.open(path, os.O_RDONLY | NOFOLLOW | PLAIN | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in LINK_ERRORS:
            raise no_plain_file(path) from error
        raise StoreError(f"{name(path)} cannot be read: {reason(error)}") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or (WINDOWS and path.is_symlink()):
        os.close(descriptor)
        raise no_plain_file(path)
    with os.fdopen(descriptor, "rb") as file:
        check_private(path, status, "600")
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise StoreError(f"{name(path)} cannot be read: {reason(error)}") from error
    if len(data) > limit:
        raise CorruptEntry(f"{name(path)} is larger than {limit} bytes", hint="delete it")
    return data


def write_atomic(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Replace a file as a whole: whoever reads sees the old content or the new one, and a crash leaves either.

    The mode holds from the first moment, whatever the umask. A symbolic link at `path` is replaced, not followed.

    Raises:
        UnwritableFile: it cannot be written; what was there is untouched.
    """
    with unwritable_as(path), staged(path, data, mode=mode) as temporary:
        swap(temporary, path)


@contextmanager
def unwritable_as(path: Path) -> Iterator[None]:
    """Say of a file that it cannot be written, for whatever the system says inside; raise UnwritableFile."""
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error


@contextmanager
def staged(path: Path, data: bytes, *, mode: int) -> Iterator[Path]:
    """Write and sync a temporary file beside `path`, for `swap`; removed at the end when it was not swapped.

    Raises:
        OSError: it cannot be written.
    """
    temporary = path.parent / _temporary(path, os.urandom(8).hex())
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOFOLLOW | PLAIN, mode)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            if sys.platform != "win32":
                os.fchmod(descriptor, mode)
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(descriptor)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def swap(temporary: Path, path: Path) -> None:
    """Put a staged file into its place and sync the folder.

    Raises:
        OSError: it cannot be put there.
    """
    born = temporary.stat().st_mtime
    _replace(temporary, path)
    if not WINDOWS:
        # Not every file system syncs folders, and the new content is in its place already.
        with contextlib.suppress(OSError):
            descriptor = os.open(path.parent, os.O_RDONLY | PLAIN)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    _sweep(path, born)


def append(path: Path, data: bytes) -> None:
    """Add to the end of a file that somebody else made, in one write.

    Raises:
        UnwritableFile: it does not exist or cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | PLAIN)
        with os.fdopen(descriptor, "ab", buffering=0) as file:
            file.write(data)
    except OSError as error:
        raise unwritable(path, error) from error


def remove(path: Path) -> None:
    """Delete a file; one that is absent is fine.

    Raises:
        UnwritableFile: it cannot be deleted.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error, "deleted") from error


def _replace(source: Path, target: Path) -> None:
    for left in reversed(range(_REPLACE_TRIES if WINDOWS else 1)):
        try:
            os.replace(source, target)  # noqa: PTH105 - the name that says what it does on every system
        except PermissionError:
            if not left:
                raise
            import time

            # Windows refuses while somebody reads the target, a virus scanner for one.
            time.sleep(0.01)  # noqa: TID251 - a matter of this system alone, within this door
        else:
            return


def _temporary(path: Path, number: str) -> str:
    return f".{path.name[:40]}.{number}{_ENDING}"


def _is_temporary(name: str, path: Path) -> bool:
    number = name.removesuffix(_ENDING)[-16:]
    return name == _temporary(path, number) and set(number) <= _HEXADECIMAL


def _sweep(path: Path, born: float) -> None:
    """Delete what killed writers of this file left behind; ages are told by the file system's own clock."""
    with contextlib.suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if _is_temporary(entry.name, path) and entry.stat(follow_symlinks=False).st_mtime < born - _LEFTOVER_AGE_S:
                os.unlink(entry.path)  # noqa: PTH108 - entries of a scan are strings
