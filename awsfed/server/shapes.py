"""From our values to the JSON of our own resources."""

from collections.abc import Callable
from typing import Any

from awsfed.broker.answers import Step
from awsfed.broker.interface import ConnectorSummary, Vended
from awsfed.errors import InvalidValue
from awsfed.model.arns import parse_policy_arn
from awsfed.model.narrowing import NOTHING, Narrowing
from awsfed.model.partitions import parse_region
from awsfed.model.policies import parse_policy
from awsfed.server import bodies
from awsfed.server.statuses import BadRequest, kind_of, told


def summary(connector: ConnectorSummary, *, is_administrator: bool) -> dict[str, Any]:
    """Return a connector as it is shown to somebody."""
    shape: dict[str, Any] = {
        "id": connector.id,
        "name": connector.name,
        "type": connector.type.value,
        "region": connector.region,
        "fingerprint": connector.fingerprint,
        "duration": connector.duration,
    }
    if is_administrator:
        shape |= {"roleArn": connector.role_arn, "groups": list(connector.groups or ())}
    return shape


def credentials(vended: Vended, *, is_administrator: bool) -> dict[str, Any]:
    """Return credentials, and the connector that they are of."""
    made = vended.credentials
    return {
        "accessKeyId": made.access_key_id,
        "secretAccessKey": made.secret_access_key.reveal(),
        "sessionToken": made.session_token.reveal(),
        "expiration": made.expires_at * 1000,
        "principalArn": made.principal_arn,
        "accountId": made.account_id,
        "packedPolicyPercent": made.packed_policy_percent,
        "connector": summary(vended.connector, is_administrator=is_administrator),
    }


def step(one: Step, *, is_administrator: bool) -> dict[str, Any]:
    """Return one part of a diagnosis as it is shown to somebody."""
    error = None
    if one.error is not None:
        message, hint = told(one.error, is_administrator=is_administrator)
        error = {"errorMessages": [message], "kind": kind_of(one.error), "hint": hint}
    detail = one.detail if is_administrator or not one.is_about_key else ""
    return {"what": one.what, "detail": detail, "error": error}


def narrowing(body: bodies.Narrowing | None) -> Narrowing:
    """Return what a body asks for; raise BadRequest where a part of it is not of its form."""
    if body is None:
        return NOTHING
    return Narrowing(
        policy=checked("narrowing.policy", parse_policy, body.policy) if body.policy else None,
        policy_arns=tuple(checked("narrowing.policyArns", parse_policy_arn, one) for one in body.policy_arns or ()),
        read_only=body.read_only,
        region_lock=tuple(checked("narrowing.regionLock", parse_region, one) for one in body.region_lock or ()),
        duration=body.duration,
    )


def region(text: str | None) -> str | None:
    """Return a region, where one is named; raise BadRequest for what is none."""
    return checked("region", parse_region, text) if text else None


def checked(name: str, parse: Callable[[object], str], text: str) -> str:
    """Return what a parser makes of one value of a request; raise BadRequest that names it."""
    try:
        return parse(text)
    except InvalidValue as error:
        raise BadRequest(f"{name} {error.message}", fields={name: error.message}) from None
