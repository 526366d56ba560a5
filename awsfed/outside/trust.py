"""Whom TLS trusts here: the certificates in a bundle, or those of the operating system; TLS 1.2 or newer."""

import ssl
from pathlib import Path

from awsfed.errors import ConfigError
from awsfed.model.text import shown


def tls_context(bundle: Path | None) -> ssl.SSLContext:
    """Return a new context for connections to others; raise ConfigError for a bundle that cannot be used."""
    if bundle is None:
        import truststore

        context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _load(context, bundle)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _load(context: ssl.SSLContext, bundle: Path) -> None:
    try:
        if bundle.is_dir():
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(cafile=bundle)
    except OSError:
        raise ConfigError(
            f"the certificate bundle {shown(str(bundle))} cannot be read",
            hint="set tls.ca_bundle, REQUESTS_CA_BUNDLE or SSL_CERT_FILE to a file with certificates in PEM form",
        ) from None
