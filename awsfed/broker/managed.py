"""Connectors of the store as administrators see them: documents, each checked as a catalogue would check it."""

import json
from collections.abc import Mapping
from typing import Any

from awsfed.broker.catalogue.database import table_of
from awsfed.broker.catalogue.document import TABLE, Reading
from awsfed.broker.store.interface import ConnectorRecord
from awsfed.errors import InvalidValue
from awsfed.model.connector import Connector
from awsfed.model.text import shown
from awsfed.settings.problems import Problem, Severity

_DOCUMENT_LIMIT = 65_536


class InvalidConnector(InvalidValue):
    """A connector that no catalogue could hold.

    Attributes:
        fields: what is wrong with each field of it; what is wrong with the whole stands under the empty name.
    """

    def __init__(self, fields: Mapping[str, str], hint: str | None = None) -> None:
        said = "; ".join(f"{name} {message}" if name else message for name, message in fields.items())
        super().__init__(said, hint=hint)
        self.fields = fields


def written(document: Mapping[str, Any]) -> str:
    """Return a document as it is kept; raise InvalidConnector for one that is too large, or no JSON."""
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = len(text.encode())
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidConnector({"": "a connector must be JSON, of ordinary texts and numbers"}) from error
    if size > _DOCUMENT_LIMIT:
        raise InvalidConnector({"": f"a connector must not be larger than {_DOCUMENT_LIMIT} bytes"})
    return text


def checked(reading: Reading, changed: str, *, before: Reading) -> Connector:
    """Return the changed one of what the store would hold; raise InvalidConnector where more is wrong than before."""
    known = set(_errors(before))
    wrong = [error for error in _errors(reading) if error not in known or _is_about(error, changed)]
    if not wrong and changed in reading.connectors:
        return reading.connectors[changed]
    fields = dict(_field(error, changed) for error in wrong)
    raise InvalidConnector(
        fields or {"": "cannot be checked, for too many others are wrong"}, hint=wrong[0].hint if wrong else None
    )


def label_of(record: ConnectorRecord) -> str:
    """Return what messages call a connector, whatever stands in it."""
    table = table_of(record)
    name = table.get("name") if isinstance(table, dict) else None
    return f"{record.id!r} ({shown(name, limit=80)})" if isinstance(name, str) and name else repr(record.id)


def record_of(records: tuple[ConnectorRecord, ...], connector_id: str) -> ConnectorRecord | None:
    """Return the record of a connector, or None."""
    return next((record for record in records if record.id == connector_id), None)


def key_of(record: ConnectorRecord) -> object:
    """Return what a connector names as its access key."""
    table = table_of(record)
    return table.get("key") if isinstance(table, dict) else None


def _errors(reading: Reading) -> list[Problem]:
    return [problem for problem in reading.problems if problem.severity is Severity.ERROR]


def _is_about(problem: Problem, connector_id: str) -> bool:
    return f"{problem.key}.".startswith(f"{TABLE}.{connector_id}.")


def _field(problem: Problem, connector_id: str) -> tuple[str, str]:
    """Return the field of a connector that a problem is about and what it is; of others, the whole and all of it."""
    if not _is_about(problem, connector_id):
        return "", f"{problem.key} {problem.message}"
    return (problem.key or "").removeprefix(f"{TABLE}.{connector_id}").lstrip("."), problem.message
