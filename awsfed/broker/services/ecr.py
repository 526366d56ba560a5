"""Passwords for the registries of ECR."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from awsfed.broker.answers import RegistryPassword
from awsfed.broker.services.asking import ask
from awsfed.errors import InvalidValue, ProtocolError
from awsfed.model.connector import Connector
from awsfed.model.credentials import AccessKey, parse_issued
from awsfed.model.endpoints import USUAL, Variant, registry_host
from awsfed.model.registries import parse_ecr_host, parse_server
from awsfed.outside.aws import AwsDoor
from awsfed.outside.retry import Retries

_PASSWORD_LIMIT = 16_384
_USER = "AWS"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryPasswords:
    """GetAuthorizationToken of ECR."""

    door: AwsDoor
    retries: Retries
    variant: Variant = USUAL
    """Which host of a registry its password is meant for."""

    def password(self, connector: Connector, key: AccessKey, region: str) -> RegistryPassword:
        """Return a password for the registries of a region.

        Raises:
            RoleRefused: AWS does not want to give one.
            AwsUnavailable: it could not be asked.
            ProtocolError: its answer holds no password.
        """
        answer = ask(
            self.door,
            self.retries,
            ("ecr", "GetAuthorizationToken", {}),
            connector=connector,
            key=key,
            region=region,
            hint="what the connector may do has to include ecr:GetAuthorizationToken on every resource",
        )
        return _parsed(answer, self.variant)


def _parsed(answer: Mapping[str, Any], variant: Variant) -> RegistryPassword:
    try:
        given = answer["authorizationData"][0]
        name, _, password = base64.b64decode(given["authorizationToken"], validate=True).decode("ascii").partition(":")
        if name != _USER:
            raise ProtocolError("the answer of ECR holds another user than AWS")
        expires: datetime = given["expiresAt"]
        registry = parse_ecr_host(parse_server(given["proxyEndpoint"]))
        return RegistryPassword(
            host=registry.host if variant == USUAL else registry_host(registry.account, registry.region, variant),
            username=_USER,
            password=parse_issued(password, limit=_PASSWORD_LIMIT),
            expires_at=int(expires.timestamp()),
        )
    except (KeyError, IndexError, TypeError, AttributeError, UnicodeError, binascii.Error, InvalidValue) as error:
        raise ProtocolError("the answer of ECR holds no password for a registry") from error
