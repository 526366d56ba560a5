"""The validated settings, as the rest of the program sees them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from awsfed.model.endpoints import Variant
from awsfed.model.labs import Labs
from awsfed.model.partitions import Partition
from awsfed.outside.legs import Leg

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network


class CrowdAuth(Enum):
    """How awsfed shows Crowd that it is the application it says it is."""

    BASIC = "basic"
    CLIENT_CREDENTIALS = "client_credentials"


class SecretSource(Enum):
    """Where one secret is read from."""

    KEYRING = "keyring"
    ENVIRONMENT = "environment"
    FILE = "file"
    DESCRIPTOR = "fd"


class CacheMode(Enum):
    """Where vended credentials wait for their next use."""

    FILE = "file"
    KEYRING = "keyring"
    NONE = "none"


class KeySource(Enum):
    """Where an access key lives."""

    KEYRING = "keyring"
    PROFILE = "profile"
    ENVIRONMENT = "environment"
    INSTANCE = "instance"
    CONTAINER = "container"

    @property
    def is_role(self) -> bool:
        """Tell whether it gives the temporary credentials of the role of this machine."""
        return self in {KeySource.INSTANCE, KeySource.CONTAINER}


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReference:
    """`keyring`, `environment`, `file:/path` or `fd:3`, parsed."""

    source: SecretSource
    path: Path | None = None
    descriptor: int | None = None


class SealingSource(Enum):
    """Where the key is that seals a broker's store."""

    FILE = "file"
    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    KMS = "kms"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingReference:
    """`file:/path`, `environment`, `keyring` or `kms:ARN`, parsed."""

    source: SealingSource
    path: Path | None = None
    arn: str | None = None

    def __str__(self) -> str:
        """Return it as it is written in the settings."""
        parts = (self.source.value, str(self.path) if self.path else self.arn)
        return ":".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdSettings:
    """`[crowd]`: the directory, in direct mode."""

    url: str
    application: str
    """Name of the Crowd application, or the OAuth client id."""
    auth: CrowdAuth
    secret: SecretReference
    """The application's password or the OAuth client secret."""
    token_url: str | None
    """OAuth token endpoint; None means `/rest/oauth2/latest/token` under the Crowd URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySettings:
    """`[keys.NAME]`: a long-term access key."""

    name: str
    source: KeySource
    profile: str | None = None
    """Section of a credentials file; only with source `profile`."""
    file: Path | None = None
    """That file; None means the AWS one."""
    roles: tuple[str, ...] | None = None
    """Patterns of the role ARNs that a catalogue may ask of this key; None means local connectors only."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CatalogueSettings:
    """`[catalogue]`: where connectors come from besides `[connectors.*]`."""

    source: str | None
    """An absolute path, an https URL, `s3://BUCKET/KEY` or `ssm:/PATH`."""
    max_age_s: int
    """For how long a fetched copy is used without asking again."""
    stale_for_s: int = 0
    """For how long beyond that a copy answers while a new one is fetched behind."""
    key: str | None = None
    """The access key that reads a catalogue in AWS."""
    region: str | None = None
    """Where that is."""
    public_keys: tuple[str, ...] = ()
    """Whose signatures count."""
    require_signature: bool = False
    """Whether a document without a signature counts for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AwsSettings:
    """`[aws]`."""

    region: str | None
    endpoint: str | None
    """Instead of the AWS endpoints; loopback and private test hosts only."""
    signin_endpoint: str | None
    """Instead of the federation endpoint; the same."""
    variant: Variant
    """Which endpoints of AWS are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """An address to listen at."""

    host: str
    """An IP address, or a name that stands for one; brackets are left out."""
    port: int

    def __str__(self) -> str:
        """Return it as it is written in the settings."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ServerSettings:
    """`[server]`: a broker that serves others."""

    folder: Path | None
    """Where its store is."""
    sealing_key: SealingReference | None
    """The key that seals the secrets in the store."""
    sealing_access_key: str | None
    """The access key that may use a sealing key in KMS."""
    audit_key: SecretReference | None
    """The key that signs the trail; None means that nobody signs it."""
    listen: Listening
    url: str | None
    """Where browsers find it; None means where it listens."""
    certificate: Path | None
    certificate_key: Path | None
    trusted_proxies: "tuple[IPv4Network | IPv6Network, ...]"
    """Whose word counts about where a request comes from."""
    metrics: "tuple[IPv4Network | IPv6Network, ...]"
    """Who may read the metrics, besides this machine."""
    session_idle_minutes: int
    membership_cache_s: int
    """For how long an answer of Crowd about groups is used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where one value comes from."""

    value: object
    source: str
    """`default`, a file with its line, or the name of a variable or option."""
    locked: bool = False
    file: str | None = None
    """The same without the line; None for a default."""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settings:
    """Everything at once."""

    crowd: CrowdSettings | None
    broker_url: str | None
    """The broker to ask; None where this machine is one."""
    administrators: tuple[str, ...]
    session_hours: int
    secrets_store: str | None
    """`file`, or the class of a keyring backend; None means the choice made at first use."""
    user: str | None
    connector: str | None
    """Used where a command needs one and none is given."""
    max_retries: int
    await_transition_s: int
    """Between two looks at something in AWS that is not ready yet."""
    cache: CacheMode
    long_block_left_s: int
    """Life left at which credentials that live 90 minutes or longer are renewed before they are handed out."""
    legs: Mapping[str, Leg]
    """How Crowd, a catalogue and AWS are reached, by the name of their table."""
    aws: AwsSettings
    catalogue: CatalogueSettings
    server: ServerSettings
    keys: Mapping[str, KeySettings]
    connectors: Mapping[str, Any]
    """`[connectors.*]` as they stand in the files, for the one parser of connectors."""
    labs: Labs
    partitions: Mapping[str, Partition]
    """Every partition, with the hosts that were set in place of those that awsfed knows."""
    registries: Mapping[str, str]
    """Connector by the host of a registry, or by a pattern of hosts with `*` in it."""
    files: tuple[Path, ...]
    """Every file that was looked for, in order, whether it exists or not, a local catalogue among them."""
    origins: Mapping[str, Origin] = field(repr=False)
    """By dotted name, in the order of the documentation."""
