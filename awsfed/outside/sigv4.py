"""Signature Version 4 of a form that is posted to a service of AWS.

The scheme is that of "Signature Version 4 for API requests" in the IAM User Guide. botocore signs the same way, and
takes as long to load as a whole call does.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from awsfed.model.credentials import AccessKey

FORM = "application/x-www-form-urlencoded; charset=utf-8"
_ALGORITHM = "AWS4-HMAC-SHA256"


def signed_headers(
    url: str, body: bytes, *, service: str, region: str, key: AccessKey, now: float
) -> Mapping[str, str]:
    """Return the headers to post `body` with.

    Args:
        url: with no path but `/`, and no query.
        body: the form.
        service: the name that the service is signed by, such as `sts`.
        region: where.
        key: in whose name.
        now: epoch seconds.
    """
    at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    headers = {"content-type": FORM, "host": urlsplit(url).netloc, "x-amz-date": at}
    if key.session_token:
        headers["x-amz-security-token"] = key.session_token.reveal()
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{at[:8]}/{region}/{service}/aws4_request"
    to_sign = f"{_ALGORITHM}\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(_signing_key(key, scope), to_sign.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"{_ALGORITHM} Credential={key.access_key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def _signing_key(key: AccessKey, scope: str) -> bytes:
    derived = f"AWS4{key.secret_access_key.reveal()}".encode()
    for part in scope.split("/"):
        derived = hmac.digest(derived, part.encode(), "sha256")
    return derived
