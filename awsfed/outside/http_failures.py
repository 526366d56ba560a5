"""What a failed exchange is called: exceptions of urllib3 and the socket become ours.

No message repeats the text of its cause, which may hold a whole URL with a token in it.
"""

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected
from socket import gaierror

from urllib3 import exceptions as urllib3_errors

from awsfed.errors import AwsfedError, ProtocolError, Unavailable
from awsfed.outside.legs import Leg
from awsfed.outside.retry import NotReached, TryAgain

_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})\b")
"""How http.client says what a proxy answered."""
_OUR_CERTIFICATE = re.compile("ALERT.*(CERTIFICATE|UNKNOWN_CA)")
"""How OpenSSL says that the other side complains about our certificate, or that there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Whom we talk to, and how long we wait for it."""

    place: str
    """`HOST:PORT`."""
    leg: Leg
    proxy: str | None
    """The proxy in between, as `HOST:PORT`."""
    connect_s: float
    read_s: float
    total_s: float


def too_slow(peer: Peer) -> TryAgain:
    """Return the error for an exchange that was cut off."""
    return TryAgain(
        f"{peer.place} did not finish its answer within {peer.total_s:g} s",
        hint="check the network and whether the service is overloaded",
    )


def failure(error: Exception, peer: Peer) -> AwsfedError:
    """Return our error for an exception of an exchange: TryAgain where another attempt may succeed."""
    causes = tuple(_causes(error))
    refusal = next((found for cause in causes if (found := _TUNNEL.match(str(cause)))), None)
    if refusal is not None:
        return _refused_by_proxy(int(refusal[1]), peer)
    if any(isinstance(cause, urllib3_errors.ProxyError) for cause in causes):
        return _lost_before_proxy(causes, peer)
    for cause in causes:
        known = _tls(cause, peer) or _network(cause, peer) or _speech(cause, peer)
        if known is not None:
            return known
    return TryAgain(f"the connection to {peer.place} broke", hint="check the network and try again")


def _refused_by_proxy(status: int, peer: Peer) -> AwsfedError:
    message = f"cannot reach {peer.place} through the proxy {peer.proxy}: it answers with status {status}"
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        hint = "it wants a login, and that can stand in a variable only: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"
        return Unavailable(message, hint=hint if peer.leg.proxy is None else f"{hint}, without {peer.leg.name}.proxy")
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(message, hint=f"ask for the way to be opened there, or {_another_way(peer)}")
    return TryAgain(message, hint=_another_way(peer))


def _lost_before_proxy(causes: tuple[BaseException, ...], peer: Peer) -> AwsfedError:
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Unavailable(f"the certificate of the proxy {peer.proxy} is not trusted here", hint=_trusting(peer))
    return NotReached(
        f"cannot reach {peer.place} through the proxy {peer.proxy or 'that is set'}", hint=_another_way(peer)
    )


def _another_way(peer: Peer) -> str:
    otherwise = "name the host in NO_PROXY" if peer.leg.proxy is None else 'set it to "none"'
    return f"check {_proxy_setting(peer)}, or {otherwise}"


def _proxy_setting(peer: Peer) -> str:
    return "HTTPS_PROXY" if peer.leg.proxy is None else f"{peer.leg.name}.proxy"


def _whom(peer: Peer) -> str:
    return f"{peer.place}, or its proxy {peer.proxy}," if peer.proxy else peer.place


def _trusting(peer: Peer) -> str:
    names = dict.fromkeys(("tls.ca_bundle", f"{peer.leg.name}.ca_bundle"))
    return (
        f"set {' or '.join(names)} to a file with the certificates of its authority, or check the host name and clock"
    )


def _tls(cause: BaseException, peer: Peer) -> AwsfedError | None:
    if isinstance(cause, ssl.SSLCertVerificationError | ssl.CertificateError):
        return Unavailable(f"the certificate of {peer.place} is not trusted here", hint=_trusting(peer))
    if not isinstance(cause, ssl.SSLError) or isinstance(
        cause, ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError
    ):
        return None
    if _OUR_CERTIFICATE.search(cause.reason or ""):
        return Unavailable(
            f"{_whom(peer)} wants a client certificate that it trusts",
            hint=f"set {peer.leg.name}.client_certificate, or check the one that is set",
        )
    return Unavailable(
        f"{peer.place} does not speak TLS 1.2 or newer", hint="check that the URL names a port that serves https"
    )


def _network(cause: BaseException, peer: Peer) -> AwsfedError | None:
    if isinstance(cause, gaierror):
        return NotReached(
            f"cannot find the address of {peer.place}", hint="check the host name, the VPN and the name servers"
        )
    if isinstance(cause, ConnectionRefusedError):
        return NotReached(f"{peer.place} refuses connections", hint="check the port, and whether the service runs")
    if isinstance(cause, urllib3_errors.ConnectTimeoutError) and not isinstance(
        cause, urllib3_errors.NewConnectionError
    ):
        return NotReached(
            f"cannot reach {peer.place} within {peer.connect_s:g} s",
            hint=f"check the VPN and the firewall; where a proxy is needed, set HTTPS_PROXY or {peer.leg.name}.proxy",
        )
    if isinstance(cause, urllib3_errors.ReadTimeoutError | TimeoutError):
        return TryAgain(
            f"{peer.place} did not answer within {peer.read_s:g} s", hint="check whether the service is overloaded"
        )
    return None


def _speech(cause: BaseException, peer: Peer) -> AwsfedError | None:
    if isinstance(cause, urllib3_errors.DecodeError):
        return ProtocolError(f"{peer.place} sent an answer whose compression is broken")
    if isinstance(cause, RemoteDisconnected | IncompleteRead):
        return None
    if isinstance(cause, BadStatusLine):
        port = f"the port in the URL, and {_proxy_setting(peer)}" if peer.proxy else "the port in the URL"
        return ProtocolError(f"{_whom(peer)} does not speak HTTP", hint=f"check {port}")
    if isinstance(cause, HTTPException | urllib3_errors.InvalidHeader):
        return ProtocolError(f"{_whom(peer)} sent headers that break the rules of HTTP")
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk everything an exception wraps; urllib3 hides it in arguments as well as in causes."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = [*current.args, getattr(current, "reason", None), current.__cause__, current.__context__]
        waiting += [found for found in inner if isinstance(found, BaseException)]
