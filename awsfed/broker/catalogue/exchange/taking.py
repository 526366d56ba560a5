"""From the connectors of an installed IFAWS to a document of ours."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from awsfed.broker.catalogue.document import TABLE, read_tables
from awsfed.broker.catalogue.exchange import words
from awsfed.broker.catalogue.exchange.ids import ids_of
from awsfed.broker.catalogue.exchange.listing import Body, Listing
from awsfed.broker.catalogue.fields import VIA
from awsfed.broker.catalogue.written import as_text, comments
from awsfed.errors import InvalidValue
from awsfed.model.slugs import slug_from
from awsfed.model.text import parse_name, shown
from awsfed.settings.problems import Problem, Severity

_HEAD = "Connectors taken from Identity Federation for AWS."
_SYSTEM = "SYSTEM"
_PSEUDO = "iam role for ec2"
"""How the name of the pseudo key begins that stands for the role of the machine."""
_KEY_ID = re.compile(r"A[A-Z0-9]{15,127}", re.ASCII)
_OPEN_THERE = (
    "Scope SYSTEM: there it is open to every caller without a user, here to services that are granted it by name."
)
_ACCOUNT_FIELDS = {words.ID, words.NAME, words.KEY_ID, words.CLOUD, words.SLUG}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A document of ours, and what became of those it was made from."""

    text: str
    """TOML that is a catalogue, and can stand in the settings as well."""
    warnings: tuple[str, ...]
    taken: int
    left_out: int
    """Connectors that would be wrong here; they stand in the text as comments."""


@dataclass(kw_only=True)
class _Notes:
    """What to tell about single connectors, and about all of them."""

    warnings: list[str] = field(default_factory=list)
    comments: dict[str, list[str]] = field(default_factory=dict)
    _unknown: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def unknown(self, kind: str, name: str, owner: str) -> None:
        self._unknown.setdefault((kind, name), []).append(owner)

    def all(self) -> tuple[str, ...]:
        unknown = []
        for (kind, name), owners in self._unknown.items():
            which = f"{kind} {owners[0]!r}" + (f" and {len(owners) - 1} more" if len(owners) > 1 else "")
            unknown.append(f"the field {shown(name, limit=80)!r} of {which} is not known and was left out")
        return (*self.warnings, *unknown)


def take(listing: Listing) -> Taken:
    """Return the document that says the same as a listing, as far as that can be said here."""
    notes = _Notes()
    accounts = dict(zip(ids_of(listing.accounts, "key"), listing.accounts, strict=True))
    keys = _keys(accounts, listing.connectors, notes)
    ids = ids_of(listing.connectors, "connector")
    bodies = dict(zip(ids, listing.connectors, strict=True))
    others = {body[words.ID]: slug for slug, body in bodies.items() if isinstance(body.get(words.ID), str)}
    tables = {slug: _table(slug, body, keys, others, notes) for slug, body in bodies.items()}
    reading = read_tables(tables, find=lambda path: (path[1] if len(path) > 1 else "", None))
    wrong = _wrong(reading.problems, notes)
    good = [c for c in reading.connectors.values() if c.id not in wrong and c.access_key]
    left_out = [slug for slug in tables if slug not in {connector.id for connector in good}]
    text = comments([_HEAD]) + _accounts_text(accounts, keys)
    text += as_text((connector, notes.comments.get(connector.id, ())) for connector in good)
    for slug in left_out:
        reasons = wrong.get(slug) or ["it has mistakes"]
        text += "\n" + comments([*notes.comments.get(slug, ()), *(f"{slug} is left out: {one}" for one in reasons)])
        notes.warnings += (f"connector {slug} is left out: {one}" for one in reasons)
    return Taken(text=text, warnings=notes.all(), taken=len(good), left_out=len(left_out))


def _keys(accounts: Mapping[str, Body], connectors: Sequence[Body], notes: _Notes) -> dict[str, str]:
    """Return the name of the access key for the GUID of each account that is listed or named."""
    keys: dict[str, str] = {}
    for slug, body in accounts.items():
        _look_into_account(slug, body, notes)
        given = body.get(words.ID)
        if isinstance(given, str) and keys.setdefault(given, slug) != slug:
            notes.warnings.append(f"account {slug!r} has the id of account {keys[given]!r}, which is used")
    named = [body.get(words.ACCOUNT_ID) for body in connectors]
    for given in named:
        if isinstance(given, str) and given and given not in keys:
            name = f"account-{slug_from(given)[:8].strip('._-')}".rstrip("-")
            while name in keys.values():
                name += "x"
            keys[given] = name
            notes.warnings.append(f"account {shown(given, limit=80)} is not listed; its access key is called {name}")
    return keys


