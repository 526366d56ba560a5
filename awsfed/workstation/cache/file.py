"""The cache that the launcher reads: one 0600 file a key in the user's 0700 cache folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from awsfed.launch import Entry, header, is_key, key_of_name, modified, read
from awsfed.outside.files import private_directory, remove, write_atomic
from awsfed.workstation.cache.interface import connector_of, is_of


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class FileCache:
    """Entries in files, each noting the settings files it was made with; see the port."""

    directory: Path
    seen: Sequence[tuple[str, int]]
    """Every settings file with its modification time when the settings were read."""

    def get(self, key: str) -> Entry | None:
        """Return an entry; see the port."""
        return read(str(self.directory / key))

    def put(self, key: str, entry: Entry) -> None:
        """Keep an entry; see the port."""
        private_directory(self.directory)
        line = header(entry.ahead_at, entry.block_at, entry.issued_at, self.seen)
        write_atomic(self.directory / key, line + entry.answer)

    def delete(self, key: str) -> None:
        """Remove an entry; see the port."""
        remove(self.directory / key)


def sweep(directory: Path, issuer: str | None) -> None:
    """Delete every entry of an issuer, or all of them, whoever made it and whether anybody still knows of it."""
    if not directory.is_dir():
        return
    for path in directory.iterdir():
        name = path.name
        if is_key(name) and (issuer is None or is_of(name, issuer) or name == key_of_name(connector_of(name))):
            remove(path)


def look_at(files: Sequence[Path]) -> tuple[tuple[str, int], ...]:
    """Return files with their modification times, for `FileCache.seen`."""
    return tuple((str(path), modified(str(path))) for path in files)
