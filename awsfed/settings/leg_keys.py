"""The settings of a leg, the same for each."""

from awsfed.settings import kinds
from awsfed.settings.key import Key


def leg(table: str, whom: str) -> tuple[Key, ...]:
    """Return the settings of a leg: how somebody is reached and recognised."""
    return (
        Key(
            name=f"{table}.proxy",
            kind=kinds.PROXY,
            sentence=f'Proxy on the way to {whom}, or "none"; without it, HTTPS_PROXY and NO_PROXY count.',
            example="http://proxy.example.org:3128",
        ),
        Key(
            name=f"{table}.ca_bundle",
            kind=kinds.PATH,
            sentence=f"The same as tls.ca_bundle, for {whom} alone and instead of it.",
            example="/etc/ssl/certs/ca-certificates.crt",
        ),
        Key(
            name=f"{table}.client_certificate",
            kind=kinds.PATH,
            sentence=f"Certificate to show to {whom} and to a proxy on the way, in PEM form.",
            example="/etc/awsfed/client.pem",
        ),
        Key(
            name=f"{table}.client_key",
            kind=kinds.PATH,
            sentence="Its private key, not encrypted, if that is not in the same file.",
            example="/etc/awsfed/client.key",
        ),
    )
