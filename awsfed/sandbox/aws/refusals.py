"""What the face says no with, and how each service words it."""

import json
from dataclasses import dataclass
from enum import Enum
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
IAM_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
CLOUDFORMATION_NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/"
JSON_SERVICES = frozenset({"ecr", "codeartifact", "eks", "ssm", "secretsmanager", "kms"})
_NAMESPACES = {"iam": IAM_NAMESPACE, "cloudformation": CLOUDFORMATION_NAMESPACE}
_SERVER_FAULTS = 500


class Refusal(Exception):
    """A status, a code and a sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message


def access_denied(message: str) -> Refusal:
    """The caller may not do this."""
    return Refusal(403, "AccessDenied", message)


def invalid(message: str) -> Refusal:
    """A parameter is out of its limits."""
    return Refusal(400, "ValidationError", message)


def unsupported(what: str) -> Refusal:
    """AWS may know this, the sandbox does not."""
    return Refusal(501, "UnsupportedInSandbox", f"the sandbox does not support {what}")


class Flaw(Enum):
    """What can be wrong with a signature or with the credentials behind it."""

    MISSING = "missing"
    INCOMPLETE = "incomplete"
    UNKNOWN_KEY = "unknown key"
    WRONG_TOKEN = "wrong token"  # noqa: S105 - a name
    EXPIRED = "expired"
    TIME = "time"
    SCOPE = "scope"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flawed(Exception):
    """A request that cannot be trusted."""

    flaw: Flaw
    message: str


_QUERY = {
    Flaw.MISSING: (403, "MissingAuthenticationToken"),
    Flaw.INCOMPLETE: (400, "IncompleteSignature"),
    Flaw.UNKNOWN_KEY: (403, "InvalidClientTokenId"),
    Flaw.WRONG_TOKEN: (403, "InvalidClientTokenId"),
    Flaw.EXPIRED: (403, "ExpiredToken"),
    Flaw.TIME: (403, "SignatureDoesNotMatch"),
    Flaw.SCOPE: (403, "SignatureDoesNotMatch"),
    Flaw.SIGNATURE: (403, "SignatureDoesNotMatch"),
}
_S3 = {
    Flaw.MISSING: (403, "AccessDenied"),
    Flaw.INCOMPLETE: (400, "AuthorizationHeaderMalformed"),
    Flaw.UNKNOWN_KEY: (403, "InvalidAccessKeyId"),
    Flaw.WRONG_TOKEN: (400, "InvalidToken"),
    Flaw.EXPIRED: (400, "ExpiredToken"),
    Flaw.TIME: (403, "RequestTimeTooSkewed"),
    Flaw.SCOPE: (400, "AuthorizationHeaderMalformed"),
    Flaw.SIGNATURE: (403, "SignatureDoesNotMatch"),
}
_JSON = {
    Flaw.MISSING: (400, "MissingAuthenticationTokenException"),
    Flaw.INCOMPLETE: (400, "IncompleteSignatureException"),
    Flaw.UNKNOWN_KEY: (400, "UnrecognizedClientException"),
    Flaw.WRONG_TOKEN: (400, "UnrecognizedClientException"),
    Flaw.EXPIRED: (400, "ExpiredTokenException"),
    Flaw.TIME: (400, "InvalidSignatureException"),
    Flaw.SCOPE: (400, "InvalidSignatureException"),
    Flaw.SIGNATURE: (400, "InvalidSignatureException"),
}


def refusal_of(flawed: Flawed, service: str) -> Refusal:
    """The service's own code for a request that cannot be trusted."""
    codes = _S3 if service == "s3" else _JSON if service in JSON_SERVICES else _QUERY
    status, code = codes[flawed.flaw]
    return Refusal(status, code, flawed.message)


def rendered(refusal: Refusal, service: str, request_id: str) -> Response:
    """The refusal in the service's own shape."""
    if service in JSON_SERVICES:
        return _as_json(refusal, request_id)
    if service == "s3":
        return _as_s3(refusal, request_id)
    return _as_query(refusal, _NAMESPACES.get(service, STS_NAMESPACE), request_id)


def _as_json(refusal: Refusal, request_id: str) -> Response:
    body = json.dumps({"__type": refusal.code, "message": refusal.message})
    headers = {"x-amzn-RequestId": request_id, "x-amzn-ErrorType": refusal.code}
    return Response(body, refusal.status, headers, content_type="application/x-amz-json-1.1")


def _as_s3(refusal: Refusal, request_id: str) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{escape(refusal.code)}</Code><Message>{escape(refusal.message)}</Message>"
        f"<RequestId>{request_id}</RequestId><HostId>sandbox</HostId></Error>"
    )
    return Response(body, refusal.status, {"x-amz-request-id": request_id}, content_type="application/xml")


def _as_query(refusal: Refusal, namespace: str, request_id: str) -> Response:
    whose = "Receiver" if refusal.status >= _SERVER_FAULTS else "Sender"
    body = (
        f'<ErrorResponse xmlns="{namespace}"><Error><Type>{whose}</Type><Code>{escape(refusal.code)}</Code>'
        f"<Message>{escape(refusal.message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return Response(body, refusal.status, {"x-amzn-RequestId": request_id}, content_type="text/xml")
