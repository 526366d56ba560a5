"""How the server proves who it is: a certificate and its key, read again when they are renewed."""

import contextlib
import math
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from awsfed.errors import ConfigError
from awsfed.outside.clock import Clock
from awsfed.outside.file_rules import WINDOWS
from awsfed.settings.values import ServerSettings

_ANYBODY = 0o007
_DAY_S = 86_400.0
_SOON_S = 14 * _DAY_S


def tls_context(settings: ServerSettings) -> ssl.SSLContext | None:
    """Return how the server proves who it is; None where it listens in plain http. Raises ConfigError."""
    if settings.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    load_certificate(context, settings)
    return context


def load_certificate(context: ssl.SSLContext, settings: ServerSettings) -> None:
    """Read certificate and key; a connection that is made from now on is shown them. Raises ConfigError.

    They are tried apart first: a context that fails to load a pair has lost the one that it had.
    """
    certificate, key = settings.certificate or Path(), settings.certificate_key
    _check_key(key or certificate)

    def no_password() -> str:
        raise ConfigError("the private key of the server is encrypted", hint="name one that is not")

    try:
        for one in (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), context):
            one.load_cert_chain(certificate, key, no_password)
    except FileNotFoundError:
        missing = certificate if key is None or key.exists() else key
        raise ConfigError(
            f"there is no file {missing}", hint="server.certificate and server.certificate_key name one"
        ) from None
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or getattr(error, "reason", None) or "not PEM"
        raise ConfigError(
            f"the certificate {certificate} cannot be used with its key: {str(reason).lower().replace('_', ' ')}",
            hint="server.certificate is a file in PEM form; its key is in there too, or in server.certificate_key",
        ) from None


class ShownCertificate:
    """The certificate that clients are shown: renewed with its files, and watched.

    Args:
        settings: with a certificate.
        context: how the server proves who it is.
        clock: tells when clients stop to trust it.
        tell: given what whoever runs the server has to know.
    """

    def __init__(
        self, settings: ServerSettings, context: ssl.SSLContext, clock: Clock, tell: Callable[[str], None]
    ) -> None:
        self._settings, self._context, self._clock, self._tell = settings, context, clock, tell
        self._seen = _stamp(settings)
        self._trouble: str | None = None
        """Why what was renewed cannot be used; until it can, each look tries again."""
        self._begins_at, self.ends_at = _validity(settings)
        """In epoch seconds."""
        self._complain()

    def look(self) -> None:
        """Take up what was renewed; once a day tell why clients do not trust it, or soon will not."""
        now = _stamp(self._settings)
        if now != self._seen or self._trouble:
            self._seen = now
            self._take_up()
        if self._clock.monotonic() >= self._complains_at:
            self._complain()

    def _take_up(self) -> None:
        try:
            load_certificate(self._context, self._settings)
        except ConfigError as error:
            if error.message != self._trouble:
                self._tell(error.message)
            self._trouble = error.message
            return
        self._trouble = None
        self._begins_at, self.ends_at = _validity(self._settings)
        self._tell("renewed")
        self._complain()

    def _complain(self) -> None:
        self._complains_at = self._clock.monotonic() + _DAY_S
        now = self._clock.now()
        if self.ends_at <= now:
            self._tell(f"expired on {_moment(self.ends_at)}")
        elif self._begins_at > now:
            self._tell(f"not valid before {_moment(self._begins_at)}")
        elif self.ends_at <= now + _SOON_S:
            self._tell(f"expires on {_moment(self.ends_at)}")


def _validity(settings: ServerSettings) -> tuple[float, float]:
    """Return from when to when a certificate can be trusted: always, where it cannot be looked into."""
    from cryptography import x509

    try:
        first, *_ = x509.load_pem_x509_certificates((settings.certificate or Path()).read_bytes())
    except (OSError, ValueError, x509.InvalidVersion):  # TLS could read it, which is what counts
        return -math.inf, math.inf
    return first.not_valid_before_utc.timestamp(), first.not_valid_after_utc.timestamp()


def _moment(epoch_s: float) -> str:
    return f"{datetime.fromtimestamp(epoch_s, UTC):%Y-%m-%d %H:%M} UTC"


def _check_key(key: Path) -> None:
    """Raise ConfigError for a file without a private key, or with one that anybody on this machine can read.

    A group may read it, as many systems do it.
    """
    try:
        mode, has_key = key.stat().st_mode, b"PRIVATE KEY-----" in key.read_bytes()
    except OSError:
        return  # reading it tells why
    if not has_key:
        raise ConfigError(f"there is no private key in PEM form in {key}", hint="name its file: server.certificate_key")
    if not WINDOWS and mode & _ANYBODY:
        raise ConfigError(f"the private key {key} is open to everybody on this machine", hint=f"chmod o= {key}")


def _stamp(settings: ServerSettings) -> list[int]:
    """Return something that changes with the files of the certificate."""
    found = []
    for path in (settings.certificate, settings.certificate_key):
        with contextlib.suppress(OSError):
            found += [path.stat().st_mtime_ns] if path else []
    return found
