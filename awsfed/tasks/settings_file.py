"""Writing one value into the user's settings file."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from awsfed.errors import UnwritableFile
from awsfed.outside.clock import Clock
from awsfed.outside.files import locked, private_directory, write_atomic
from awsfed.settings.editing import with_value
from awsfed.settings.reading import read_trusted
from awsfed.settings.written import as_toml

_LOCK_S = 10
_NEW_MODE = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFile:
    """One file, changed by one process at a time."""

    path: Path
    lock_directory: Path
    clock: Clock

    def put(self, table: str, name: str, *, value: bool | str) -> None:
        """Set a value; everything else in the file stays as it is.

        Raises:
            Refused: the file is written in a way that is not changed here.
            UnwritableFile: it cannot be written; the hint is what to write into it.
        """
        try:
            private_directory(self.lock_directory)
            with locked(self.lock_directory / "settings.lock", timeout_s=_LOCK_S, clock=self.clock):
                self._write(table, name, value=value)
        except UnwritableFile as error:
            hint = f"write {name} = {as_toml(value)} below [{table}] in {self.path} yourself"
            raise UnwritableFile(error.message, hint=hint) from error

    def _write(self, table: str, name: str, *, value: bool | str) -> None:
        """Change the file that the path leads to, so that a link stays one; its mode stays too."""
        target = Path(os.path.realpath(self.path))
        text = (read_trusted(target) or b"").decode("utf-8")
        changed = with_value(text, table, name, value=value)
        try:
            mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else _NEW_MODE
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if mode & stat.S_IWUSR:
                write_atomic(target, changed.encode("utf-8"), mode=mode)
                return
            reason = "it is read-only"
        except UnwritableFile as error:
            reason = error.message.rpartition(": ")[2]
        except OSError as error:
            reason = (error.strerror or "no reason is given").lower()
        raise UnwritableFile(f"{self.path} cannot be written: {reason}")
