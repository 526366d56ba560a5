"""How the server proves who it is: a certificate and its key, read again when they are renewed."""

import contextlib
import ssl
from pathlib import Path

from awsfed.errors import ConfigError
from awsfed.outside.file_rules import WINDOWS
from awsfed.settings.values import ServerSettings

_ANYBODY = 0o007


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
    _check_mode(key or certificate)

    def no_password() -> str:
        raise ConfigError("the private key of the server is encrypted", hint="name one that is not")

    try:
        for one in (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), context):
            one.load_cert_chain(certificate, key, no_password)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or getattr(error, "reason", None) or "not PEM"
        raise ConfigError(
            f"the certificate {certificate} cannot be used with its key: {str(reason).lower().replace('_', ' ')}",
            hint="server.certificate is a file in PEM form; its key is in there too, or in server.certificate_key",
        ) from None


def trouble_with(settings: ServerSettings, now: float) -> str | None:
    """Return why clients are not going to trust a certificate that was read; None where nothing is known against it.

    Args:
        settings: with a certificate.
        now: epoch seconds.
    """
    from cryptography import x509

    try:
        first, *_ = x509.load_pem_x509_certificates((settings.certificate or Path()).read_bytes())
    except (OSError, ValueError, x509.InvalidVersion):  # TLS could read it, which is what counts
        return None
    if first.not_valid_after_utc.timestamp() <= now:
        return f"expired on {first.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
    if first.not_valid_before_utc.timestamp() > now:
        return f"not valid before {first.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
    return None


def _check_mode(key: Path) -> None:
    """Raise ConfigError for a private key that anybody on this machine can read; a group may, as many systems do it."""
    try:
        mode = key.stat().st_mode
    except OSError:
        return  # reading it tells why
    if not WINDOWS and mode & _ANYBODY:
        raise ConfigError(f"the private key {key} is open to everybody on this machine", hint=f"chmod o= {key}")


def stamp(settings: ServerSettings) -> list[int]:
    """Return something that changes with the files of the certificate."""
    found = []
    for path in (settings.certificate, settings.certificate_key):
        with contextlib.suppress(OSError):
            found += [path.stat().st_mtime_ns] if path else []
    return found
