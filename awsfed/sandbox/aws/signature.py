"""Signature version 4, read from a request and computed again; no code of any SDK is used."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn
from urllib.parse import quote, unquote

from awsfed.sandbox.aws.received import Received
from awsfed.sandbox.aws.refusals import Flaw, Flawed, Refusal

ALGORITHM = "AWS4-HMAC-SHA256"
_TIME_FORMAT = "%Y%m%dT%H%M%SZ"
_TIME = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_FIELD = re.compile(r"([A-Za-z]+)=([^,\s]+)")
_UNHASHED = frozenset({"UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"})
_SCOPE_PARTS = 5
_EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a request says about who signed it, when, and for what."""

    access_key_id: str
    day: str
    region: str
    service: str
    time: datetime
    signed_headers: tuple[str, ...]
    digest: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_s: int | None
    """For how long a presigned address says it is good; None for a signed header."""

    @property
    def stamp(self) -> str:
        """The time as it was signed."""
        return self.time.strftime(_TIME_FORMAT)

    @property
    def scope(self) -> str:
        """Day, region and service as they were signed."""
        return f"{self.day}/{self.region}/{self.service}/aws4_request"


def read(received: Received) -> Signature:
    """Read the signature of a request.

    Raises:
        Flawed: there is none, or parts of it are missing.
    """
    query = dict(received.query)
    authorization = received.headers.get("authorization")
    if authorization is not None and "X-Amz-Algorithm" in query:
        _incomplete("a request is signed in its header or in its query, not in both")
    if authorization is not None:
        return _from_header(authorization, received.headers)
    if "X-Amz-Algorithm" in query:
        return _from_query(query)
    raise Flawed(flaw=Flaw.MISSING, message="Request is missing Authentication Token")


def _incomplete(message: str) -> NoReturn:
    raise Flawed(flaw=Flaw.INCOMPLETE, message=message)


def _from_header(authorization: str, headers: Mapping[str, str]) -> Signature:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm != ALGORITHM:
        _incomplete(f"Authorization header requires '{ALGORITHM}' as its algorithm.")
    fields = dict(_FIELD.findall(rest))
    for name in ("Credential", "Signature", "SignedHeaders"):
        if name not in fields:
            _incomplete(f"Authorization header requires '{name}' parameter.")
    if "x-amz-date" not in headers:
        _incomplete("Authorization header requires existence of an 'X-Amz-Date' header.")
    return _signature(
        credential=fields["Credential"],
        date=headers["x-amz-date"],
        signed_headers=fields["SignedHeaders"],
        digest=fields["Signature"],
        session_token=headers.get("x-amz-security-token", ""),
    )


def _from_query(query: Mapping[str, str]) -> Signature:
    if query["X-Amz-Algorithm"] != ALGORITHM:
        _incomplete(f"X-Amz-Algorithm has to be {ALGORITHM}.")
    for name in ("X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"):
        if name not in query:
            _incomplete(f"AWS query-string parameters must include '{name}'.")
    expires = query.get("X-Amz-Expires", "900")
    if not re.fullmatch(r"[0-9]{1,6}", expires) or not 1 <= int(expires) <= 604_800:  # noqa: PLR2004 - a week
        _incomplete("X-Amz-Expires must be between 1 and 604800 seconds.")
    return _signature(
        credential=query["X-Amz-Credential"],
        date=query["X-Amz-Date"],
        signed_headers=query["X-Amz-SignedHeaders"],
        digest=query["X-Amz-Signature"],
        session_token=query.get("X-Amz-Security-Token", ""),
        expires_s=int(expires),
    )


def _signature(
    *, credential: str, date: str, signed_headers: str, digest: str, session_token: str, expires_s: int | None = None
) -> Signature:
    parts = credential.split("/")
    if len(parts) != _SCOPE_PARTS or parts[-1] != "aws4_request":
        _incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.")
    return Signature(
        access_key_id=parts[0],
        day=parts[1],
        region=parts[2],
        service=parts[3],
        time=_time(date),
        signed_headers=tuple(signed_headers.split(";")),
        digest=digest,
        session_token=session_token,
        expires_s=expires_s,
    )


def _time(text: str) -> datetime:
    try:
        if _TIME.fullmatch(text):
            return datetime.strptime(text, _TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        pass  # such as a thirteenth month
    _incomplete("Date must be in ISO-8601 'basic format'.")


def matches(received: Received, signature: Signature, secret_access_key: str) -> bool:
    """Tell whether the secret signs this request in the same way.

    Raises:
        Flawed: a header that has to be signed is not.
        Refusal: the body is not the one that was signed.
    """
    canonical = "\n".join(
        (
            received.method,
            _canonical_path(received.raw_path, signature.service),
            _canonical_query(received.query),
            "".join(f"{name}:{_header(received.headers, name)}\n" for name in _signed_headers(received, signature)),
            ";".join(signature.signed_headers),
            _payload(received, signature),
        )
    )
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{ALGORITHM}\n{signature.stamp}\n{signature.scope}\n{hashed}"
    computed = hmac.new(_key(secret_access_key, signature), text.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(computed.encode(), signature.digest.encode())


def _key(secret_access_key: str, signature: Signature) -> bytes:
    key = f"AWS4{secret_access_key}".encode()
    for part in signature.scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def _canonical_path(raw_path: str, service: str) -> str:
    once = quote(unquote(raw_path or "/"), safe="/-_.~")
    return once if service == "s3" else quote(once, safe="/-_.~")


def _canonical_query(query: tuple[tuple[str, str], ...]) -> str:
    encoded = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query if name != "X-Amz-Signature"
    )
    return "&".join(f"{name}={value}" for name, value in encoded)


def _signed_headers(received: Received, signature: Signature) -> tuple[str, ...]:
    names = signature.signed_headers
    unsigned = [name for name in received.headers if name.startswith("x-amz-") and name not in names]
    if "host" not in names or unsigned or list(names) != sorted(names):
        missing = ", ".join(unsigned) or "host"
        raise Flawed(
            flaw=Flaw.SIGNATURE,
            message=f"There were headers present in the request which were not signed: {missing}",
        )
    return names


def _header(headers: Mapping[str, str], name: str) -> str:
    return " ".join(headers.get(name, "").split())


def _payload(received: Received, signature: Signature) -> str:
    """The hash that stands in the signature, after comparing it with the body."""
    real = hashlib.sha256(received.body).hexdigest()
    if signature.expires_s is not None:
        return "UNSIGNED-PAYLOAD" if signature.service == "s3" else _EMPTY
    told = received.headers.get("x-amz-content-sha256")
    if signature.service == "s3":
        if told is None:
            raise Refusal(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
        if told in _UNHASHED:
            return told
    if told is not None and told != real:
        message = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise Refusal(400, "XAmzContentSHA256Mismatch", message)
    return real
