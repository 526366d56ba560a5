"""Whom TLS trusts on a leg, and what it shows of us there; TLS 1.2 or newer.

Certificates come from the bundle of the settings, from one that the environment names, or from the operating system.
"""

import os
import ssl
import stat
from collections.abc import Mapping
from pathlib import Path

from awsfed.errors import ConfigError, UnsafePermissions
from awsfed.model.text import shown
from awsfed.outside.legs import Leg

_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
_AWS_VARIABLE = "AWS_CA_BUNDLE"


class _EncryptedKeyError(Exception):
    """OpenSSL asks for a passphrase."""


def tls_context(leg: Leg, environ: Mapping[str, str]) -> ssl.SSLContext:
    """Return a new context for connections to others; raise ConfigError for files that cannot be used."""
    bundle = leg.ca_bundle or _named_bundle(leg, environ)
    if bundle is None:
        import truststore

        context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _load(context, bundle, leg)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Some releases of Python let a connection that was cut look like one that ended.
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    if leg.client_certificate is not None:
        _show(context, leg.client_certificate, leg.client_key, leg)
    return context


def _named_bundle(leg: Leg, environ: Mapping[str, str]) -> Path | None:
    names = (_AWS_VARIABLE, *_VARIABLES) if leg.name == "aws" else _VARIABLES
    named = next(filter(None, map(environ.get, names)), None)
    return Path(named) if named else None


def _load(context: ssl.SSLContext, bundle: Path, leg: Leg) -> None:
    try:
        if bundle.is_dir():
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(cafile=bundle)
    except OSError:
        variables = " or ".join((_AWS_VARIABLE, *_VARIABLES) if leg.name == "aws" else _VARIABLES)
        raise ConfigError(
            f"the certificate bundle {shown(str(bundle))} cannot be read",
            hint=f"set tls.ca_bundle, {leg.name}.ca_bundle, {variables} to a file with certificates in PEM form",
        ) from None


def _show(context: ssl.SSLContext, certificate: Path, key: Path | None, leg: Leg) -> None:
    """Load a client certificate; nobody can type a passphrase while AWS tools wait for an answer."""

    def refuse() -> str:
        raise _EncryptedKeyError

    private = key or certificate
    setting = f"{leg.name}.client_{'key' if key else 'certificate'}"
    try:
        if os.name == "posix" and stat.S_IMODE(private.stat().st_mode) & stat.S_IRWXO:
            raise UnsafePermissions(
                f"everybody on this machine can read the private key {shown(str(private))}",
                hint=f"chmod o-rwx {shown(str(private))}",
            )
        context.load_cert_chain(certificate, key, password=refuse)
    except _EncryptedKeyError:
        raise ConfigError(
            f"the private key {shown(str(private))} is encrypted, and awsfed asks for no passphrase",
            hint=f"name one without a passphrase in {setting}, in a file that only you can read",
        ) from None
    except OSError:
        raise ConfigError(
            f"the client certificate {shown(str(certificate))} and its private key cannot be used",
            hint=f"set {leg.name}.client_certificate and {leg.name}.client_key to files in PEM form that fit together",
        ) from None
