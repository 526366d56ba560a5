"""Files that a command is given to read, and files that it writes."""

import sys
from pathlib import Path

from awsfed.errors import ConfigError, NotFound, Refused
from awsfed.settings.reading import LIMIT

STDIN = "-"


def read_named(name: str) -> bytes:
    """Return what a file holds, or standard input for `-`.

    Raises:
        NotFound: there is no such file.
        ConfigError: it cannot be read, or is larger than a document may be.
    """
    try:
        if name == STDIN:
            data = sys.stdin.buffer.read(LIMIT + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(f"there is no file {name}") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a path"
        raise ConfigError(f"{name} cannot be read: {reason.lower()}") from error
    if len(data) > LIMIT:
        raise ConfigError(f"{name} is larger than {LIMIT} bytes")
    return data


def write_named(path: Path, data: bytes, *, replace: bool, mode: int = 0o600) -> None:
    """Write a file as a whole.

    Raises:
        Refused: there is one already, and it was not said to replace it; or it is a folder or a device.
        UnwritableFile: it cannot be written.
    """
    import os

    from awsfed.outside.files import write_atomic

    if not replace and os.path.lexists(path):
        raise Refused(f"there is a file {path} already", hint="use --replace")
    if path.exists() and not path.is_file():
        raise Refused(f"{path} is no file that could be replaced", hint="name another")
    write_atomic(path, data, mode=mode)
