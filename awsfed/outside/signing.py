"""Signatures made here, for a service of AWS that checks them later.

Nothing is asked, and nothing is taken from the environment or the AWS files: whoever calls hands in credentials, a
request and the time.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote, urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from awsfed.model.credentials import Credentials
from awsfed.model.secret import Secret

_TIME = "%Y%m%dT%H%M%SZ"
_TIME_OF_GIT = "%Y%m%dT%H%M%S"
_NOTHING: Mapping[str, str] = MappingProxyType({})


class _Key(NamedTuple):
    """Credentials by the names that botocore reads."""

    access_key: str
    secret_key: str
    token: str


def presigned(
    url: str,
    *,
    service: str,
    region: str,
    credentials: Credentials,
    expires_s: int,
    now: float,
    headers: Mapping[str, str] = _NOTHING,
) -> Secret:
    """Return an address that whoever has it may GET in the name of the credentials, for so many seconds.

    Args:
        url: address and query, the latter in the spelling of `encoded`.
        service: the name that the service is signed by.
        region: where.
        credentials: temporary ones.
        expires_s: for how long.
        now: epoch seconds.
        headers: what has to be sent along, for it is signed too.
    """
    signer = SigV4Auth(_key(credentials), service, region)  # type: ignore[arg-type]  # only the three names are read
    request = AWSRequest("GET", url, headers=dict(headers))
    request.context["timestamp"] = _at(now, _TIME)
    parameters = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": signer.scope(request),
        "X-Amz-Date": request.context["timestamp"],
        "X-Amz-Expires": str(expires_s),
        "X-Amz-SignedHeaders": signer.signed_headers(signer.headers_to_sign(request)),
        "X-Amz-Security-Token": credentials.session_token.reveal(),
    }
    request.url = f"{url}&{encoded(parameters)}"
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    return Secret(f"{request.url}&X-Amz-Signature={signature}")


def encoded(parameters: Mapping[str, str]) -> str:
    """Return a query in the one spelling that signatures are made over."""
    return urlencode(parameters, quote_via=quote, safe="-_.~")


def git_password(host: str, path: str, *, region: str, credentials: Credentials, now: float) -> Secret:
    """Return what CodeCommit takes for a password: the time, and a signature over host and path."""
    at = _at(now, _TIME_OF_GIT)
    signer = SigV4Auth(_key(credentials), "codecommit", region)  # type: ignore[arg-type]  # see above
    request = AWSRequest("GIT", f"https://{host}{path}")
    request.context["timestamp"] = at
    canonical = f"GIT\n{path}\n\nhost:{host}\n\nhost\n"
    return Secret(f"{at}Z{signer.signature(signer.string_to_sign(request, canonical), request)}")


def _key(credentials: Credentials) -> _Key:
    return _Key(
        access_key=credentials.access_key_id,
        secret_key=credentials.secret_access_key.reveal(),
        token=credentials.session_token.reveal(),
    )


def _at(now: float, form: str) -> str:
    return datetime.fromtimestamp(now, UTC).strftime(form)
