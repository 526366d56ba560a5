"""From our connectors to what an installed IFAWS, or a client of it, would show of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from awsfed.broker.catalogue.exchange import words
from awsfed.broker.catalogue.written import table_of
from awsfed.model.connector import Connector


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A document for the other side."""

    document: dict[str, Any]
    """`{"connectors": …, "accounts": …}`, both as list envelopes."""
    warnings: tuple[str, ...]


def give(connectors: Iterable[Connector]) -> Given:
    """Return connectors and the accounts that they name, in the words of IFAWS."""
    listed = list(connectors)
    bodies = [_body(connector) for connector in listed]
    keys = dict.fromkeys(connector.access_key for connector in listed)
    accounts = [{"id": words.guid("account", key), "name": key, "cloudProviderKey": "aws", "slug": key} for key in keys]
    warnings = [
        f"connector {body['slug']}: a server that ignores {field} would {effect}"
        for body in bodies
        for field, effect in words.NOT_THEIRS.items()
        if field in body
    ]
    return Given(document={"connectors": _envelope(bodies), "accounts": _envelope(accounts)}, warnings=tuple(warnings))


def _body(connector: Connector) -> dict[str, Any]:
    body: dict[str, Any] = {"id": words.guid("connector", connector.id), "name": connector.name}
    table = table_of(connector) | {"partition": connector.partition}
    table.pop("name", None)
    table.pop("key")
    body["type"] = table.pop("type")
    body["partition"] = table.pop("partition")
    if connector.via:
        body[words.VIA] = words.guid("connector", connector.via)
    else:
        body[words.ACCOUNT_ID] = words.guid("account", connector.access_key)
    body |= dict.fromkeys(words.ALWAYS_THERE, "")
    body |= {words.THEIRS[name]: value for name, value in table.items()}
    body.setdefault("groups", [])
    body[words.SLUG] = connector.id
    return body


def _envelope(bodies: list[dict[str, Any]]) -> dict[str, Any]:
    return {"values": bodies, "size": len(bodies)}
