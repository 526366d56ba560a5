"""The vendor's resources, under `/rest/identity-federation-for-aws/{version}`."""

import base64
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from starlette.responses import Response

from awsfed.broker.answers import ConsolePlace, PackageDomain
from awsfed.broker.catalogue.exchange import words
from awsfed.broker.catalogue.fields import VIA
from awsfed.broker.catalogue.written import table_of
from awsfed.broker.managed import InvalidConnector
from awsfed.broker.store.interface import KeyRecord
from awsfed.model.connector import Connector
from awsfed.model.narrowing import NOTHING
from awsfed.model.secret import Secret
from awsfed.server import bodies, shapes, vendor_bodies
from awsfed.server.calls import Call, Resource, Who
from awsfed.server.routes.console import console_link
from awsfed.server.statuses import BadRequest, json_answer
from awsfed.version import VERSION

BASE = "/rest/identity-federation-for-aws/{version}"
ALL = ("2.0", "2.1", "2.2")
LATER = ("2.1", "2.2")


def _info(call: Call) -> Response:
    shape = {
        "name": "awsfed",
        "version": VERSION,
        "apiVersions": list(ALL),
        "userName": call.identity.name,
        "membershipCacheSeconds": call.serving.settings.server.membership_cache_s,
    }
    return json_answer(shape)


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
    return json_answer(_shown(call, call.broker.granted(call.session, call.connector)))


def _table(call: Call) -> dict[str, Any]:
    """Return a body as what stands under `[connectors.ID]` in a catalogue."""
    body = call.body(vendor_bodies.TakenConnector)
    given = body.model_dump(by_alias=True, exclude_none=True)
    _check_own(call, given.pop("id", None))
    via = given.pop(words.VIA, None)
    table = {words.FIELD_OF[name]: value for name, value in given.items() if value not in ("", [], {})}
    return table | ({"key": f"{VIA}{via}"} if via else {})


def _check_own(call: Call, given: str | None) -> None:
    """Raise BadRequest for a body with the id of something else than the path names."""
    if given is not None and given != call.received.path.get("id"):
        raise BadRequest("id is given by the server", fields={"id": "is given by the server"})


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
    with _in_their_words():
        made = call.administration.create_connector(_table(call))
    return json_answer(_whole(made), 201)


def _change(call: Call) -> Response:
    with _in_their_words():
        made = call.administration.change_connector(call.connector, _table(call))
    return json_answer(_whole(made))


def _delete(call: Call) -> Response:
    call.administration.delete_connector(call.connector)
    return Response(status_code=204)


def _credentials(call: Call) -> Response:
    made = call.broker.credentials(call.session, call.connector).credentials
    shape = {
        "expiration": made.expires_at * 1000,
        "sessionToken": made.session_token.reveal(),
        "accessKeyId": made.access_key_id,
        "secretAccessKey": made.secret_access_key.reveal(),
    }
    return json_answer(shape)


def _caller_identity(call: Call) -> Response:
    found = call.broker.caller_identity(call.session, call.connector)
    return json_answer({"account": found.account, "arn": found.arn, "userId": found.user_id})


def _console(call: Call) -> Response:
    return json_answer({"url": console_link(call, ConsolePlace(), NOTHING)})


def _ecr(call: Call) -> Response:
    region = shapes.region(call.queried("region").get("region"))
    found = call.broker.ecr_credentials(call.session, call.connector, region)
    password = found.password.reveal()
    shape = {
        "authorizationToken": base64.b64encode(f"{found.username}:{password}".encode()).decode(),
        "expiresAt": found.expires_at * 1000,
        "proxyEndpoint": f"https://{found.host}",
        "proxyEndpointDomain": found.host,
        "username": found.username,
        "password": password,
    }
    return json_answer(shape)


def _codeartifact(call: Call) -> Response:
    query = call.queried("region", "domain")
    if not query.get("domain"):
        raise BadRequest("domain is missing in the query")
    domain = PackageDomain(name=query["domain"], region=shapes.region(query.get("region")))
    found = call.broker.codeartifact_token(call.session, call.connector, domain)
    return json_answer({"authorizationToken": found.token.reveal(), "expiration": found.expires_at * 1000})


def _account(record: KeyRecord) -> dict[str, str]:
    return {
        "id": record.id,
        "name": record.name,
        "awsAccessKeyId": record.access_key_id,
        "cloudProviderKey": "aws",
    }


def _accounts(call: Call) -> Response:
    values = [_account(record) for record in call.administration.access_keys()]
    return json_answer({"values": values, "size": len(values)})


def _one_account(call: Call) -> Response:
    return json_answer(_account(call.administration.access_key(call.connector)))


def _skips(call: Call) -> bool:
    text = call.queried("skipValidation").get("skipValidation", "false")
    if text not in {"true", "false"}:
        raise BadRequest("skipValidation must be true or false")
    return text == "true"


