"""Who sent a request: the checks that come before every answer."""

import re
from datetime import UTC, datetime

from awsfed.sandbox.aws import signature as signing
from awsfed.sandbox.aws.keys import Issued, Keys, Kind
from awsfed.sandbox.aws.received import Received
from awsfed.sandbox.aws.refusals import Flaw, Flawed, unsupported
from awsfed.sandbox.aws.signature import Signature

SERVICES = frozenset(
    {"sts", "iam", "s3", "ecr", "codeartifact", "eks", "ssm", "cloudformation", "secretsmanager", "kms"}
)
_WINDOW_S = 900
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]")
_INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105 - a sentence


def admit(received: Received, keys: Keys) -> Issued:
    """Return the credentials with which a request was signed.

    Raises:
        Flawed: the signature, the key, the token or the time is not right.
        Refusal: the service is not one of the sandbox's.
    """
    signature = signing.read(received)
    if received.service not in SERVICES:
        raise unsupported(f"the service {received.service}")
    _check_scope(signature, received.service)
    issued = keys.find(signature.access_key_id)
    if issued is None:
        raise Flawed(flaw=Flaw.UNKNOWN_KEY, message=_INVALID_TOKEN)
    if issued.session_token != signature.session_token:
        raise Flawed(flaw=Flaw.WRONG_TOKEN, message=_INVALID_TOKEN)
    if keys.is_over(issued):
        raise Flawed(flaw=Flaw.EXPIRED, message="The security token included in the request is expired")
    _check_time(signature, received.service, keys.now())
    if not signing.matches(received, signature, issued.secret_access_key):
        raise Flawed(
            flaw=Flaw.SIGNATURE,
            message="The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method.",
        )
    _check_kind(issued, received.service)
    return issued


def _check_scope(signature: Signature, service: str) -> None:
    if signature.service != service:
        message = f"Credential should be scoped to correct service: '{service}'. "
        raise Flawed(flaw=Flaw.SCOPE, message=message)
    if not _REGION.fullmatch(signature.region):
        raise Flawed(
            flaw=Flaw.SCOPE, message=f"Credential should be scoped to a valid region, not '{signature.region}'. "
        )
    if signature.day != signature.stamp[:8]:
        message = f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date: {signature.stamp}"
        raise Flawed(flaw=Flaw.SCOPE, message=message)


def _check_time(signature: Signature, service: str, now: float) -> None:
    """A quarter of an hour each way; only S3 heeds X-Amz-Expires, for STS an address is good for those 15 minutes."""
    window_s = _WINDOW_S
    if service == "s3" and signature.expires_s is not None:
        window_s = signature.expires_s
    age_s = now - signature.time.timestamp()
    shown = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    if age_s > window_s:
        message = f"Signature expired: {signature.stamp} is now earlier than {shown} ({window_s // 60} min.)"
        raise Flawed(flaw=Flaw.TIME, message=message)
    if age_s < -_WINDOW_S:
        message = f"Signature not yet current: {signature.stamp} is still later than {shown} (+ 15 min.)"
        raise Flawed(flaw=Flaw.TIME, message=message)


def _check_kind(issued: Issued, service: str) -> None:
    """Federated users never reach IAM; sessions of a user only with a second factor."""
    without_factor = issued.kind is Kind.SESSION_TOKEN and not issued.mfa
    if service == "iam" and (issued.kind is Kind.FEDERATION or without_factor):
        raise Flawed(flaw=Flaw.WRONG_TOKEN, message=_INVALID_TOKEN)
