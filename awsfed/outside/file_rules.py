"""What the files door and the lock have in common: whose a file is, who can open it, and the sentences about it."""

import errno
import os
import stat
import sys
from pathlib import Path

from awsfed.errors import UnsafePermissions, UnwritableFile
from awsfed.model.text import shown

WINDOWS = sys.platform == "win32"
NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
PLAIN = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)
"""Flags of every open: bytes as they are, and closed in children."""
LINK_ERRORS = {errno.ELOOP, errno.EMLINK}
"""What systems say when a link stands where none may be."""
_OTHERS = 0o077


def unwritable(path: Path, error: OSError, verb: str = "written") -> UnwritableFile:
    """Return the error for a file that the system will not let us change, with its reason and a way out."""
    there = next((one for one in path.parents if os.path.isdir(one)), path.parent)  # noqa: PTH112 - Path would raise
    hints = {
        errno.ENOSPC: "free some space on that disk",
        errno.EDQUOT: "free some space, your quota is used up",
        errno.EROFS: "the disk is mounted read-only",
        errno.EACCES: f"look at the owner and mode of {name(there)}",
        errno.EPERM: f"look at the owner and mode of {name(there)}",
    }
    return UnwritableFile(f"{name(path)} cannot be {verb}: {reason(error)}", hint=hints.get(error.errno or 0))


def no_plain_file(path: Path) -> UnsafePermissions:
    """Return the error for a link, folder or device where a file should be."""
    return UnsafePermissions(f"{name(path)} is a symbolic link or not a regular file", hint="delete it")


def reason(error: OSError) -> str:
    """Return the system's reason in our style: `no space left on device`."""
    text = error.strerror or type(error).__name__
    return text[:1].lower() + text[1:]


def name(path: Path) -> str:
    """Return a path as people may see it."""
    return shown(str(path), limit=4096)


def owned_by_another(status: os.stat_result) -> bool:
    """Tell whether a file belongs to another user; never on Windows, which has no such number."""
    return sys.platform != "win32" and status.st_uid != os.geteuid()


def check_private(path: Path, status: os.stat_result, mode: str) -> None:
    """Raise UnsafePermissions when something is somebody else's or open to others; `mode` is the one to advise."""
    if owned_by_another(status):
        hint = "run this as that user, move it away, or choose another place"
        raise UnsafePermissions(f"{name(path)} belongs to another user", hint=hint)
    if not WINDOWS and stat.S_IMODE(status.st_mode) & _OTHERS:
        raise UnsafePermissions(f"{name(path)} is open to other users", hint=f"chmod {mode} {name(path)}")
