"""Asking a service of AWS with vended credentials: retried, and refused in a sentence about the connector."""

from collections.abc import Mapping
from typing import Any

from awsfed.errors import AwsUnavailable, RoleRefused
from awsfed.model.connector import Connector
from awsfed.model.credentials import AccessKey
from awsfed.outside.aws import AwsDoor
from awsfed.outside.aws_answers import AwsRefusal
from awsfed.outside.retry import Retries, TryAgain


def ask(
    door: AwsDoor,
    retries: Retries,
    call: tuple[str, str, Mapping[str, Any]],
    *,
    connector: Connector,
    key: AccessKey,
    region: str,
    hint: str,
) -> Mapping[str, Any]:
    """Return what AWS answered to a call: the service, its operation and the parameters.

    Raises:
        RoleRefused: AWS said no; the hint says what is probably missing.
        AwsUnavailable: it could not be asked, all retries included.
        ProtocolError: an answer that is none.
    """
    service, operation, parameters = call
    try:
        return retries.run("AWS", lambda: door.call(service, operation, parameters, key, region)).data
    except AwsRefusal as refusal:
        message = f"AWS refused connector {connector.label}: {refusal.message}"
        raise RoleRefused(message, hint=hint, request_id=refusal.request_id) from refusal
    except TryAgain as error:
        raise AwsUnavailable(error.message, hint=error.hint) from error
