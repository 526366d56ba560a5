"""URLs in settings: their one spelling, which hosts may be spoken to without TLS, and which may stand in for AWS."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from awsfed.errors import InvalidValue
from awsfed.model.addresses import is_loopback, parse_address
from awsfed.outside.legs import DIRECT

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

PROXY_WORDS = 'a URL such as http://proxy.example.org:3128, without user and password, or "none"'
# Narrower than a URL may be: no user, query or fragment, and nothing that two parsers could read in two ways.
_URL = re.compile(
    r"(?P<scheme>(?i:https?))://(?P<host>\[[0-9A-Fa-f:]{2,39}\]|[A-Za-z0-9.-]{1,253})(?P<port>:\d{1,5})?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?"
)
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"({_LABEL}\.)+(?!\d+\Z){_LABEL}", re.ASCII)
_NAME_LIMIT = 253
_TEST_DOMAINS = (".test", ".localhost", ".internal")


def parse_url(text: object) -> str:
    """Return an https URL, or an http one on loopback, in its one spelling; raise InvalidValue otherwise."""
    match = _match(text)
    if match["scheme"].lower() == "http" and not is_loopback(match["host"]):
        raise InvalidValue("must begin with https:// (plain http is for loopback only)")
    return _spelled(match)


def parse_test_endpoint(text: object) -> str:
    """Return the URL of something that plays AWS: loopback or private test hosts only; raise InvalidValue otherwise."""
    match = _match(text)
    host = match["host"].lower()
    if not (is_loopback(host) or _is_private(host) or host.endswith(_TEST_DOMAINS)):
        raise InvalidValue("may only name a test host: loopback, a private address, *.test, *.localhost or *.internal")
    return _spelled(match)


def parse_host(text: object) -> str:
    """Return the name of a host that is always asked over https: no URL, port or address; raise InvalidValue."""
    if not isinstance(text, str) or len(text) > _NAME_LIMIT or not _NAME.fullmatch(text):
        raise InvalidValue("is not the name of a host in small letters, without https://, port or path")
    return text


def parse_proxy(text: object) -> str:
    """Return the URL of a proxy, or DIRECT; raise InvalidValue otherwise, and never repeat a password in it."""
    if text == DIRECT:
        return DIRECT
    match = _URL.fullmatch(text) if isinstance(text, str) else None
    if match is None or (match["path"] or "/") != "/":
        raise InvalidValue(
            f"must be {PROXY_WORDS}", hint="the login of a proxy stands in the variable HTTPS_PROXY and nowhere else"
        )
    return _spelled(match)


def _match(text: object) -> re.Match[str]:
    match = _URL.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise InvalidValue("is not a URL such as https://host.example.org/path, without user, query or fragment")
    return match


def _spelled(match: re.Match[str]) -> str:
    """Return a URL as it is compared: no capitals before its path, no default port, no slash at its end."""
    scheme, host, port = match["scheme"].lower(), match["host"].lower(), match["port"] or ""
    return f"{scheme}://{host}{'' if port == _DEFAULT_PORTS[scheme] else port}{match['path'] or ''}".rstrip("/")


def _is_private(host: str) -> bool:
    address = parse_address(host)
    return address is not None and any(address in network for network in _private())


@lru_cache(maxsize=1)
def _private() -> "tuple[IPv4Network | IPv6Network, ...]":
    from ipaddress import ip_network

    return tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
