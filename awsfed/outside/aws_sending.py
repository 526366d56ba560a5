"""Sends what botocore has signed, on the leg to AWS.

botocore asks everybody who listens to its event `before-send` for an answer before it sends by itself. So proxies,
trust and client certificates are here what they are for Crowd, and nothing inside botocore is replaced.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from awsfed.outside.http import HttpClient
from awsfed.outside.legs import Leg

_TOTAL_S = 30.0


class _Body(BytesIO):
    """A body that was read already, in the form that botocore reads bodies in."""

    def stream(self) -> "list[bytes]":
        """Return it in pieces."""
        return [self.read()]


class Sending:
    """Answers `before-send`."""

    def __init__(self, leg: Leg, environ: Mapping[str, str], limit: int) -> None:
        self._http = HttpClient(environ=environ, leg=leg, total_s=_TOTAL_S)
        self._limit = limit

    def __call__(self, *, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """Make one request, once, and read its answer to the end; errors are those of the web door."""
        body: Any = request.body  # never a file: nothing is uploaded
        answer = self._http.send(
            request.method or "GET",
            request.url,
            headers={name: _text(value) for name, value in request.headers.items()},
            body=body.encode() if isinstance(body, str) else body,
            limit=self._limit,
            may_compress=False,  # checksums of S3 are those of what it sends
        )
        headers: Any = answer.headers  # any mapping will do
        return AWSResponse(request.url, answer.status, headers, _Body(answer.body))

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._http.close()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
