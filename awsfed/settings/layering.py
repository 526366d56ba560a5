"""Laying the layers over each other: what comes later wins, except over names that the system's file locks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from awsfed.errors import ConfigError, InvalidValue, StoreError
from awsfed.settings.key import Key
from awsfed.settings.layers import Entry, Layer, environment_layer, file_layer, option_layer
from awsfed.settings.places import Place, home_directory, user_config_file
from awsfed.settings.problems import InvalidSettings, Problem
from awsfed.settings.reading import Document, parse_toml, read_trusted
from awsfed.settings.table import (
    BY_NAME,
    CONNECTORS,
    KEYS,
    PARTITIONS,
    REGISTRIES,
    general,
    named_keys,
    plain_keys,
    registry_key,
)
from awsfed.settings.values import Origin
from awsfed.settings.variables import CONFIG

Name = tuple[str, ...]
_TABLE = 2
"""Parts of the path of one connector's table."""


@dataclass(kw_only=True, eq=False, repr=False)
class Values:
    """What counts, by dotted name, before it becomes the settings."""

    files: tuple[Path, ...]
    origins: dict[str, Origin] = field(default_factory=dict)
    keys: dict[str, Entry] = field(default_factory=dict)
    """The table of each access key that counts."""
    connectors: dict[str, object] = field(default_factory=dict)
    registries: dict[str, str] = field(default_factory=dict)
    partitions: dict[str, dict[str, str]] = field(default_factory=dict)
    """Hosts that were set, by partition and field."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Layering:
    """Reads the layers in order and settles which value counts; collects what is wrong on the way."""

    environ: Mapping[str, str]
    options: Mapping[str, object]
    system_file: Path
    problems: list[Problem] = field(default_factory=list)
    unsafe: list[StoreError] = field(default_factory=list)
    """Errors about files that somebody else could have written; each has its problem too."""
    _locked: Mapping[Name, str] = field(default_factory=dict)

    def values(self) -> Values:
        """Return what counts; a default where a value is wrong."""
        files = tuple(dict.fromkeys((self.system_file, user_config_file(self.environ))))
        layers = tuple(self._layers(files))
        self._locked = layers[0].locked
        self.problems += (problem for layer in layers for problem in layer.problems)
        values = Values(files=files)
        for key in plain_keys():
            values.origins[key.name] = self._settle(key, key.path, layers)
        self._lay_keys(values, layers)
        self._lay_connectors(values, layers)
        self._lay_registries(values, layers)
        self._lay_partitions(values, layers)
        return values

    def _layers(self, files: tuple[Path, ...]) -> Iterator[Layer]:
        """Yield the layers, the system's file first."""
        home = home_directory(self.environ)
        here = Place(base=Path.cwd(), home=home)
        for path in files:
            document = self._document(path)
            is_systems = path == self.system_file
            yield file_layer(document, home=home, may_lock=is_systems) if document else Layer()
        yield environment_layer(self.environ, here)
        yield option_layer(self.options, here)

    def _document(self, path: Path) -> Document | None:
        try:
            return parse_toml(self._content(path), str(path))
        except InvalidSettings as error:
            self.problems += error.problems
        except (ConfigError, StoreError) as error:
            # A file that cannot be used hides no mistake in the other.
            message = error.message.removeprefix(f"{path} ")
            self.problems.append(Problem(file=str(path), message=message, hint=error.hint))
            if isinstance(error, StoreError):
                self.unsafe.append(error)
        return None

    def _content(self, path: Path) -> bytes:
        data = read_trusted(path)
        if data is None and path != self.system_file and self.environ.get(CONFIG):
            hint = "awsfed config init writes it"
            raise ConfigError(f"--config or {CONFIG} names this file, and it does not exist", hint=hint)
        return data or b""

    def _settle(self, key: Key, path: Name, layers: tuple[Layer, ...]) -> Origin:
        """Return the value that counts for one setting; every layer's value has to be right."""
        lock = self._lock(path)
        settled = Origin(value=key.default, source="default", locked=lock is not None)
        for number, layer in enumerate(layers):
            entry = layer.entries.get(path)
            if entry is None:
                continue
            try:
                value = key.kind.parse(_raw(key, entry), entry.place)
            except InvalidValue as error:
                self.problems.append(entry.problem(error.message, error.hint))
                continue
            if lock is None or number == 0:
                settled = _origin(entry, value, locked=lock is not None)
            elif value != settled.value:
                self.problems.append(_refused(entry, lock))
        return settled

    def _lay_keys(self, values: Values, layers: tuple[Layer, ...]) -> None:
        """Take each access key from the last file that has it, as a whole: its parts are meant for each other."""
        for table in dict.fromkeys(table for layer in layers for table in layer.tables):
            last = max(number for number, layer in enumerate(layers) if table in layer.tables)
            lock, name = self._lock(table), table[1]
            if lock and table not in layers[0].tables:
                self.problems.append(_refused(layers[last].tables[table], lock))
                continue
            values.keys[name] = layers[last].tables[table]
            for key in named_keys():
                path = (KEYS, name, key.path[-1])
                having = layers[: last + 1] if self._lock(path) else (layers[last],)
                values.origins[".".join(path)] = self._settle(key, path, having)

    def _lay_connectors(self, values: Values, layers: tuple[Layer, ...]) -> None:
        """Take every connector; one that stands in two files is wrong, for a mixture is what nobody wrote."""
        first: dict[str, Entry] = {}
        for number, layer in enumerate(layers):
            for entry in layer.entries.values():
                if entry.path[0] != CONNECTORS:
                    continue
                name, lock = entry.path[1], self._lock(entry.path[:_TABLE])
                if len(entry.path) > _TABLE:
                    values.origins.setdefault(entry.name, _origin(entry, entry.value, locked=lock is not None))
                elif lock and number:
                    self.problems.append(_refused(entry, lock))
                elif name in first:
                    self.problems.append(entry.problem(f"is defined in {first[name].origin} too"))
                else:
                    first[name] = entry
                    values.connectors[name] = entry.value
                    values.origins[entry.name] = _origin(entry, entry.value, locked=lock is not None)

    def _lay_registries(self, values: Values, layers: tuple[Layer, ...]) -> None:
        """Take the connector of each registry from the last file that names the host."""
        entries = {path: entry for layer in layers for path, entry in layer.entries.items() if path[0] == REGISTRIES}
        for path, entry in entries.items():
            from awsfed.model.registries import parse_registry_pattern  # few settings name any

            try:
                host = parse_registry_pattern(path[1])
            except InvalidValue as error:
                hint = 'put the host in quotes: "123456789012.dkr.ecr.eu-central-1.amazonaws.com" = "dev"'
                self.problems.append(entry.problem(error.message, hint))
                continue
            settled = self._settle(registry_key(), path, layers)
            if settled.value is not None:
                values.registries[host] = str(settled.value)
                values.origins[".".join(path)] = settled

    def _lay_partitions(self, values: Values, layers: tuple[Layer, ...]) -> None:
        """Take each host of a partition from the last file that names it."""
        for path in dict.fromkeys(path for layer in layers for path in layer.entries if path[0] == PARTITIONS):
            settled = self._settle(BY_NAME[".".join(general(path))], path, layers)
            if settled.value is not None:
                _, partition, name = path
                values.partitions.setdefault(partition, {})[name] = str(settled.value)
                values.origins[".".join(path)] = settled

    def _lock(self, path: Name) -> str | None:
        """Return the place that locks a name, or a table that holds it."""
        holders = (path[:length] for length in range(1, len(path) + 1))
        return next((self._locked[holder] for holder in holders if holder in self._locked), None)


def _raw(key: Key, entry: Entry) -> object:
    return key.kind.from_text(entry.value) if entry.is_text and isinstance(entry.value, str) else entry.value


def _origin(entry: Entry, value: object, *, locked: bool) -> Origin:
    return Origin(value=value, source=entry.origin, locked=locked, file=entry.source, line=entry.line)


def _refused(entry: Entry, lock: str) -> Problem:
    return entry.problem(f"is locked in {lock}", f"remove it from {entry.source}, or ask whoever keeps the other file")
