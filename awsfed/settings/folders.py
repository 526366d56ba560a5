"""Folders of documents that decide who gets what: only those that nobody else could have put a file into."""

from pathlib import Path

from awsfed.errors import ConfigError
from awsfed.settings.reading import check_owner

DOCUMENT_LIMIT = 1000
_SUFFIXES = {".toml", ".json"}


def is_folder(path: Path) -> bool:
    """Tell whether there is a folder."""
    try:
        return path.is_dir()
    except OSError:
        return False


def documents_in(folder: Path) -> tuple[Path, ...]:
    """Return the documents in a folder, by name; not hidden ones, and none in folders below it.

    Raises:
        UnsafePermissions: others may write to the folder, or it belongs to neither root nor whoever runs this.
        ConfigError: it cannot be read, or holds more than anybody would put there.
    """
    try:
        check_owner(folder, folder.stat())
        found = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES and not path.name.startswith("."))
    except OSError as error:
        raise ConfigError(f"{folder} cannot be read: {(error.strerror or 'no folder').lower()}") from error
    if len(found) > DOCUMENT_LIMIT:
        raise ConfigError(f"{folder} holds more than {DOCUMENT_LIMIT} documents")
    return tuple(found)
