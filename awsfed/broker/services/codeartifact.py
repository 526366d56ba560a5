"""Tokens for the package repositories of CodeArtifact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from awsfed.broker.answers import PackageDomain, PackageToken
from awsfed.broker.services.asking import ask
from awsfed.errors import InvalidValue, ProtocolError
from awsfed.model.connector import Connector
from awsfed.model.credentials import AccessKey, parse_issued
from awsfed.outside.aws import AwsDoor
from awsfed.outside.retry import Retries

_TOKEN_LIMIT = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageTokens:
    """GetAuthorizationToken of CodeArtifact."""

    door: AwsDoor
    retries: Retries

    def token(self, connector: Connector, key: AccessKey, domain: PackageDomain) -> PackageToken:
        """Return a token for a domain, whose region has been settled.

        Raises:
            InvalidValue: the domain, its owner or the duration cannot be one.
            RoleRefused: AWS does not want to give one.
            AwsUnavailable: it could not be asked.
            ProtocolError: its answer holds no token.
        """
        domain.check()
        region = domain.region or ""
        parameters = {"domain": domain.name, "domainOwner": domain.owner, "durationSeconds": domain.duration}
        answer = ask(
            self.door,
            self.retries,
            ("codeartifact", "GetAuthorizationToken", {k: v for k, v in parameters.items() if v is not None}),
            connector=connector,
            key=key,
            region=region,
            hint="what the connector may do has to include codeartifact:GetAuthorizationToken on the domain and "
            "sts:GetServiceBearerToken",
        )
        return _parsed(answer, domain.owner, region)


def _parsed(answer: Mapping[str, Any], owner: str | None, region: str) -> PackageToken:
    try:
        token, expires = parse_issued(answer["authorizationToken"], limit=_TOKEN_LIMIT), answer["expiration"]
    except KeyError as error:
        raise ProtocolError("the answer of CodeArtifact lacks a token or its expiration") from error
    except InvalidValue:
        token, expires = None, None
    if token is None or not isinstance(expires, datetime):
        raise ProtocolError("the answer of CodeArtifact holds no token that can be used")
    return PackageToken(token=token, expires_at=int(expires.timestamp()), owner=owner, region=region)
