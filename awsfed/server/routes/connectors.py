"""The vendor's resources of connectors as such: listing, looking at, and changing them."""

from contextlib import contextmanager
from typing import Any

from starlette.responses import Response

from awsfed.broker.catalogue.exchange import words
from awsfed.broker.catalogue.fields import VIA
from awsfed.broker.catalogue.written import table_of
from awsfed.broker.managed import InvalidConnector
from awsfed.model.connector import Connector
from awsfed.server import vendor_bodies
from awsfed.server.calls import Call
from awsfed.server.routes.vendor import LATER, Administrator, Granted, User, check_own, row
from awsfed.server.statuses import BadRequest, json_answer, no_content


def _plain(connector: Connector) -> dict[str, Any]:
    shape: dict[str, Any] = {"id": connector.id, "name": connector.name, "type": connector.type.value}
    return shape | ({"scope": "SYSTEM"} if connector.is_system else {})


def _whole(connector: Connector) -> dict[str, Any]:
    """Return a connector as administrators see it, in the vendor's words."""
    table = table_of(connector) | {"partition": connector.partition}
    for name in ("name", "type", "scope", "key"):
        table.pop(name, None)
    shape = _plain(connector) | {"partition": table.pop("partition")}
    if connector.via:
        shape[words.VIA] = connector.via
    else:
        shape[words.ACCOUNT_ID] = connector.access_key
    shape |= dict.fromkeys(words.ALWAYS_THERE, "")
    return shape | {words.THEIRS[name]: value for name, value in table.items()} | {"groups": list(connector.groups)}


def _shown(call: Call, connector: Connector) -> dict[str, Any]:
    return _whole(connector) if call.is_administrator else _plain(connector)


def _connectors(call: Call) -> Response:
    granted = call.broker.connectors(call.session)
    known = call.broker.catalogue.connectors().by_id
    values = [_shown(call, known[one.id]) for one in granted]
    return json_answer({"values": values, "size": len(values)})


def _connector(call: Call) -> Response:
    return json_answer(_shown(call, call.broker.granted(call.session, call.id)))


def _table(call: Call) -> dict[str, Any]:
    """Return a body as what stands under `[connectors.ID]` in a catalogue."""
    body = call.body(vendor_bodies.TakenConnector)
    given = body.model_dump(by_alias=True, exclude_none=True)
    check_own(call, given.pop("id", None))
    via = given.pop(words.VIA, None)
    table = {words.FIELD_OF[name]: value for name, value in given.items() if value not in ("", [], {})}
    return table | ({"key": f"{VIA}{via}"} if via else {})


@contextmanager
def _in_their_words() -> Any:
    """Name the fields of a connector that cannot be kept as they stand in the body."""
    try:
        yield
    except InvalidConnector as error:
        fields = {words.THEIRS.get(name, name): message for name, message in error.fields.items()}
        said = "; ".join(f"{name} {message}".strip() for name, message in fields.items())
        raise BadRequest(said, fields=fields) from None


def _create(call: Call) -> Response:
    with call.serving.changes, _in_their_words():
        made = call.administration.create_connector(_table(call))
    return json_answer(_whole(made), 201)


def _change(call: Call) -> Response:
    with call.serving.changes, _in_their_words():
        made = call.administration.change_connector(call.id, _table(call))
    return json_answer(_whole(made))


def _delete(call: Call) -> Response:
    with call.serving.changes:
        call.administration.delete_connector(call.id)
    return no_content()


_ONE = "/connectors/{id}"
RESOURCES = (
    row(
        "GET", "/connectors", User, _connectors, "List what the caller may use.", returns=vendor_bodies.VendorConnectors
    ),
    row(
        "POST",
        "/connectors",
        Administrator,
        _create,
        "Create a connector.",
        takes=vendor_bodies.TakenConnector,
        returns=vendor_bodies.VendorConnector,
        status=201,
        versions=LATER,
    ),
    row("GET", _ONE, Granted, _connector, "Look at a connector.", returns=vendor_bodies.VendorConnector),
    row(
        "PUT",
        _ONE,
        Administrator,
        _change,
        "Replace a connector.",
        takes=vendor_bodies.TakenConnector,
        returns=vendor_bodies.VendorConnector,
        versions=LATER,
        statuses=(404, 409),
    ),
    row(
        "DELETE",
        _ONE,
        Administrator,
        _delete,
        "Delete a connector.",
        status=204,
        versions=LATER,
        statuses=(404, 409),
    ),
)
