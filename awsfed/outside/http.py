"""The web door: one bounded request at a time, with nothing taken from the process environment.

No redirect is followed, no cookie is kept, no .netrc is read. Whatever is sent may be a password, so plain http goes
to loopback hosts only, and to metadata services from a client that is made for them; no error repeats a path, a query,
a header or a body.
"""

import re
from collections.abc import Mapping
from time import monotonic
from types import MappingProxyType
from typing import Self
from urllib.parse import SplitResult, urlsplit

from awsfed.errors import ConfigError
from awsfed.model.addresses import is_loopback
from awsfed.model.text import shown
from awsfed.outside.connections import PORTS, Connections, Origin, hang_up
from awsfed.outside.forms import form
from awsfed.outside.http_failures import Peer
from awsfed.outside.http_reading import Answer, read_answer
from awsfed.outside.legs import DIRECT, Leg
from awsfed.outside.lines import Line
from awsfed.outside.proxies import METADATA_HOSTS, proxy_on
from awsfed.version import VERSION

_NOTHING: Mapping[str, str] = MappingProxyType({})
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+: [\t\x20-\x7e]*")
_ANY = Leg(name="tls")
_URL_HINT = "write it as https://HOST:PORT/PATH"
_TARGET = re.compile("/[!-~]*")
_WITH_BODY = {"POST", "PUT", "PATCH"}
_OURS = {"host", "user-agent", "content-length"}
"""Headers that are written here, whatever is given."""


class HttpClient:
    """Sends requests and keeps connections open between them; threads may share it.

    Args:
        environ: proxies (`HTTPS_PROXY`, `NO_PROXY` …) and certificates (`REQUESTS_CA_BUNDLE`, `SSL_CERT_FILE`) are
            looked up here where the leg names none.
        leg: how its peers are reached and recognised.
        connect_s: longest wait for a connection to one address.
        read_s: longest silence of a peer.
        total_s: longest exchange, however busy.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        leg: Leg = _ANY,
        connect_s: float = 5.0,
        read_s: float = 10.0,
        total_s: float = 20.0,
    ) -> None:
        self._leg, self._environ = leg, environ
        self._connect_s, self._read_s, self._total_s = connect_s, read_s, total_s
        self._plain_hosts: frozenset[str] = frozenset()
        self._connections = Connections(leg, environ)
        self._origins: dict[tuple[str, str], Origin] = {}

    @classmethod
    def for_metadata(cls) -> Self:
        """Return a client that may ask metadata services, which speak plain http on this machine's own link."""
        client = cls(environ={}, leg=Leg(name="keys", proxy=DIRECT), connect_s=1.0, read_s=1.0, total_s=2.0)
        client._plain_hosts = METADATA_HOSTS
        return client

    def close(self) -> None:
        """Close the connections that are kept open."""
        for origin in self._origins.values():
            hang_up(origin.idle)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = _NOTHING,
        params: Mapping[str, str] = _NOTHING,
        body: bytes | None = None,
        limit: int = 4_194_304,
        may_compress: bool = True,
    ) -> Answer:
        """Make one request, once, and read the whole answer, whatever its status; `begin` says what is raised."""
        return self.begin(
            method, url, headers=headers, params=params, body=body, limit=limit, may_compress=may_compress
        ).answer()

    def begin(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = _NOTHING,
        params: Mapping[str, str] = _NOTHING,
        body: bytes | None = None,
        limit: int = 4_194_304,
        may_compress: bool = True,
    ) -> "Exchange":
        """Send one request, and return what reads its answer.

        A peer may compress its answer, unless `may_compress` says otherwise: then what comes is handed on as it is.

        Raises:
            ConfigError: the URL, a header or the certificate bundle cannot be used; plain http to another machine.
            TryAgain: no connection, a broken one, or a peer that is too slow.
            Unavailable: its certificate is not trusted, or it speaks no TLS.
            ProtocolError: an answer longer than `limit` bytes, also after decompression, or one that is not HTTP.
        """
        scheme, netloc, path, query, _ = _split(url)
        origin = self._origins.get((scheme, netloc)) or self._origin(url)
        given = {"Accept-Encoding": "gzip" if may_compress else "identity", **headers}
        sent = _written(method, _target(path, query, params, origin), origin, given, body)
        ends_at = monotonic() + self._total_s
        line = self._connections.lend(origin, ends_at)
        try:
            line.send(sent)
        except BaseException:
            line.close()
            raise
        return Exchange(self._connections, origin, line, method, limit, may_compress=may_compress)

    def _origin(self, url: str) -> Origin:
        """Return the origin of a URL that is asked for the first time."""
        parts = _parse_url(url, self._plain_hosts)
        host = _in_ascii(parts.hostname or "")
        proxy = proxy_on(self._leg, parts.scheme, host, self._environ)
        peer = Peer(
            place=_place(parts),
            leg=self._leg,
            proxy=proxy.place if proxy else None,
            connect_s=self._connect_s,
            read_s=self._read_s,
            total_s=self._total_s,
        )
        origin = Origin(host, parts.port, peer, proxy, is_tls=parts.scheme == "https")
        return self._origins.setdefault((parts.scheme, parts.netloc), origin)


