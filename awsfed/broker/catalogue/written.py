"""Connectors written down: as the fields of a table, and as TOML that people can read and keep."""

import json
from collections.abc import Iterable, Sequence

from awsfed.broker.catalogue.document import TABLE
from awsfed.broker.catalogue.fields import FIELDS, VIA
from awsfed.model.arns import partition_of
from awsfed.model.connector import Connector
from awsfed.model.text import is_plain, shown
from awsfed.settings.written import as_key, as_toml

_COMMENT_LIMIT = 400


def table_of(connector: Connector) -> dict[str, object]:
    """Return the fields of a connector that are set; the parser makes the same connector of them again."""
    table = {name: _plain(connector, name) for name in FIELDS}
    if table["name"] == connector.id:
        del table["name"]
    if not _needs_partition(connector):
        del table["partition"]
    return {name: value for name, value in table.items() if value not in (None, False, [], {})}


def as_text(connectors: Iterable[tuple[Connector, Sequence[str]]]) -> str:
    """Return tables in TOML, each below its comments."""
    return "".join(f"\n{comments(notes)}{_table(connector)}" for connector, notes in connectors)


def comments(texts: Iterable[str]) -> str:
    """Return texts as lines that TOML ignores."""
    return "".join(f"# {shown(text, limit=_COMMENT_LIMIT)}".rstrip() + "\n" for text in texts)


def _table(connector: Connector) -> str:
    lines = [f"[{TABLE}.{as_key(connector.id)}]\n"]
    for name, value in table_of(connector).items():
        text = _policy(value) if name == "policy" and isinstance(value, str) else as_toml(value)
        lines.append(f"{name} = {text}\n")
    return "".join(lines)


def _policy(compact: str) -> str:
    """Return a policy over several lines, without escapes, unless it has characters that need them."""
    pretty = json.dumps(json.loads(compact), indent=2, ensure_ascii=False)
    if "'''" in pretty or not is_plain(pretty.replace("\n", "")):
        return as_toml(compact)
    return f"'''\n{pretty}'''"


def _plain(connector: Connector, name: str) -> object:
    if name == "type":
        return connector.type.value
    if name == "key":
        return f"{VIA}{connector.via}" if connector.via else connector.access_key
    if name == "tags":
        return dict(connector.tags)
    if name == "scope":
        return "SYSTEM" if connector.is_system else None
    value = getattr(connector, name)
    return list(value) if isinstance(value, tuple) else value


def _needs_partition(connector: Connector) -> bool:
    """Tell whether the partition would not follow from the other fields."""
    if connector.role_arn:
        return partition_of(connector.role_arn) != connector.partition
    return connector.partition != "aws" or bool(connector.region or connector.policy_arns)
