"""Passwords of ECR and tokens of CodeArtifact, as either dialect gives them."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from awsfed.broker.answers import PackageToken, RegistryPassword
from awsfed.broker.remote import moments
from awsfed.broker.remote.fields import Fields, matching, need, perhaps, visible
from awsfed.model.partitions import parse_region
from awsfed.model.registries import parse_ecr_host
from awsfed.model.secret import Secret
from awsfed.outside.http_reading import Answer

LIFE_S = 12 * 3600
"""What AWS gives both, at most."""
_LONGEST_S = LIFE_S + 600
_SECRET = visible(16_384)
_USERNAME = matching(r"[A-Za-z0-9]{1,64}")
_OWNER = matching(r"\d{12}")


def parse_registry_password(fields: Fields, answer: Answer, now: float) -> RegistryPassword:
    """Return a password of ECR, for a host of ECR and no other."""
    return RegistryPassword(
        host=need(fields, "host", _host),
        username=need(fields, "username", _USERNAME),
        password=Secret(need(fields, "password", _SECRET)),
        expires_at=moments.end(fields, "expiresAt", answer, now=now, longest_s=_LONGEST_S),
    )


def parse_package_token(fields: Fields, answer: Answer, now: float) -> PackageToken:
    """Return a token of CodeArtifact."""
    return PackageToken(
        token=Secret(need(fields, "token", _SECRET)),
        expires_at=moments.end(fields, "expiresAt", answer, now=now, longest_s=_LONGEST_S),
        owner=perhaps(fields, "owner", _OWNER),
        region=need(fields, "region", parse_region),
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


def _host(value: object) -> str:
    return parse_ecr_host(value).host


def _unpacked(token: object) -> tuple[str | None, str | None]:
    """Return name and password of an authorization token; neither where it is none."""
    try:
        text = base64.b64decode(token, validate=True).decode("ascii") if isinstance(token, str) else ""
    except (binascii.Error, ValueError):
        return None, None
    username, colon, password = text.partition(":")
    return (username, password) if colon else (None, None)
