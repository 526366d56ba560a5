"""Passwords of ECR and tokens of CodeArtifact, as either dialect gives them."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from awsfed.broker.answers import PackageDomain, PackageToken, RegistryPassword
from awsfed.broker.remote import moments
from awsfed.broker.remote.fields import Fields, issued, matching, need, perhaps
from awsfed.errors import ProtocolError
from awsfed.model.partitions import parse_region
from awsfed.model.registries import parse_ecr_host
from awsfed.outside.http_reading import Answer

LIFE_S = 12 * 3600
"""What AWS gives both, at most."""
_LONGEST_S = LIFE_S + 600
_SECRET = issued(16_384)
_USERNAME = matching(r"[A-Za-z0-9]{1,64}")
_OWNER = matching(r"\d{12}")


def parse_registry_password(fields: Fields, answer: Answer, now: float, region: str | None) -> RegistryPassword:
    """Return a password of ECR, for a host of ECR and no other, in the region that was asked for."""
    registry = need(fields, "host", parse_ecr_host)
    if region not in {None, registry.region}:
        raise _another_place("region")
    return RegistryPassword(
        host=registry.host,
        username=need(fields, "username", _USERNAME),
        password=need(fields, "password", _SECRET),
        expires_at=moments.end(fields, "expiresAt", answer, now=now, longest_s=_LONGEST_S),
    )


def parse_package_token(fields: Fields, answer: Answer, now: float, domain: PackageDomain) -> PackageToken:
    """Return a token of CodeArtifact for a domain, where that was asked for.

    Whose domain it is decides whose packages are installed, so a broker's word for the account is not taken: there is
    none where the caller named none.
    """
    region, owner = need(fields, "region", parse_region), perhaps(fields, "owner", _OWNER)
    if domain.region not in {None, region}:
        raise _another_place("region")
    if None not in {domain.owner, owner} and domain.owner != owner:
        raise _another_place("account")
    return PackageToken(
        token=need(fields, "token", _SECRET),
        expires_at=moments.end(fields, "expiresAt", answer, now=now, longest_s=_LONGEST_S),
        owner=domain.owner,
        region=region,
    )


def of_aws_ecr(fields: Fields, now: float) -> Mapping[str, Any]:
    """Return the vendor's answer in our words: that of AWS, in which host, name and password may be named besides."""
    username, password = _unpacked(fields.get("authorizationToken"))
    endpoint = fields.get("proxyEndpointDomain") or fields.get("proxyEndpoint")
    return {
        "host": endpoint.removeprefix("https://") if isinstance(endpoint, str) else None,
        "username": fields.get("username") or username,
        "password": fields.get("password") or password,
        "expiresAt": _first(fields, "expiresAt", "expiration") or now + LIFE_S,
    }


def of_aws_codeartifact(fields: Fields, region: str, now: float) -> Mapping[str, Any]:
    """Return the vendor's answer in our words."""
    return {
        "token": _first(fields, "authorizationToken", "token", "password"),
        "expiresAt": _first(fields, "expiration", "expiresAt") or now + LIFE_S,
        "region": region,
    }


def _first(fields: Fields, *names: str) -> object:
    return next((fields[name] for name in names if fields.get(name)), None)


def _another_place(what: str) -> ProtocolError:
    return ProtocolError(f"the broker answered for another {what} than it was asked for")


def _unpacked(token: object) -> tuple[str | None, str | None]:
    """Return name and password of an authorization token; neither where it is none."""
    try:
        text = base64.b64decode(token, validate=True).decode("ascii") if isinstance(token, str) else ""
    except (binascii.Error, ValueError):
        return None, None
    username, colon, password = text.partition(":")
    return (username, password) if colon else (None, None)
