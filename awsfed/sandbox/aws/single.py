"""Services of which the sandbox knows one call each: tokens of CodeArtifact, and where a cluster of EKS is."""

import base64
import json
import secrets

from werkzeug.wrappers import Response

from awsfed.sandbox.aws.iam import ACCOUNT
from awsfed.sandbox.aws.keys import Issued
from awsfed.sandbox.aws.received import Received
from awsfed.sandbox.aws.refusals import Refusal, unsupported

DOMAIN = "packages"
CLUSTER = "sandbox"
SERVICES = frozenset({"codeartifact", "eks"})
_SHORTEST_S, _LONGEST_S = 900, 43_200
_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nthere is no cluster behind this\n-----END CERTIFICATE-----\n"


def answer(received: Received, caller: Issued, now: float) -> Response:
    """Answer the one call of a service; every other is refused."""
    match received.service, received.action:
        case "codeartifact", "GetAuthorizationToken":
            return _json(_package_token(received, caller, now))
        case "eks", "DescribeCluster":
            return _json(_cluster(received))
    raise unsupported(f"{received.service}:{received.action}")


def _package_token(received: Received, caller: Issued, now: float) -> dict[str, object]:
    """A token that ends when it was asked to, or together with the session for 0; never longer than 12 hours."""
    query = dict(received.query)
    if (query.get("domain"), query.get("domain-owner", ACCOUNT)) != (DOMAIN, ACCOUNT):
        raise Refusal(404, "ResourceNotFoundException", "Domain not found.")
    duration = int(query.get("duration", _LONGEST_S))
    if duration and not _SHORTEST_S <= duration <= _LONGEST_S:
        raise Refusal(400, "ValidationException", "The duration is out of range.")
    if duration == 0 and caller.expires_at is None:
        raise Refusal(400, "ValidationException", "The duration cannot be 0 for long-term credentials.")
    ends_at = now + duration if duration else caller.expires_at
    return {"authorizationToken": secrets.token_urlsafe(64), "expiration": int(ends_at or now)}


def _cluster(received: Received) -> dict[str, object]:
    name = received.path.rpartition("/")[2]
    if name != CLUSTER:
        raise Refusal(404, "ResourceNotFoundException", f"No cluster found for name: {name}.")
    region = received.headers.get("authorization", "").split("/")[2]
    described = {
        "name": name,
        "arn": f"arn:aws:eks:{region}:{ACCOUNT}:cluster/{name}",
        "endpoint": f"https://0123456789ABCDEF0123456789ABCDEF.gr7.{region}.eks.amazonaws.com",
        "certificateAuthority": {"data": base64.b64encode(_CERTIFICATE.encode()).decode()},
        "status": "ACTIVE",
    }
    return {"cluster": described}


def _json(value: dict[str, object]) -> Response:
    return Response(json.dumps(value), 200, content_type="application/json")
