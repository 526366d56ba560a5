"""Signatures of ours beside those of botocore."""

from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.outside.sigv4 import FORM, signed_headers

AT = 1_790_000_000.0
PRINTABLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=60)


def botocores(url: str, body: bytes, service: str, region: str, key: AccessKey) -> str:
    """Return the header that botocore signs the same request with, at the same moment."""
    token = key.session_token.reveal() if key.session_token else None
    signer = SigV4Auth(Credentials(key.access_key_id, key.secret_access_key.reveal(), token), service, region)
    request = AWSRequest("POST", url, headers={"Content-Type": FORM}, data=body)
    request.context["timestamp"] = datetime.fromtimestamp(AT, UTC).strftime("%Y%m%dT%H%M%SZ")
    request.headers["X-Amz-Date"] = request.context["timestamp"]
    if token:
        request.headers["X-Amz-Security-Token"] = token
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    names = signer.signed_headers(signer.headers_to_sign(request))
    return f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, SignedHeaders={names}, Signature={signature}"


@given(
    body=st.binary(max_size=200),
    secret=PRINTABLE,
    token=st.none() | PRINTABLE,
    host=st.sampled_from(["sts.eu-central-1.amazonaws.com", "127.0.0.1:5000", "[::1]:5000"]),
)
def test_signatures_are_those_of_botocore(body: bytes, secret: str, token: str | None, host: str) -> None:
    """Whatever is sent, with and without a session token, on any port."""
    key = AccessKey(
        name="main",
        access_key_id="AKIAIOSFODNN7EXAMPLE",
        secret_access_key=Secret(secret),
        session_token=Secret(token) if token else None,
    )
    url = f"https://{host}/"
    ours = signed_headers(url, body, service="sts", region="eu-central-1", key=key, now=AT)

    assert botocores(url, body, "sts", "eu-central-1", key) == ours["authorization"]


@pytest.mark.parametrize("secret", ["a", "b"])
def test_no_secret_is_sent(secret: str) -> None:
    """It is what is signed with; the token of a session goes along, as it has to."""
    long = secret * 40
    key = AccessKey(name="main", access_key_id="AKIAIOSFODNN7EXAMPLE", secret_access_key=Secret(long))
    headers = signed_headers("https://x/", b"", service="sts", region="r", key=key, now=AT)

    assert long not in str(headers)
    assert {"authorization", "content-type", "host", "x-amz-date"} == set(headers)