class Exchange:
    """A request that was sent, whose answer nobody has read; it is over with its answer, or when it is dropped."""

    __slots__ = ("_connections", "_limit", "_line", "_may_compress", "_method", "_origin")

    def __init__(
        self, connections: Connections, origin: Origin, line: Line, method: str, limit: int, *, may_compress: bool
    ) -> None:
        self._connections, self._origin, self._method = connections, origin, method
        self._limit, self._may_compress = limit, may_compress
        self._line: Line | None = line

    def answer(self) -> Answer:
        """Read the whole answer; raises as `HttpClient.begin` does."""
        line, self._line = self._line, None
        if line is None:
            raise AssertionError
        try:
            answer, is_open = read_answer(line, self._method, self._limit, decompress=self._may_compress)
        except BaseException:
            line.close()
            raise
        if is_open:
            self._connections.take_back(self._origin, line)
        else:
            line.close()
        return answer

    def drop(self) -> None:
        """Wait for no answer any more."""
        if self._line is not None:
            self._line.close()
            self._line = None


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise ConfigError("a URL to ask is not valid", hint=_URL_HINT) from None


def _parse_url(url: str, plain_hosts: frozenset[str]) -> SplitResult:
    """Return the parts of a URL that may be asked; nothing of a bad one is repeated, it may hold a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigError("a URL to ask is not valid", hint=_URL_HINT) from None
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
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
    return f"{f'[{host}]' if ':' in host else host}:{parts.port or PORTS.get(parts.scheme, 0)}"


def _in_ascii(host: str) -> str:
    """Return a host as name servers and certificates know it."""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise ConfigError("a URL to ask is not valid", hint=_URL_HINT) from None


def _target(path: str, query: str, params: Mapping[str, str], origin: Origin) -> str:
    """Return what a request asks for."""
    try:
        asked = "&".join(filter(None, (query, form(params))))
        target = f"{path or '/'}?{asked}" if asked else path or "/"
    except UnicodeError:
        target = ""
    if not _TARGET.fullmatch(target):
        raise ConfigError(f"a request to {origin.peer.place} cannot be written as HTTP")
    return target


def _written(method: str, target: str, origin: Origin, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """Return a request as it goes out, in one piece; raise ConfigError for a header that would become two."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {origin.authority}", f"User-Agent: awsfed/{VERSION}"]
    for name, value in headers.items():
        line = f"{name}: {value}"
        if ":" in name or not _HEADER.fullmatch(line):
            raise ConfigError(f"the header {shown(name)} for {origin.peer.place} has characters that cannot be sent")
        if name.lower() not in _OURS:
            lines.append(line)
    if body is not None or method in _WITH_BODY:
        lines.append(f"Content-Length: {len(body or b'')}")
    return "\r\n".join((*lines, "", "")).encode("ascii") + (body or b"")
