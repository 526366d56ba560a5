"""What a failed exchange is called: whatever goes wrong on the way becomes one of our errors.

No message repeats the text of its cause, which may hold a whole URL with a token in it.
"""

import re
from dataclasses import dataclass
from socket import gaierror

from awsfed.errors import AwsfedError, ProtocolError, Unavailable
from awsfed.outside.legs import Leg
from awsfed.outside.retry import NotReached, TryAgain

_LOGIN_REQUIRED, _FAILING = 407, 500
_OUR_CERTIFICATE = "ALERT.*(CERTIFICATE|UNKNOWN_CA)"
"""How OpenSSL says that the other side complains about our certificate, or that there is none."""
_CUT = "UNEXPECTED_EOF_WHILE_READING"
"""How it says that a connection was cut, where Python has no class of its own for that."""
_NOT_YET, _EXPIRED, _OTHER_HOST = 9, 10, (62, 64)
"""OpenSSL's codes, `X509_V_ERR_…`; what has another one is signed by nobody who is trusted."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
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


def silent(peer: Peer) -> TryAgain:
    """Return the error for a peer of which nothing is heard."""
    return TryAgain(
        f"{peer.place} did not answer within {peer.read_s:g} s", hint="check whether the service is overloaded"
    )


def not_connected(error: Exception, peer: Peer) -> AwsfedError:
    """Return the error for a connection that did not come about, to the peer or to the proxy before it."""
    if peer.proxy:
        return NotReached(f"cannot reach {peer.place} through the proxy {peer.proxy}", hint=_another_way(peer))
    if isinstance(error, gaierror | UnicodeError):
        return NotReached(
            f"cannot find the address of {peer.place}", hint="check the host name, the VPN and the name servers"
        )
    if isinstance(error, ConnectionRefusedError):
        return NotReached(f"{peer.place} refuses connections", hint="check the port, and whether the service runs")
    if isinstance(error, TimeoutError):
        return NotReached(
            f"cannot reach {peer.place} within {peer.connect_s:g} s",
            hint=f"check the VPN and the firewall; where a proxy is needed, set HTTPS_PROXY or {peer.leg.name}.proxy",
        )
    return NotReached(f"cannot reach {peer.place}", hint="check the network and the VPN")


def refused_by_proxy(status: int, peer: Peer) -> AwsfedError:
    """Return the error for a proxy that does not let us through."""
    message = f"cannot reach {peer.place} through the proxy {peer.proxy}: it answers with status {status}"
    if status == _LOGIN_REQUIRED:
        hint = "it wants a login, and that can stand in a variable only: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"
        return Unavailable(message, hint=hint if peer.leg.proxy is None else f"{hint}, without {peer.leg.name}.proxy")
    if status < _FAILING:
        return Unavailable(message, hint=f"ask for the way to be opened there, or {_another_way(peer)}")
    return TryAgain(message, hint=_another_way(peer))


def no_tls_to_proxy(error: Exception, peer: Peer) -> AwsfedError:
    """Return the error for a proxy that no TLS connection can be made to."""
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        return _unproven(error.verify_code, f"the proxy {peer.proxy}", _proxy_setting(peer), peer)
    return not_connected(error, peer)


def broken(error: Exception | None, peer: Peer) -> AwsfedError:
    """Return the error for a connection that broke, also while TLS began; None stands for one that was closed."""
    found = None if error is None else _tls(error, peer)
    return found or TryAgain(f"the connection to {peer.place} broke", hint="check the network and try again")


def is_hung_up(error: OSError) -> bool:
    """Tell whether sending failed because nobody takes it any more, as it may be called in TLS, too."""
    if isinstance(error, BrokenPipeError | ConnectionResetError):
        return True
    import ssl

    return isinstance(error, ssl.SSLEOFError) or getattr(error, "reason", None) == _CUT


def no_http(peer: Peer) -> ProtocolError:
    """Return the error for a peer that speaks something else."""
    port = f"the port in the URL, and {_proxy_setting(peer)}" if peer.proxy else "the port in the URL"
    return ProtocolError(f"{_whom(peer)} does not speak HTTP", hint=f"check {port}")


def bad_headers(peer: Peer) -> ProtocolError:
    """Return the error for headers, or marks between the pieces of a body, that nobody should have sent."""
    return ProtocolError(f"{_whom(peer)} sent headers that break the rules of HTTP")


def bad_compression(peer: Peer) -> ProtocolError:
    """Return the error for a body that cannot be decompressed."""
    return ProtocolError(f"{peer.place} sent an answer whose compression is broken")


def _another_way(peer: Peer) -> str:
    otherwise = "name the host in NO_PROXY" if peer.leg.proxy is None else 'set it to "none"'
    return f"check {_proxy_setting(peer)}, or {otherwise}"


def _proxy_setting(peer: Peer) -> str:
    return "HTTPS_PROXY" if peer.leg.proxy is None else f"{peer.leg.name}.proxy"


def _whom(peer: Peer) -> str:
    return f"{peer.place}, or its proxy {peer.proxy}," if peer.proxy else peer.place


def _unproven(code: int, whose: str, named_in: str, peer: Peer) -> Unavailable:
    """Return the error for a certificate that proves nothing, by OpenSSL's code for the reason."""
    said, hint = "is not trusted here", None
    if code == _NOT_YET:
        said, hint = "is not valid yet", "check this machine's clock; if it is right, tell whoever runs it"
    elif code == _EXPIRED:
        said, hint = "has expired", "whoever runs it has to renew it; if it is new, check this machine's clock"
    elif code in _OTHER_HOST:
        said, hint = "is for another name", f"check the host name in {named_in}"
    return Unavailable(f"the certificate of {whose} {said}", hint=hint or _trusting(peer))


def _trusting(peer: Peer) -> str:
    names = dict.fromkeys(("tls.ca_bundle", f"{peer.leg.name}.ca_bundle"))
    return f"set {', '.join(names)} or AWSFED_CA_BUNDLE to a file with the certificates of its authority"


def _tls(error: Exception, peer: Peer) -> AwsfedError | None:
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        return _unproven(error.verify_code, peer.place, "the URL", peer)
    passing = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
    if not isinstance(error, ssl.SSLError) or isinstance(error, passing) or error.reason == _CUT:
        return None
    if re.search(_OUR_CERTIFICATE, error.reason or ""):
        return Unavailable(
            f"{_whom(peer)} wants a client certificate that it trusts",
            hint=f"set {peer.leg.name}.client_certificate, or check the one that is set",
        )
    return Unavailable(
        f"{peer.place} does not speak TLS 1.2 or newer", hint="check that the URL names a port that serves https"
    )
