"""Where a request comes from, and whether it may come that way."""

import re
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
_HOP = re.compile(r"\[(?P<bracketed>[0-9A-Fa-f:.]{2,45})\](:[0-9]{1,5})?|(?P<v4>[0-9.]{7,15}):[0-9]{1,5}")
"""An address of X-Forwarded-For with what some proxies put around it: brackets, and a port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a request came here."""

    source: str
    """The caller's address, as far as it can be believed."""
    is_local: bool
    """Whether that is this machine itself."""
    is_safe: bool
    """Whether nobody on a network could read it."""
    is_readable: bool = True
    """Whether it can be told who asks."""
    is_from_unnamed: bool = False
    """Whether a proxy on this machine passed it on that the settings do not name: anybody may be behind that."""


def way_of(peer: str, *, tls: bool, headers: Mapping[str, str], proxies: Networks) -> Way:
    """Return how a request came: what a proxy says counts if the proxy is trusted, and only then.

    The headers are those that only proxies write.

    Of X-Forwarded-For the last address counts that is not a trusted proxy's own; whatever stands before it was
    written by somebody we know nothing about. Nobody is local who comes through a proxy, wherever that runs.
    """
    address = _address(peer)
    if address is None or not _is_in(address, proxies):
        return _direct(peer, address, tls=tls, is_passed_on=bool(headers))
    hops = [part.strip() for part in headers.get("x-forwarded-for", "").split(",") if part.strip()]
    caller = _caller(hops, address, proxies)
    scheme = headers.get("x-forwarded-proto", "https" if tls else "").strip().lower()
    is_safe = scheme == "https" or (not scheme and not hops and address.is_loopback)
    return Way(source=str(caller or address), is_local=False, is_safe=is_safe, is_readable=caller is not None)


def _caller(hops: list[str], proxy: Address, proxies: Networks) -> Address | None:
    """Return who came to the first trusted proxy; None where the proxy that asks us says nothing readable of that."""
    caller = proxy
    for text in reversed(hops[-_MOST_HOPS:]):
        hop = _hop(text)
        if hop is None:
            return caller if caller is not proxy else None
        caller = hop
        if not _is_in(hop, proxies):
            break
    return caller


@lru_cache(maxsize=1024)
def _direct(peer: str, address: Address | None, *, tls: bool, is_passed_on: bool) -> Way:
    is_here = address is not None and address.is_loopback
    if is_here and is_passed_on:
        return Way(source=peer, is_local=False, is_safe=False, is_from_unnamed=True)
    return Way(source=peer, is_local=is_here, is_safe=tls or is_here)


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


def _hop(text: str) -> Address | None:
    if "%" in text:  # a zone is any text, and means something on its own machine only
        return None
    found = _HOP.fullmatch(text)
    return _address(found["bracketed"] or found["v4"] if found else text)


@lru_cache(maxsize=1024)
def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
