"""The switches of Labs: how each stands, and turning one in the user's settings file."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

from awsfed.errors import ConfigError, NotFound, UnwritableFile
from awsfed.model.connector import Connector
from awsfed.model.labs import Labs, switch_name
from awsfed.model.slugs import closest
from awsfed.outside.clock import Clock
from awsfed.outside.files import locked, private_directory, write_atomic
from awsfed.settings.editing import with_switch
from awsfed.settings.problems import Problem, Severity
from awsfed.settings.reading import read_trusted
from awsfed.settings.table import BY_NAME, CONNECTORS, KEYS, LABS
from awsfed.settings.values import Settings

SWITCHES = {switch_name(field.name): field.name for field in fields(Labs)}
"""The setting behind each switch, in the order of the documentation."""
_LOCK_S = 10
_NEW_MODE = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One of them, as it stands."""

    name: str
    is_on: bool
    source: str
    locked: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """All of them."""

    settings: Settings
    path: Path
    """The user's settings file."""
    lock_directory: Path
    clock: Clock

    def all(self) -> tuple[Switch, ...]:
        """Return how each stands."""
        return tuple(self._switch(name, field) for name, field in SWITCHES.items())

    def turn(self, name: str, *, on: bool) -> bool:
        """Turn a switch in the user's file, where it does not stand so already; tell whether that changed anything.

        Raises:
            NotFound: there is no such switch.
            ConfigError: the system's file locks it.
            Refused: the file is written in a way that is not changed here.
            UnwritableFile: it cannot be written; the hint is what to write into it.
        """
        if name not in SWITCHES:
            meant = closest(name, list(SWITCHES))
            raise NotFound(f"no switch {name!r}", hint=f"did you mean {meant}?" if meant else "awsfed labs list")
        switch = self._switch(name, SWITCHES[name])
        if switch.is_on is on:
            return False
        system_file = self.settings.files[0]
        if switch.locked and self.path != system_file:
            raise ConfigError(f"{name} is locked in {system_file}", hint="ask whoever keeps that file")
        private_directory(self.lock_directory)
        with locked(self.lock_directory / "settings.lock", timeout_s=_LOCK_S, clock=self.clock):
            self._write(SWITCHES[name], on=on)
        return True

    def _switch(self, name: str, field: str) -> Switch:
        origin = self.settings.origins[f"{LABS}.{field}"]
        sentence = BY_NAME[f"{LABS}.{field}"].sentence
        is_on = bool(getattr(self.settings.labs, field))
        return Switch(name=name, is_on=is_on, source=origin.source, locked=origin.locked, sentence=sentence)

    def _write(self, field: str, *, on: bool) -> None:
        """Change the file that the path leads to, so that a link stays one; its mode stays too."""
        target = Path(os.path.realpath(self.path))
        text = (read_trusted(target) or b"").decode("utf-8")
        changed = with_switch(text, LABS, field, value=on)
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
        hint = f"write {field} = {'true' if on else 'false'} below [{LABS}] there yourself"
        raise UnwritableFile(f"{self.path} cannot be written: {reason}", hint=hint)


def closed_off(settings: Settings, connectors: Iterable[Connector]) -> Iterator[Problem]:
    """Yield a warning for every connector and access key that a switch keeps from being used."""
    labs = settings.labs
    hidden = labs.disable_implicit_connector_visibility_for_administrators
    for connector in connectors:
        name = f"{CONNECTORS}.{connector.id}"
        if switch := labs.closing(connector.partition):
            yield _warning(settings, name, f"is of partition {connector.partition}, which is switched off", switch)
        if hidden and not connector.groups and not connector.is_system:
            message = "has no groups, and administrators see only what is granted to theirs: nobody may use it"
            hint = "name a group, if only that of the administrators"
            yield replace(_warning(settings, name, message, ""), hint=hint)
    for key in settings.keys.values():
        if key.source.is_role and not labs.role_as_access_key:
            message = "is the role of this machine, and roles are switched off as access keys"
            yield _warning(settings, f"{KEYS}.{key.name}", message, "role_as_access_key")


def _warning(settings: Settings, name: str, message: str, switch: str) -> Problem:
    """Return a warning with the place of what it is about, which is the catalogue where the settings have none."""
    origin = settings.origins.get(name) or settings.origins.get(f"{name}.source")
    file = (origin.file if origin else settings.catalogue.source) or "default"
    line = origin.line if origin else None
    hint = f"awsfed labs enable {switch_name(switch)}"
    return Problem(file=file, line=line, key=name, message=message, hint=hint, severity=Severity.WARNING)
