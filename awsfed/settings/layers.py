"""From a file, the environment or the options to single entries, each with the place it comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from awsfed.errors import InvalidValue
from awsfed.model.partitions import parse_partition
from awsfed.model.slugs import closest, parse_slug
from awsfed.model.text import shown
from awsfed.settings.places import Place
from awsfed.settings.problems import Problem
from awsfed.settings.reading import Document
from awsfed.settings.table import BY_NAME, CONNECTORS, GROUPS, KEYS, NAME, PARTITION, PARTITIONS, general, plain_keys

LOCKED = "locked"
OPTION = "the command line"
_SECRETS = {
    "password", "secret_access_key", "aws_secret_access_key", "access_key_id", "aws_access_key_id", "session_token",
    "aws_session_token", "client_secret", "secret_key", "token",
}  # fmt: skip
"""Names under which people write secrets into settings."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Entry:
    """One value as somebody wrote it."""

    path: tuple[str, ...]
    value: object
    source: str
    line: int | None
    place: Place
    is_text: bool = False
    """From a variable or option, where every value is text."""

    @property
    def name(self) -> str:
        """Return the dotted name."""
        return ".".join(self.path)

    @property
    def origin(self) -> str:
        """Return where it stands, for people."""
        return self.source if self.line is None else f"{self.source}, line {self.line}"

    def problem(self, message: str, hint: str | None = None) -> Problem:
        """Return a problem with this value."""
        return Problem(file=self.source, line=self.line, key=shown(self.name), message=message, hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Layer:
    """All entries of one source, and what is wrong with its outer shape."""

    entries: Mapping[tuple[str, ...], Entry] = field(default_factory=dict)
    tables: Mapping[tuple[str, ...], Entry] = field(default_factory=dict)
    """The tables of access keys, `keys.NAME`."""
    locked: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """Names that no later layer may change, with the place that says so."""
    problems: tuple[Problem, ...] = ()


def file_layer(document: Document, *, home: Path, may_lock: bool) -> Layer:
    """Return the entries of a settings file; only the system's may lock."""
    walk = _Walk(document=document, place=Place(base=Path(document.name).parent, home=home))
    tables = dict(document.tables)
    wanted = tables.pop(LOCKED, None)
    walk.table((), tables)
    locked: dict[tuple[str, ...], str] = {}
    if wanted is not None:
        lock = walk.entry((LOCKED,), wanted)
        if may_lock:
            locked = dict.fromkeys(walk.locked(lock), lock.origin)
        else:
            walk.problems.append(lock.problem("is for the system's file only", "remove the line"))
    return Layer(
        entries=walk.entries,
        tables=walk.tables,
        locked=locked,
        problems=tuple(walk.problems),
    )


def environment_layer(environ: Mapping[str, str], place: Place) -> Layer:
    """Return the entries of the variables that are set; an empty one counts as not set."""
    entries = {}
    for key in plain_keys():
        for variable in (key.variable, key.alias):
            value = environ.get(variable, "") if variable else ""
            if variable and value:
                text = value if variable == key.variable else key.from_alias(value)
                entries[key.path] = Entry(
                    path=key.path, value=text, source=variable, line=None, place=place, is_text=True
                )
                break
    return Layer(entries=entries)


def option_layer(options: Mapping[str, object], place: Place) -> Layer:
    """Return the entries of the options that were given; None counts as not given."""
    entries, problems = {}, []
    for name, value in options.items():
        path = tuple(name.split("."))
        entry = Entry(path=path, value=value, source=OPTION, line=None, place=place, is_text=isinstance(value, str))
        if name not in BY_NAME:
            problems.append(entry.problem("is not a setting"))
        elif value is not None:
            entries[path] = entry
    return Layer(entries=entries, problems=tuple(problems))


@dataclass(kw_only=True, eq=False, repr=False)
class _Walk:
    """Goes through the tables of one file."""

    document: Document
    place: Place
    entries: dict[tuple[str, ...], Entry] = field(default_factory=dict)
    tables: dict[tuple[str, ...], Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def table(self, path: tuple[str, ...], table: Mapping[str, object]) -> None:
        for name, value in table.items():
            self.one((*path, name), value)

    def one(self, path: tuple[str, ...], value: object) -> None:
        entry = self.entry(path, value)
        if ".".join(general(path)) in BY_NAME:
            self.entries[path] = entry
        elif path[0] == CONNECTORS and len(path) > 1:
            fields = value if isinstance(value, dict) else {}
            self.entries[path] = entry
            self.entries |= {(*path, name): self.entry((*path, name), part) for name, part in fields.items()}
        elif general(path) not in GROUPS and path != (CONNECTORS,):
            self.problems.append(_unknown(entry))
        elif not isinstance(value, dict):
            self.problems.append(entry.problem(f"must be a table: [{shown(entry.name)}]"))
        elif self.is_named_well(entry):
            self.table(path, value)

    def is_named_well(self, entry: Entry) -> bool:
        name, what = general(entry.path), entry.path[-1]
        try:
            if name == (PARTITIONS, PARTITION):
                parse_partition(what)
            elif name == (KEYS, NAME):
                parse_slug(what)
                self.tables[entry.path] = entry
        except InvalidValue as error:
            kind = "an access key" if name[0] == KEYS else "a partition"
            self.problems.append(entry.problem(f"is no name for {kind}: it {error.message}"))
            return False
        return True

    def entry(self, path: tuple[str, ...], value: object) -> Entry:
        return Entry(path=path, value=value, source=self.document.name, line=self.document.line(path), place=self.place)

    def locked(self, entry: Entry) -> Iterator[tuple[str, ...]]:
        if not isinstance(entry.value, list) or not all(isinstance(name, str) for name in entry.value):
            self.problems.append(entry.problem('must be a list of names, such as ["crowd.url", "catalogue"]'))
            return
        for name in entry.value:
            path = tuple(name.split("."))
            if path[0] == CONNECTORS:
                yield path[:2]
            elif general(path) in GROUPS or ".".join(general(path)) in BY_NAME:
                yield path
            else:
                self.problems.append(entry.problem(f'names "{shown(name)}", which is no setting', _meant(path)))


def _unknown(entry: Entry) -> Problem:
    if entry.path[-1].lower() in _SECRETS:
        return entry.problem("is a secret, and no settings file holds one", _where_secrets_go(entry.path))
    return entry.problem("is not a setting", _meant(entry.path))


def _where_secrets_go(path: tuple[str, ...]) -> str:
    if path[0] == KEYS and len(path) > 2:  # noqa: PLR2004 - keys, its name, a field
        return f"remove the line, replace the key in AWS, then: awsfed keys add {shown(path[1])}"
    return 'remove the line, change the secret in Crowd, then name its place: crowd.secret = "keyring"'


def _meant(path: tuple[str, ...]) -> str | None:
    """Return a question that names the setting which was probably meant."""
    general_path = general(path)
    names = [name.replace(f".{general_path[1]}.", f".{path[1]}.") for name in BY_NAME] if len(path) > 1 else BY_NAME
    meant = closest(".".join(path), list(names))
    return f"did you mean {shown(meant)}?" if meant else None
