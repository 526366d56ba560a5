"""Secrets that somebody hands to the program: in a variable, a mounted file, a descriptor."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from awsfed.errors import ConfigError, NotFound, UnsafePermissions
from awsfed.model.secret import Secret

_LIMIT = 65_536


def from_file(path: Path) -> Secret:
    """Return what a mounted file holds, without one final line end.

    Raises:
        NotFound: there is no such file, or it is empty.
        UnsafePermissions: everybody on this machine can read it.
    """
    if path.is_dir():
        raise NotFound(f"cannot read the secret in {path}: it is a folder")
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise NotFound(f"cannot read the secret in {path}: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as file:
        if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & stat.S_IRWXO:
            raise UnsafePermissions(f"everybody on this machine can read {path}", hint=f"chmod o-rwx {path}")
        return _parsed(file.read(_LIMIT + 1) or b"", str(path))  # None where a pipe has nothing yet


def from_variable(environ: Mapping[str, str], name: str) -> Secret:
    """Return what a variable holds; raise NotFound where it is not set or empty."""
    text = environ.get(name)
    if not text:
        raise NotFound(f"the variable {name} is not set", hint="set it, or name another place in the settings")
    return Secret(text)


def from_descriptor(number: int) -> Secret:
    """Return what an inherited descriptor holds, to its end; raise NotFound where it is closed or empty."""
    try:
        with os.fdopen(number, "rb", closefd=False) as file:
            return _parsed(file.read(_LIMIT + 1), f"descriptor {number}")
    except OSError as error:
        raise NotFound(f"cannot read the secret from descriptor {number}: {error.strerror}") from None


def _parsed(data: bytes, place: str) -> Secret:
    if len(data) > _LIMIT:
        raise ConfigError(f"the secret in {place} is longer than {_LIMIT} bytes")
    try:
        text = data.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise ConfigError(f"the secret in {place} is not UTF-8 text") from None
    if not text:
        raise NotFound(f"there is no secret in {place}")
    return Secret(text)


def into_file(path: Path, secret: Secret) -> None:
    """Put a secret into a file that only its owner can read, in a folder that is made as private where it is missing.

    Raises:
        StoreError: it cannot be written, or somebody else could get at it.
    """
    from awsfed.outside.files import private_directory, write_atomic

    if not path.parent.exists():
        private_directory(path.parent)
    write_atomic(path, f"{secret.reveal()}\n".encode())
