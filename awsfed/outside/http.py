"""The web door: one bounded request at a time, with nothing taken from the process environment.

No redirect is followed, no cookie is kept, no .netrc is read. Whatever is sent may be a password, so plain http goes
to loopback hosts only, and to metadata services from a client that is made for them; no error repeats a path, a query,
a header or a body.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self
from urllib.parse import SplitResult, urlencode, urlsplit

from urllib3.exceptions import HTTPError, LocationValueError

from awsfed.errors import ConfigError, ProtocolError
from awsfed.model.text import shown
from awsfed.outside.clock import Clock
from awsfed.outside.connections import Connections, Watchdog
from awsfed.outside.http_failures import Peer, failure, too_slow
from awsfed.outside.legs import DIRECT, Leg
from awsfed.outside.proxies import METADATA_HOSTS, is_loopback
from awsfed.version import VERSION

_NOTHING: Mapping[str, str] = MappingProxyType({})
_PORTS = {"https": 443, "http": 80}
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_ANY = Leg(name="tls")
_URL_HINT = "write it as https://HOST:PORT/PATH"
_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    """Decompressed, and complete."""
    set_cookies: tuple[str, ...] = ()
    """Each `Set-Cookie` header; the door itself keeps none."""


class HttpClient:
    """Sends requests and keeps connections open between them.

    Args:
        clock: measures how long an exchange takes.
        environ: proxies (`HTTPS_PROXY`, `NO_PROXY` …) and certificates (`REQUESTS_CA_BUNDLE`, `SSL_CERT_FILE`) are
            looked up here where the leg names none.
        leg: how its peers are reached and recognised.
        connect_s: longest wait for a connection.
        read_s: longest silence of a peer.
        total_s: longest exchange, however busy.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        environ: Mapping[str, str],
        leg: Leg = _ANY,
        connect_s: float = 5.0,
        read_s: float = 10.0,
        total_s: float = 20.0,
    ) -> None:
        self._clock = clock
        self._leg = leg
        self._connect_s, self._read_s, self._total_s = connect_s, read_s, total_s
        self._plain_hosts: frozenset[str] = frozenset()
        self._connections = Connections(leg, environ)

    @classmethod
    def for_metadata(cls, clock: Clock) -> Self:
        """Return a client that may ask metadata services, which speak plain http on this machine's own link."""
        client = cls(
            clock=clock, environ={}, leg=Leg(name="keys", proxy=DIRECT), connect_s=1.0, read_s=1.0, total_s=2.0
        )
        client._plain_hosts = METADATA_HOSTS
        return client

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._connections.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = _NOTHING,
        params: Mapping[str, str] = _NOTHING,
        body: bytes | None = None,
        limit: int = 4_194_304,
    ) -> Answer:
        """Make one request, once, and read the whole answer, whatever its status.

        Raises:
            ConfigError: the URL, a header or the certificate bundle cannot be used; plain http to another machine.
            TryAgain: no connection, a broken one, or a peer that is too slow.
            Unavailable: its certificate is not trusted, or it speaks no TLS.
            ProtocolError: an answer longer than `limit` bytes, also after decompression, or one that is not HTTP.
        """
        parts = _parse_url(url, self._plain_hosts)
        proxy = self._connections.proxy(parts)
        peer = Peer(
            place=_place(parts),
            leg=self._leg,
            proxy=proxy.place if proxy else None,
            connect_s=self._connect_s,
            read_s=self._read_s,
            total_s=self._total_s,
        )
        parts = _with_parameters(parts, params, peer)
        sent = _checked(headers, peer)
        with Watchdog(self._total_s) as watchdog:
            try:
                answer = self._exchange((method, parts, sent, body), limit, peer)
            except LocationValueError:
                raise ConfigError("a URL to ask is not valid", hint=_URL_HINT) from None
            except (HTTPError, OSError) as error:
                raise (too_slow(peer) if watchdog.barked else failure(error, peer)) from None
            if watchdog.barked:
                raise too_slow(peer)
        return answer

    def _exchange(
        self, request: tuple[str, SplitResult, Mapping[str, str], bytes | None], limit: int, peer: Peer
    ) -> Answer:
        ends_at = self._clock.monotonic() + self._total_s
        response = self._connections.send(*request, timeout_s=(self._connect_s, self._read_s))
        is_whole = False
        try:
            body = bytearray()
            for chunk in response.stream(min(_CHUNK, limit + 1), decode_content=True):
                body += chunk
                if len(body) > limit:
                    raise ProtocolError(f"{peer.place} sent an answer of more than {limit} bytes")
                if self._clock.monotonic() > ends_at:
                    raise too_slow(peer)
            is_whole = True
        finally:
            if not is_whole:
                response.close()
            response.release_conn()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(
            status=response.status,
            headers=MappingProxyType(headers),
            body=bytes(body),
            set_cookies=tuple(response.headers.getlist("set-cookie")),
        )


def _parse_url(url: str, plain_hosts: frozenset[str]) -> SplitResult:
    """Return the parts of a URL that may be asked; nothing of a bad one is repeated, it may hold a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigError("a URL to ask is not valid", hint=_URL_HINT) from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise ConfigError("a URL to ask is not valid", hint=_URL_HINT)
    if "@" in parts.netloc:
        raise ConfigError(
            f"the URL of {_place(parts)} has a user name or password in it", hint="take it out of the URL"
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname) and parts.hostname not in plain_hosts:
        raise ConfigError(f"plain http to {_place(parts)} would show passwords to the network", hint="write https://")
    return parts


def _place(parts: SplitResult) -> str:
    host = shown(parts.hostname or "")
    return f"{f'[{host}]' if ':' in host else host}:{_port(parts)}"


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS.get(parts.scheme, 0)


def _with_parameters(parts: SplitResult, params: Mapping[str, str], peer: Peer) -> SplitResult:
    try:
        return parts._replace(query="&".join(filter(None, (parts.query, urlencode(params)))))
    except UnicodeError:
        raise ConfigError(f"a request to {peer.place} cannot be written as HTTP") from None


def _checked(headers: Mapping[str, str], peer: Peer) -> Mapping[str, str]:
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise ConfigError(f"the header {shown(name)} for {peer.place} has characters that cannot be sent")
    return {"User-Agent": f"awsfed/{VERSION}", "Accept-Encoding": "gzip, deflate", **headers}
