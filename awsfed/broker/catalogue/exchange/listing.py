"""The JSON of an installed IFAWS, taken apart: bodies of connectors and bodies of accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from awsfed.broker.catalogue.document import CONNECTOR_LIMIT
from awsfed.broker.catalogue.exchange.words import ACCOUNT_ID, VIA
from awsfed.broker.catalogue.json_text import parse_json
from awsfed.model.text import shown
from awsfed.settings.problems import InvalidSettings, Problem

Body = Mapping[str, Any]
CONNECTORS, ACCOUNTS = "connectors", "accounts"
_ENVELOPE = {"values", "size"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What came, not yet looked into."""

    connectors: tuple[Body, ...]
    accounts: tuple[Body, ...]


def read_listing(data: bytes, *, name: str, accounts: bytes | None = None, accounts_name: str = "") -> Listing:
    """Return the bodies in a document: a list, a list envelope, or `{"connectors": …, "accounts": …}` of either.

    Raises:
        InvalidSettings: it is not JSON, has another shape, or shows of the connectors nothing but their names.
    """
    top = parse_json(data, name)
    mine: tuple[Body, ...] = ()
    if isinstance(top, dict) and CONNECTORS in top:
        _no_others(top, {CONNECTORS, ACCOUNTS}, name)
        mine = _bodies(top.get(ACCOUNTS, []), ACCOUNTS, name)
        top = top[CONNECTORS]
    listing = Listing(
        connectors=_bodies(top, CONNECTORS, name),
        accounts=mine if accounts is None else (*mine, *_accounts(accounts, accounts_name)),
    )
    if listing.connectors and not any(ACCOUNT_ID in body or VIA in body for body in listing.connectors):
        problem = Problem(
            file=name,
            message="shows of the connectors only what every user may see",
            hint="ask IFAWS with the rights of an administrator, who is shown the accounts and roles too",
        )
        raise InvalidSettings([problem])
    return listing


def _accounts(data: bytes, name: str) -> tuple[Body, ...]:
    top = parse_json(data, name)
    if isinstance(top, dict) and ACCOUNTS in top:
        _no_others(top, {ACCOUNTS}, name)
        top = top[ACCOUNTS]
    return _bodies(top, ACCOUNTS, name)


def _bodies(value: object, what: str, name: str) -> tuple[Body, ...]:
    if isinstance(value, dict) and "values" in value:
        _no_others(value, _ENVELOPE, name)
        value = value["values"]
    if not isinstance(value, list):
        hint = 'it has to be a list, {"values": […]}, or {"connectors": …, "accounts": …} of those'
        raise InvalidSettings([Problem(file=name, message=f"no list of {what}", hint=hint)])
    if len(value) > CONNECTOR_LIMIT:
        raise InvalidSettings([Problem(file=name, message=f"more than {CONNECTOR_LIMIT} {what}")])
    for number, body in enumerate(value, 1):
        if not isinstance(body, dict):
            raise InvalidSettings([Problem(file=name, message=f"item {number} of the {what} is no JSON object")])
    return tuple(value)


def _no_others(table: Mapping[str, Any], known: set[str], name: str) -> None:
    others = [key for key in table if key not in known]
    if others:
        message = f"is not understood beside {', '.join(sorted(known & set(table)))}"
        raise InvalidSettings([Problem(file=name, key=shown(others[0], limit=80), message=message)])
