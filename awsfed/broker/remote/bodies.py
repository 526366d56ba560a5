"""Answers that both dialects have in common, parsed; nothing of a wrong one is used or repeated."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from awsfed.broker.interface import ConnectorSummary
from awsfed.broker.remote import moments
from awsfed.broker.remote.fields import Fields, issued, list_of, matching, need, perhaps, whole, wrong
from awsfed.errors import InvalidValue, ProtocolError
from awsfed.model.connector import MAXIMUM_DURATION, MINIMUM_DURATION, ConnectorType
from awsfed.model.credentials import Credentials, parse_access_key_id
from awsfed.model.partitions import parse_region
from awsfed.model.slugs import parse_slug
from awsfed.model.text import is_plain, parse_name, shown
from awsfed.outside.http_reading import Answer

if TYPE_CHECKING:
    from awsfed.broker.answers import CallerIdentity

Fingerprint = Callable[[Fields], str]
"""Makes a text of a connector that changes whenever its definition does, as far as that is told."""
LONGEST_S = max(MAXIMUM_DURATION.values()) + 600
"""What credentials may be good for, with some room for two clocks."""
_MOST_CONNECTORS = 20_000
_MOST_GROUPS = 1000
_ARN_LIMIT = 2048
_ACCOUNT = matching(r"\d{12}")
_PERCENT = whole(0, 10_000)
_GROUPS = list_of(parse_name, _MOST_GROUPS)
_DURATION = whole(MINIMUM_DURATION, max(MAXIMUM_DURATION.values()))


def parse_arn(value: object) -> str:
    """Return an ARN of a principal or role, as far as it is safe to show; raise InvalidValue otherwise."""
    is_one = isinstance(value, str) and value.startswith("arn:") and len(value) <= _ARN_LIMIT
    if not isinstance(value, str) or not is_one or not is_plain(value) or " " in value:
        raise InvalidValue("is not an ARN")
    return value


def parse_shown(value: object) -> str:
    """Return a name for display alone, made safe; raise InvalidValue where there is none."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidValue("is no name")
    return shown(value.strip())


def parse_summaries(fields: Fields, fingerprint: Fingerprint, region: str | None) -> tuple[ConnectorSummary, ...]:
    """Return a list of connectors; those of types that awsfed does not know, or without a usable id, are left out."""
    values = fields.get("values")
    size = fields.get("size")
    if not isinstance(values, list) or len(values) > _MOST_CONNECTORS:
        raise wrong("values")
    if type(size) is int and size != len(values):
        raise ProtocolError("the broker's list of connectors is not whole")
    found: dict[str, ConnectorSummary] = {}
    for value in values:
        if not isinstance(value, dict):
            raise wrong("values")
        name = perhaps(value, "id", parse_slug)
        if name in found:
            raise ProtocolError("the broker lists a connector twice")
        if name and perhaps(value, "type", _parse_type):
            found[name] = parse_summary(value, fingerprint, region)
    return tuple(found.values())


def parse_summary(fields: Fields, fingerprint: Fingerprint, region: str | None) -> ConnectorSummary:
    """Return a connector; `region` stands in where it names none."""
    identifier = need(fields, "id", parse_slug)
    return ConnectorSummary(
        id=identifier,
        name=perhaps(fields, "name", parse_shown) or identifier,
        type=need(fields, "type", _parse_type),
        region=perhaps(fields, "region", parse_region) or region,
        fingerprint=fingerprint(fields),
        role_arn=perhaps(fields, "roleArn", parse_arn),
        duration=perhaps(fields, "duration", _DURATION),
        groups=perhaps(fields, "groups", _GROUPS),
    )


def _parse_type(value: object) -> ConnectorType:
    try:
        return ConnectorType(value)
    except ValueError:
        raise InvalidValue("is no type of connector") from None


def parse_credentials(fields: Fields, answer: Answer, now: float) -> Credentials:
    """Return temporary credentials that are good now and end within the longest life that STS gives."""
    expires_at = moments.end(fields, "expiration", answer, now=now, longest_s=LONGEST_S)
    return Credentials(
        access_key_id=need(fields, "accessKeyId", parse_access_key_id),
        secret_access_key=need(fields, "secretAccessKey", issued(256)),
        session_token=need(fields, "sessionToken", issued(16_384)),
        issued_at=int(now),
        expires_at=expires_at,
        expiration=moments.rfc3339(expires_at),
        principal_arn=perhaps(fields, "principalArn", parse_arn),
        account_id=perhaps(fields, "accountId", _ACCOUNT),
        packed_policy_percent=perhaps(fields, "packedPolicyPercent", _PERCENT),
    )


def _parse_account(value: object) -> str:
    """Return an account, also where it is written as a number."""
    return _ACCOUNT(f"{value:012d}" if type(value) is int else value)


def parse_caller(fields: Fields) -> "CallerIdentity":
    """Return what AWS takes credentials for."""
    from awsfed.broker.answers import CallerIdentity

    return CallerIdentity(
        account=need(fields, "account", _parse_account),
        arn=need(fields, "arn", parse_arn),
        user_id=perhaps(fields, "userId", parse_name) or "unknown",
    )
