"""Which proxy a request goes through: the one of its leg in the settings, or of the environment that was handed in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from awsfed.errors import ConfigError
from awsfed.model.addresses import is_loopback, parse_address
from awsfed.model.text import shown
from awsfed.outside.legs import DIRECT, Leg

METADATA_HOSTS = frozenset({"169.254.169.254", "fd00:ec2::254", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"})
"""Where EC2, ECS and EKS tell a machine its own credentials: link-local, plain http, and never through a proxy."""

_PORTS = {"http": 80, "https": 443}
_HINT = "set HTTPS_PROXY to a URL such as http://proxy.example.org:3128"
_LOGIN_HINT = "write them as %2F, %3F and %23"
_HOST = r"[0-9a-f.]*:[0-9a-f:.]+(%[\w.-]+)?|([\w-]{1,63}\.)*[\w-]{1,63}\.?"
"""An address or a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy to go through."""

    host: str
    port: int
    is_secure: bool
    """Whether it is spoken to through TLS."""
    authorization: str | None = field(repr=False)
    """What proves to it who we are: the value of a header."""

    @property
    def place(self) -> str:
        """Return `HOST:PORT`."""
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def parse_proxy(text: str) -> Proxy:
    """Return the proxy that a URL names, with user name and password or without; raise ConfigError for others."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
    except ValueError:
        raise ConfigError("the proxy in the environment is not a URL", hint=_HINT) from None
    if parts.scheme not in _PORTS:
        raise ConfigError(f"a proxy of the kind {shown(parts.scheme)} is not supported", hint=_HINT)
    if "@" in parts.path + parts.query + parts.fragment:
        raise ConfigError("the login of the proxy in the environment has a /, ? or # in it", hint=_LOGIN_HINT)
    name = parts.hostname or ""
    if not re.fullmatch(_HOST, name) or port == 0:
        raise ConfigError("the proxy in the environment has no host and port", hint=_HINT)
    authorization = None
    if parts.username:
        from base64 import b64encode

        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        # Bytes of a variable that are no UTF-8 are passed on as they came.
        authorization = f"Basic {b64encode(login.encode('utf-8', 'surrogateescape')).decode()}"
    return Proxy(
        host=name,
        port=port or _PORTS[parts.scheme],
        is_secure=parts.scheme == "https",
        authorization=authorization,
    )


def proxy_on(leg: Leg, scheme: str, host: str, environ: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for one host on a leg: what the leg says, `no_proxy` or not, or else what the environment says.

    Loopback hosts and metadata services are never reached through a proxy.
    """
    if leg.proxy is None:
        found = proxy_for(scheme, host, environ)
        return parse_proxy(found) if found else None
    if leg.proxy == DIRECT or _is_near(host):
        return None
    return parse_proxy(leg.proxy)


def proxy_for(scheme: str, host: str, environ: Mapping[str, str]) -> str | None:
    """Return the proxy for one host, from `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy` in either case.

    Loopback hosts and metadata services are never reached through a proxy. `no_proxy` takes host names, which stand
    for their subdomains too, addresses, networks such as `10.0.0.0/8`, and `*`.
    """
    if _is_near(host) or _is_exempt(host, _value(environ, "no_proxy")):
        return None
    return _value(environ, f"{scheme}_proxy") or _value(environ, "all_proxy") or None


def _is_near(host: str) -> bool:
    return is_loopback(host) or host in METADATA_HOSTS


def _value(environ: Mapping[str, str], name: str) -> str:
    return (environ.get(name) or environ.get(name.upper()) or "").strip()


def _is_exempt(host: str, no_proxy: str) -> bool:
    entries = [entry.strip().lstrip(".").casefold() for entry in no_proxy.split(",") if entry.strip(" .")]
    name = host.rstrip(".").casefold()
    return any(entry in ("*", name) or name.endswith(f".{entry}") or _holds(entry, name) for entry in entries)


def _holds(network: str, address: str) -> bool:
    known = parse_address(address)
    if known is None:
        return False
    from ipaddress import ip_network

    try:
        return known in ip_network(network, strict=False)
    except ValueError:
        return False