def _create_account(call: Call) -> Response:
    skips, body = _skips(call), call.body(vendor_bodies.TakenAccount)
    record = call.administration.create_access_key(
        body.name, body.aws_access_key_id, Secret(body.aws_secret_key), skip_validation=skips
    )
    return json_answer(_account(record), 201)


def _change_account(call: Call) -> Response:
    skips, body = _skips(call), call.body(vendor_bodies.ChangedAccount)
    _check_own(call, body.id)
    record = call.administration.change_access_key(
        call.connector,
        name=body.name,
        access_key_id=body.aws_access_key_id,
        secret=Secret(body.aws_secret_key) if body.aws_secret_key else None,
        skip_validation=skips,
    )
    return json_answer(_account(record))


def _delete_account(call: Call) -> Response:
    call.administration.delete_access_key(call.connector)
    return Response(status_code=204)


def _row(method: str, path: str, who: Who, answer: Callable[[Call], Response], summary: str, **others: Any) -> Resource:
    return Resource(method=method, path=path, who=who, answer=answer, summary=summary, **{"versions": ALL, **others})


_VALIDATION = {"skipValidation": "true keeps a key without asking AWS whose it is."}
_REGION = {"region": "That of the connector where it is not given."}
_DOMAIN = {"domain": "Name of the domain; required."}
Administrator, Granted, User = Who.ADMINISTRATOR, Who.GRANTED, Who.USER
_ONE = "/connectors/{id}"
_B = vendor_bodies
RESOURCES = (
    _row(
        "GET",
        f"{_ONE}/credentials",
        Granted,
        _credentials,
        "Vend credentials.",
        returns=_B.VendorCredentials,
        vends="credentials",
    ),
    _row("GET", "/status/info", User, _info, "Tell who is signed in; used to sign in.", returns=_B.VendorStatusInfo),
    _row("GET", "/connectors", User, _connectors, "List what the caller may use.", returns=_B.VendorConnectors),
    _row(
        "POST",
        "/connectors",
        Administrator,
        _create,
        "Create a connector.",
        takes=_B.TakenConnector,
        returns=_B.VendorConnector,
        status=201,
        versions=LATER,
    ),
    _row("GET", _ONE, Granted, _connector, "Look at a connector.", returns=_B.VendorConnector),
    _row(
        "PUT",
        _ONE,
        Administrator,
        _change,
        "Replace a connector.",
        takes=_B.TakenConnector,
        returns=_B.VendorConnector,
        versions=LATER,
        statuses=(404, 409),
    ),
    _row(
        "DELETE",
        _ONE,
        Administrator,
        _delete,
        "Delete a connector.",
        status=204,
        versions=LATER,
        statuses=(404, 409),
    ),
    _row(
        "GET",
        f"{_ONE}/caller-identity",
        Granted,
        _caller_identity,
        "Ask AWS whom it takes new credentials for.",
        returns=bodies.CallerIdentity,
    ),
    _row(
        "GET",
        f"{_ONE}/console/url",
        Granted,
        _console,
        "Get a link into the console, good for a minute and for one use.",
        returns=bodies.Place,
        vends="console-link",
    ),
    _row(
        "GET",
        f"{_ONE}/ecr/credentials",
        Granted,
        _ecr,
        "Get a password of ECR.",
        returns=_B.VendorRegistryCredentials,
        query=_REGION,
        vends="ecr",
    ),
    _row(
        "GET",
        f"{_ONE}/codeartifact/credentials",
        Granted,
        _codeartifact,
        "Get a token of CodeArtifact.",
        returns=_B.VendorPackageCredentials,
        query=_REGION | _DOMAIN,
        versions=LATER,
        vends="codeartifact",
    ),
    _row("GET", "/accounts", Administrator, _accounts, "List the access keys of the store.", returns=_B.VendorAccounts),
    _row(
        "POST",
        "/accounts",
        Administrator,
        _create_account,
        "Keep an access key.",
        takes=_B.TakenAccount,
        returns=_B.VendorAccount,
        status=201,
        query=_VALIDATION,
        statuses=(409,),
    ),
    _row(
        "GET",
        "/accounts/{id}",
        Administrator,
        _one_account,
        "Look at an access key, without its secret.",
        returns=_B.VendorAccount,
        statuses=(404,),
    ),
    _row(
        "PUT",
        "/accounts/{id}",
        Administrator,
        _change_account,
        "Change an access key; every connector that uses it changes with it.",
        takes=_B.ChangedAccount,
        returns=_B.VendorAccount,
        query=_VALIDATION,
        statuses=(404, 409),
    ),
    _row(
        "DELETE",
        "/accounts/{id}",
        Administrator,
        _delete_account,
        "Delete an access key that no connector uses.",
        status=204,
        statuses=(404, 409),
    ),
)
