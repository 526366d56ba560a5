"""The switches of Labs: how each stands, and turning one in the user's settings file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace

from awsfed.errors import ConfigError, NotFound
from awsfed.model.connector import Connector
from awsfed.model.labs import Labs, switch_name
from awsfed.model.slugs import closest
from awsfed.settings.problems import Problem, Severity
from awsfed.settings.table import BY_NAME, CONNECTORS, KEYS, LABS
from awsfed.settings.values import Settings
from awsfed.tasks.settings_file import SettingsFile

SWITCHES = {switch_name(field.name): field.name for field in fields(Labs)}
"""The setting behind each switch, in the order of the documentation."""


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
    file: SettingsFile
    """The user's."""

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
        if switch.locked and self.file.path != system_file:
            raise ConfigError(f"{name} is locked in {system_file}", hint="ask whoever keeps that file")
        self.file.put(LABS, SWITCHES[name], value=on)
        return True

    def _switch(self, name: str, field: str) -> Switch:
        origin = self.settings.origins[f"{LABS}.{field}"]
        sentence = BY_NAME[f"{LABS}.{field}"].sentence
        is_on = bool(getattr(self.settings.labs, field))
        return Switch(name=name, is_on=is_on, source=origin.source, locked=origin.locked, sentence=sentence)


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