def _look_into_account(slug: str, body: Body, notes: _Notes) -> None:
    if body.get(words.SECRET):
        notes.warnings.append(f"account {slug!r} comes with its secret, which was not read: awsfed keys add {slug}")
    if body.get(words.CLOUD) not in (None, "", "aws"):
        notes.unknown("account", words.CLOUD, slug)
    for name in body:
        if name not in _ACCOUNT_FIELDS | {words.SECRET}:
            notes.unknown("account", name, slug)


def _table(
    slug: str, body: Body, keys: Mapping[str, str], others: Mapping[str, str], notes: _Notes
) -> dict[str, object]:
    """Return our fields of a connector's body, unchecked."""
    about = notes.comments.setdefault(slug, [])
    if isinstance(body.get(words.ID), str):
        about.append(f"Its id there: {body[words.ID]}")
    if body.get(words.SCOPE) == _SYSTEM:
        about.append(_OPEN_THERE)
    table: dict[str, object] = {}
    for theirs, value in body.items():
        if value in (None, "", [], {}):
            continue
        if theirs == words.ACCOUNT_ID:
            table["key"] = keys.get(value, value) if isinstance(value, str) else value
        elif theirs == words.VIA:
            table["key"] = f"{VIA}{others.get(value, value)}" if isinstance(value, str) else value
        elif theirs == words.NAME:
            table["name"] = _name(slug, value, notes)
        elif theirs in words.FIELD_OF:
            table[words.FIELD_OF[theirs]] = value
        elif theirs not in {words.ID, words.SLUG}:
            notes.unknown("connector", theirs, slug)
    return table


def _name(slug: str, value: object, notes: _Notes) -> object:
    """Return a name as it may stand here, which is almost always what it was."""
    try:
        return parse_name(value)
    except InvalidValue:
        name = " ".join(shown(str(value)).split()) or slug
        notes.warnings.append(f"connector {slug} had a name that cannot be shown; it is {name!r} now")
        return name


def _wrong(problems: Sequence[Problem], notes: _Notes) -> dict[str, list[str]]:
    """Return what is wrong with connectors by their ids, in the words of IFAWS; warnings go to the notes."""
    wrong: dict[str, list[str]] = {}
    for problem in problems:
        ours = (problem.key or "").removeprefix(f"{TABLE}.{problem.file}").removeprefix(".")
        message = f"{words.THEIRS.get(ours, ours)} {problem.message}".strip()
        if problem.severity is Severity.ERROR:
            wrong.setdefault(problem.file, []).append(message)
        else:
            notes.warnings.append(f"connector {problem.file}: {message}")
    return wrong


def _accounts_text(accounts: Mapping[str, Body], keys: Mapping[str, str]) -> str:
    """Return what has to be done about access keys, as comments: a catalogue names them and does not describe them."""
    if not keys:
        return ""
    named = {slug: body for slug, body in accounts.items() if slug in keys.values()}
    lines = ["", "Access keys that they use. Enter each of them, and describe it in the settings:"]
    for slug in dict.fromkeys(keys.values()):
        lines += ["", *_account_lines(slug, named.get(slug, {}))]
    return comments(lines)


def _account_lines(slug: str, body: Body) -> Iterator[str]:
    name, key_id = body.get(words.NAME), body.get(words.KEY_ID)
    if isinstance(name, str) and name != slug:
        yield f"{name} there"
    if isinstance(name, str) and name.casefold().startswith(_PSEUDO):
        yield f"[keys.{slug}]"
        yield 'source = "instance"  (or "container")'
        return
    is_one = isinstance(key_id, str) and _KEY_ID.fullmatch(key_id)
    yield f"awsfed keys add {slug}" + (f" --access-key-id {key_id}" if is_one else "")
    yield f"[keys.{slug}]"
    yield 'source = "keyring"'
