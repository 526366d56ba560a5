"""Where a request comes from, and whether it may come that way."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from awsfed.model.addresses import is_loopback
from awsfed.settings.values import Listening

Address = IPv4Address | IPv6Address
Networks = tuple[IPv4Network | IPv6Network, ...]
_PORTS = {"https": 443, "http": 80}
_MOST_HOPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a request came here."""

    source: str
    """The caller's address, as far as it can be believed."""
    is_local: bool
    """Whether that is this machine itself."""
    is_safe: bool
    """Whether nobody on a network could read it."""


def way_of(peer: str, *, tls: bool, headers: Mapping[str, str], proxies: Networks) -> Way:
    """Return how a request came: what a proxy says counts if the proxy is trusted, and only then.

    Of X-Forwarded-For the last address counts that is not a trusted proxy's own; whatever stands before it was
    written by somebody we know nothing about.
    """
    address = _address(peer)
    if address is None or not _is_in(address, proxies):
        return _direct(peer, address, tls=tls)
    forwarded = [part.strip() for part in headers.get("x-forwarded-for", "").split(",") if part.strip()]
    caller: Address = address
    for text in reversed(forwarded[-_MOST_HOPS:]):
        hop = _address(text)
        if hop is None:
            break
        caller = hop
        if not _is_in(hop, proxies):
            break
    scheme = headers.get("x-forwarded-proto", "https" if tls else "").strip().lower()
    is_local = caller.is_loopback and not forwarded
    return Way(source=str(caller), is_local=is_local, is_safe=scheme == "https" or (is_local and not scheme))


@lru_cache(maxsize=1024)
def _direct(peer: str, address: Address | None, *, tls: bool) -> Way:
    is_local = address is not None and address.is_loopback
    return Way(source=peer, is_local=is_local, is_safe=tls or is_local)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names that this server answers to."""

    hosts: frozenset[str]
    """As they stand in a Host header, in lower case."""
    origins: frozenset[str]
    """As they stand in an Origin header."""
    url: str
    """The origin that goes into links."""

    def is_ours(self, host: str) -> bool:
        """Tell whether a Host header names this server."""
        return host.lower() in self.hosts


def names_of(url: str | None, listen: Listening, *, tls: bool) -> Names:
    """Return the names of a server: its URL, and on loopback whatever leads there."""
    scheme = "https" if tls else "http"
    own = f"{scheme}://{listen}"
    urls = [url or own, own]
    if is_loopback(listen.host):
        urls += [f"{scheme}://{host}:{listen.port}" for host in ("localhost", "127.0.0.1", "[::1]")]
    hosts: set[str] = set()
    for one in urls:
        parts = urlsplit(one)
        hosts.add(parts.netloc.lower())
        if parts.port in {None, _PORTS[parts.scheme]}:
            bare = parts.netloc.removesuffix(f":{_PORTS[parts.scheme]}").lower()
            hosts |= {bare, f"{bare}:{_PORTS[parts.scheme]}"}
    origins = frozenset(_origin(one) for one in urls)
    return Names(hosts=frozenset(hosts), origins=origins, url=_origin(url or own))


def may_read_metrics(way: Way, networks: Networks) -> bool:
    """Tell whether a caller may see the counters: this machine, and whoever the settings name."""
    address = _address(way.source)
    return way.is_local or (address is not None and _is_in(address, networks))


def _origin(url: str) -> str:
    """Return what a browser puts into Origin: the usual port is left out."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in {None, _PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _is_in(address: Address, networks: Networks) -> bool:
    return any(address in network for network in networks if network.version == address.version)


@lru_cache(maxsize=1024)
def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
