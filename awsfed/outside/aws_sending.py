"""Sends what botocore has signed, on the leg to AWS.

botocore asks everybody who listens to its event `before-send` for an answer before it sends by itself. So proxies,
trust and client certificates are here what they are for Crowd, and nothing inside botocore is replaced.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from urllib3.exceptions import HTTPError

from awsfed.outside.connections import Connections, Watchdog
from awsfed.outside.http_failures import Peer, failure, too_slow
from awsfed.outside.legs import Leg

_CONNECT_S = 5.0
_READ_S = 10.0
_TOTAL_S = 30.0


class Sending:
    """Answers `before-send`."""

    def __init__(self, leg: Leg, environ: Mapping[str, str]) -> None:
        self._leg = leg
        self._connections = Connections(leg, environ)

    def __call__(self, *, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """Make one request, once; an answer that is no stream is read to its end.

        Raises:
            ConfigError: the proxy, a certificate bundle or a client certificate cannot be used.
            TryAgain: no connection, a broken one, or one that is too slow.
            Unavailable: a certificate is not trusted, or the proxy refuses.
            ProtocolError: an answer that is not HTTP.
        """
        url = urlsplit(request.url)
        proxy = self._connections.proxy(url)
        peer = Peer(
            place=url.netloc if url.port else f"{url.netloc}:443",
            leg=self._leg,
            proxy=proxy.place if proxy else None,
            connect_s=_CONNECT_S,
            read_s=_READ_S,
            total_s=_TOTAL_S,
        )
        with Watchdog(_TOTAL_S) as watchdog:
            try:
                return self._exchange(request)
            except (HTTPError, OSError) as error:
                raise (too_slow(peer) if watchdog.barked else failure(error, peer)) from None

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._connections.close()

    def _exchange(self, request: AWSPreparedRequest) -> AWSResponse:
        headers: dict[str, Any] = dict(request.headers.items())
        url, method = urlsplit(request.url), request.method or "GET"
        raw: Any = self._connections.send(method, url, headers, request.body, timeout_s=(_CONNECT_S, _READ_S))
        response = AWSResponse(request.url, raw.status, raw.headers, raw)
        if not request.stream_output:
            _ = response.content  # read, and kept
        return response
