"""The vendor's resources of access keys, which it calls accounts."""

from starlette.responses import Response

from awsfed.broker.store.interface import KeyRecord
from awsfed.model.secret import Secret
from awsfed.server import vendor_bodies
from awsfed.server.calls import Call
from awsfed.server.routes.vendor import Administrator, check_own, row
from awsfed.server.statuses import BadRequest, json_answer, no_content


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
    return json_answer(_account(call.administration.access_key(call.id)))


def _skips(call: Call) -> bool:
    text = call.queried("skipValidation").get("skipValidation", "false").lower()
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
    check_own(call, body.id)
    record = call.administration.change_access_key(
        call.id,
        name=body.name,
        access_key_id=body.aws_access_key_id,
        secret=Secret(body.aws_secret_key) if body.aws_secret_key else None,
        skip_validation=skips,
    )
    return json_answer(_account(record))


def _delete_account(call: Call) -> Response:
    with call.serving.changes:
        call.administration.delete_access_key(call.id)
    return no_content()


_VALIDATION = {"skipValidation": "true keeps a key without asking AWS whose it is."}
RESOURCES = (
    row(
        "GET",
        "/accounts",
        Administrator,
        _accounts,
        "List the access keys of the store.",
        returns=vendor_bodies.VendorAccounts,
    ),
    row(
        "POST",
        "/accounts",
        Administrator,
        _create_account,
        "Keep an access key.",
        takes=vendor_bodies.TakenAccount,
        returns=vendor_bodies.VendorAccount,
        status=201,
        query=_VALIDATION,
        statuses=(409,),
    ),
    row(
        "GET",
        "/accounts/{id}",
        Administrator,
        _one_account,
        "Look at an access key, without its secret.",
        returns=vendor_bodies.VendorAccount,
        statuses=(404,),
    ),
    row(
        "PUT",
        "/accounts/{id}",
        Administrator,
        _change_account,
        "Change an access key; every connector that uses it changes with it.",
        takes=vendor_bodies.ChangedAccount,
        returns=vendor_bodies.VendorAccount,
        query=_VALIDATION,
        statuses=(404, 409),
    ),
    row(
        "DELETE",
        "/accounts/{id}",
        Administrator,
        _delete_account,
        "Delete an access key that no connector uses.",
        status=204,
        statuses=(404, 409),
    ),
)
