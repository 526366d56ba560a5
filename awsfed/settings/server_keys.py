"""The settings of a broker that serves others."""

from pathlib import Path

from awsfed.settings import kinds
from awsfed.settings.key import Key
from awsfed.settings.values import Listening, SealingReference, SealingSource, SecretReference, SecretSource

SERVER: tuple[Key, ...] = (
    Key(
        name="server.folder",
        kind=kinds.PATH,
        sentence="Folder of the store of a broker that serves others; nobody else may enter it.",
        example="/var/lib/awsfed",
    ),
    Key(
        name="server.sealing_key",
        kind=kinds.SEALING,
        sentence="Where the key is that seals the secrets in the store; the variable is AWSFED_SEALING_KEY.",
        example=SealingReference(source=SealingSource.FILE, path=Path("/etc/awsfed/sealing.key")),
    ),
    Key(
        name="server.sealing_access_key",
        kind=kinds.SLUG,
        sentence="Name of the access key in these settings that may use a sealing key in KMS.",
        example="main",
    ),
    Key(
        name="server.audit_key",
        kind=kinds.SECRET,
        sentence="Where the key is that signs the trail, apart from the store; the variable is AWSFED_AUDIT_KEY.",
        example=SecretReference(source=SecretSource.FILE, path=Path("/etc/awsfed/audit.key")),
    ),
    Key(
        name="server.listen",
        kind=kinds.LISTENING,
        default=Listening(host="127.0.0.1", port=8443),
        sentence="Where awsfed serve listens.",
    ),
    Key(
        name="server.url",
        kind=kinds.URL,
        sentence="Where people find the server, as they type it; needed where that is not where it listens.",
        example="https://awsfed.example.org",
    ),
    Key(
        name="server.certificate",
        kind=kinds.PATH,
        sentence="File with the certificate of the server and those that lead from it to an authority, in PEM form.",
        example="/etc/awsfed/tls/fullchain.pem",
    ),
    Key(
        name="server.certificate_key",
        kind=kinds.PATH,
        sentence="File with its private key, not encrypted, if it is not in the same file.",
        example="/etc/awsfed/tls/privkey.pem",
    ),
    Key(
        name="server.trusted_proxies",
        kind=kinds.NETWORKS,
        default=(),
        sentence="Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; nobody else's are.",
        example=("10.1.2.3",),
    ),
    Key(
        name="server.metrics",
        kind=kinds.NETWORKS,
        default=(),
        sentence="Who may read /metrics besides this machine.",
        example=("10.1.0.0/16",),
    ),
    Key(
        name="server.session_idle_minutes",
        kind=kinds.whole(1, 1440),
        default=30,
        sentence="Minutes without a request after which the session of a cookie ends.",
    ),
    Key(
        name="server.membership_cache_s",
        kind=kinds.whole(0, 30),
        default=0,
        sentence="Seconds for which an answer of Crowd about somebody's groups is used again; "
        "who is taken out of a group keeps what it opens for as long.",
    ),
)
