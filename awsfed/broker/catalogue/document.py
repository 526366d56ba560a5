"""From bytes or tables to connectors: the one parser for settings, files, URLs and whatever else holds connectors."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from awsfed.broker.catalogue import chains, rules
from awsfed.broker.catalogue.fields import FIELDS, duration_parser, parse_type
from awsfed.broker.catalogue.opening import TABLE, Find, Opened, Path, open_document
from awsfed.errors import InvalidValue
from awsfed.model.arns import partition_of
from awsfed.model.connector import Connector
from awsfed.model.partitions import partition_of_region
from awsfed.model.slugs import closest, parse_slug
from awsfed.model.text import shown
from awsfed.settings.problems import Problem, Severity, refuse_errors

__all__ = ["TABLE", "Find", "Path", "Reading", "read_document", "read_opened", "read_tables"]

CONNECTOR_LIMIT = 20_000
PROBLEM_LIMIT = 100
"""More mistakes than this in one document are not listed."""
NAME_LIMIT = 64
"""A longer name is no slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a document holds, and what is wrong with it."""

    connectors: Mapping[str, Connector]
    """Those without mistakes."""
    problems: tuple[Problem, ...]
    find: Find = field(repr=False)

    @property
    def is_good(self) -> bool:
        """Tell whether there is no mistake; a warning is none."""
        return all(problem.severity is not Severity.ERROR for problem in self.problems)

    def good(self) -> Mapping[str, Connector]:
        """Return the connectors; raise InvalidSettings when there is any mistake, for then none of them counts."""
        refuse_errors(self.problems)
        return self.connectors


def read_document(data: bytes, *, name: str) -> Reading:
    """Return what a document holds; `name` is its file or URL, for people."""
    return read_opened([open_document(data, name=name)])


def read_opened(documents: Sequence[Opened]) -> Reading:
    """Return what several documents hold together; an id that stands in two of them is a mistake in the second."""
    owners: dict[str, Opened] = {}
    tables: dict[str, object] = {}
    problems = [problem for document in documents for problem in document.problems]
    for document in documents:
        for name, table in document.tables.items():
            owner = owners.setdefault(name.casefold(), document)
            if owner is document:
                owners.setdefault(name, document)
                tables[name] = table
                continue
            file, line = document.find((TABLE, name))
            key, message = f"{TABLE}.{shown(name, limit=80)}", f"is defined in {owner.name} too"
            problems.append(Problem(file=file, line=line, key=key, message=message, hint="rename or remove one"))

    def find(path: Path) -> tuple[str, int | None]:
        owner = owners.get(path[1]) if len(path) > 1 else None
        return (owner or documents[0]).find(path)

    reading = read_tables(tables, find=find)
    return replace(reading, problems=(*problems, *reading.problems))


def read_tables(tables: object, *, find: Find) -> Reading:
    """Return what a table of connectors holds, by their ids."""
    reader = _Reader(find=find)
    if not isinstance(tables, dict):
        reader.note((TABLE,), "must be a table of connectors")
        return reader.reading()
    if len(tables) > CONNECTOR_LIMIT:
        reader.note((TABLE,), f"are {len(tables)}; at most {CONNECTOR_LIMIT} are possible")
        return reader.reading()
    for name, table in tables.items():
        reader.connector(name, table)
    reader.chain()
    return reader.reading()


@dataclass(kw_only=True)
class _Reader:
    """Collects connectors and mistakes."""

    find: Find
    connectors: dict[str, Connector] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[Severity] = field(default_factory=Counter)
    _folded: dict[str, str] = field(default_factory=dict)

    def reading(self) -> Reading:
        return Reading(connectors=self.connectors, problems=tuple(self.problems), find=self.find)

    def chain(self) -> None:
        """Resolve connectors whose key is another connector; drop those where that does not work."""
        for connector in list(self.connectors.values()):
            complaint = chains.complaint(connector, self.connectors)
            if complaint is None:
                self.connectors[connector.id] = chains.resolved(connector, self.connectors)
                continue
            field_name, message, hint = complaint
            self.note((TABLE, connector.id, field_name), message, hint)

    def note(self, path: Path, message: str, hint: str | None = None, *, severity: Severity = Severity.ERROR) -> None:
        """Keep a mistake; list it unless there are more than anybody would read."""
        self.counts[severity] += 1
        if self.counts[severity] > PROBLEM_LIMIT:
            return
        file, line = self.find(path)
        key = ".".join(shown(part, limit=80) for part in path)
        self.problems.append(Problem(file=file, line=line, key=key, message=message, hint=hint, severity=severity))

    def meant(self, name: str) -> str | None:
        """Return a question that names the field which was probably meant."""
        is_guessable = len(name) < NAME_LIMIT and self.counts[Severity.ERROR] < PROBLEM_LIMIT
        meant = closest(name, list(FIELDS)) if is_guessable else None
        return f"did you mean {meant}?" if meant else None

    def connector(self, name: object, table: object) -> None:
        """Parse one connector; keep it when nothing is wrong with it."""
        path = (TABLE, str(name))
        try:
            slug = parse_slug(name)
        except InvalidValue as error:
            hint = "keep the name that people read in the field name"
            self.note(path, f"is no id for a connector: it {error.message}", hint)
            return
        twin = self._folded.setdefault(slug.casefold(), slug)
        if twin != slug:
            self.note(path, f"differs from {TABLE}.{twin} in upper and lower case only", "rename one")
        elif not isinstance(table, dict):
            self.note(path, "must be a table with the fields of a connector")
        else:
            fields = self.fields(path, table)
            if fields is not None:
                self.keep(path, _built(slug, fields))

    def fields(self, path: Path, table: Mapping[str, object]) -> dict[str, Any] | None:
        """Return the parsed fields, or None when any of them is wrong or missing."""
        before = self.counts[Severity.ERROR]
        parsed: dict[str, Any] = {}
        for name, value in table.items():
            if name not in FIELDS:
                self.note((*path, name), "is not a field of connectors", self.meant(name))
                continue
            parser = _duration_parser(table) if name == "duration" else FIELDS[name].parse
            self.parse((*path, name), parser, value, parsed)
        for name in ("type", "key"):
            if name not in table:
                self.note((*path, name), f"is not set: {FIELDS[name].sentence[:-1]}")
        return parsed if self.counts[Severity.ERROR] == before else None

    def parse(self, path: Path, parser: Callable[[object], Any], value: object, parsed: dict[str, Any]) -> None:
        try:
            parsed[path[-1]] = parser(value)
        except InvalidValue as error:
            self.note(path, error.message, error.hint)

    def keep(self, path: Path, connector: Connector) -> None:
        before = self.counts[Severity.ERROR]
        for name, message, hint in rules.complaints(connector):
            self.note((*path, name), message, hint)
        if self.counts[Severity.ERROR] > before:
            return
        self.connectors[connector.id] = connector
        for name, message, hint in rules.warnings(connector):
            self.note((*path, name), message, hint, severity=Severity.WARNING)


def _duration_parser(table: Mapping[str, object]) -> Callable[[object], object]:
    """Return the parser for the call that a table names, or one with the widest limits where it names none."""
    try:
        return duration_parser(parse_type(table.get("type")))
    except InvalidValue:
        return FIELDS["duration"].parse


def _built(slug: str, fields: dict[str, Any]) -> Connector:
    fields = dict(fields)
    kind, (key, via), name = fields.pop("type"), fields.pop("key"), fields.pop("name", slug)
    fields["is_system"] = fields.pop("scope", False)
    partition = fields.pop("partition", None) or _partition(fields)
    return Connector(id=slug, name=name, type=kind, access_key=key, via=via, partition=partition, **fields)


def _partition(fields: Mapping[str, Any]) -> str:
    """Return the partition that a connector does not name, but its role, region or policies do."""
    if "role_arn" in fields:
        return partition_of(fields["role_arn"])
    if "region" in fields:
        return partition_of_region(fields["region"])
    arns = fields.get("policy_arns") or ("arn:aws:",)
    return partition_of(arns[0])
