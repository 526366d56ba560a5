"""Tokens for the package repositories of CodeArtifact."""

import re
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

_DOMAIN = re.compile(r"[a-z][a-z0-9-]{0,48}[a-z0-9]", re.ASCII)
_OWNER = re.compile(r"\d{12}", re.ASCII)
_TOKEN_LIMIT = 16_384
_SHORTEST_S, _LONGEST_S = 900, 43_200


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
        _check(domain)
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


def _check(domain: PackageDomain) -> None:
    if not _DOMAIN.fullmatch(domain.name):
        raise InvalidValue(
            f"{domain.name!r} is not the name of a CodeArtifact domain: small letters, digits and hyphens"
        )
    if domain.owner is not None and not _OWNER.fullmatch(domain.owner):
        raise InvalidValue(f"{domain.owner!r} is not an AWS account of 12 digits")
    if domain.duration and not _SHORTEST_S <= domain.duration <= _LONGEST_S:
        raise InvalidValue(
            f"a CodeArtifact token lives from {_SHORTEST_S} to {_LONGEST_S} seconds; with 0, as long as the credentials"
        )


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
