"""Every setting there is: name, kind, default, variable and one sentence.

Reading, `config show`, the commented template and the reference documentation all follow this table.
"""

from collections.abc import Iterator

from awsfed.model.lifetime import BLOCK_LEFT_S
from awsfed.outside.retry import DEFAULT_RETRIES
from awsfed.settings import kinds
from awsfed.settings.key import Key
from awsfed.settings.leg_keys import leg
from awsfed.settings.server_keys import SERVER
from awsfed.settings.values import (
    CacheMode,
    CrowdAuth,
    KeySource,
    SecretReference,
    SecretSource,
)

NAME = "NAME"
"""The part of a dotted name that the user chooses."""
HOST = "HOST"
"""The same, where it is the host of a registry."""
PARTITION = "PARTITION"
"""The same, where it is a partition of AWS."""
CONNECTORS = "connectors"
KEYS = "keys"
PARTITIONS = "partitions"
LABS = "labs"
REGISTRIES = "registries"


TABLE: tuple[Key, ...] = (
    Key(
        name="crowd.url",
        kind=kinds.URL,
        variable="AWSFED_CROWD_URL",
        sentence="Address of Crowd, with its context path; passwords are sent there.",
        example="https://crowd.example.org/crowd",
    ),
    Key(
        name="crowd.application",
        kind=kinds.NAME,
        variable="AWSFED_CROWD_APPLICATION",
        sentence="Name of the application that awsfed is in Crowd, or its OAuth client id.",
        example="awsfed",
    ),
    Key(
        name="crowd.auth",
        kind=kinds.choice(CrowdAuth),
        default=CrowdAuth.BASIC,
        sentence="How the application proves itself to Crowd.",
    ),
    Key(
        name="crowd.secret",
        kind=kinds.SECRET,
        default=SecretReference(source=SecretSource.KEYRING),
        sentence="Where the application's password or client secret is; the variable is AWSFED_CROWD_SECRET.",
    ),
    Key(
        name="crowd.token_url",
        kind=kinds.URL,
        sentence="OAuth token endpoint, if it is not /rest/oauth2/latest/token under crowd.url.",
        example="https://crowd.example.org/crowd/rest/oauth2/latest/token",
    ),
    *leg("crowd", "Crowd"),
    Key(
        name="broker.url",
        kind=kinds.URL,
        variable="AWSFED_BROKER_URL",
        sentence="Address of the broker to ask, with its context path: awsfed serve, or an installed Identity "
        "Federation for AWS; without it, this machine is the broker itself.",
        example="https://awsfed.example.org",
    ),
    *leg("broker", "the broker"),
    Key(
        name="access.administrators",
        kind=kinds.NAMES,
        default=(),
        sentence="Groups whose members may use every connector.",
        example=("aws-administrators",),
    ),
    Key(
        name="session.hours",
        kind=kinds.whole(1, 24),
        default=12,
        sentence="Hours after which one has to sign in again.",
    ),
    Key(
        name="session.user",
        kind=kinds.NAME,
        variable="AWSFED_USER",
        sentence="Name to sign in with where none is given.",
        example="alice",
    ),
    Key(
        name="secrets.store",
        kind=kinds.STORE,
        sentence="Where awsfed keeps sessions and keys; without it, the choice made at first use.",
        example="file",
    ),
    Key(
        name="aws.region",
        kind=kinds.REGION,
        variable="AWSFED_REGION",
        sentence="Region for connectors that name none.",
        example="eu-central-1",
    ),
    Key(
        name="aws.endpoint",
        kind=kinds.TEST_ENDPOINT,
        sentence="A test host to ask instead of STS.",
        example="http://127.0.0.1:5000",
    ),
    Key(
        name="aws.signin_endpoint",
        kind=kinds.TEST_ENDPOINT,
        sentence="A test host to ask instead of the console's sign-in.",
        example="http://127.0.0.1:5000",
    ),
    *leg("aws", "AWS"),
    Key(
        name="aws.use_fips",
        kind=kinds.SWITCH,
        default=False,
        sentence="Whether AWS is asked at its endpoints for FIPS 140; where there is none, it is not asked at all.",
    ),
    Key(
        name="aws.use_dualstack",
        kind=kinds.SWITCH,
        default=False,
        sentence="Whether AWS is asked at endpoints that take IPv6 as well as IPv4.",
    ),
    Key(
        name="labs.china_partition",
        kind=kinds.SWITCH,
        default=True,
        sentence="Whether connectors of the partition aws-cn may be used.",
    ),
    Key(
        name="labs.govcloud_partition",
        kind=kinds.SWITCH,
        default=True,
        sentence="Whether connectors of the partition aws-us-gov may be used.",
    ),
    Key(
        name="labs.disable_implicit_connector_visibility_for_administrators",
        kind=kinds.SWITCH,
        default=False,
        sentence="Whether administrators see and use only connectors that are granted to their groups.",
    ),
    Key(
        name="labs.role_as_access_key",
        kind=kinds.SWITCH,
        default=True,
        sentence="Whether the role of the broker's EC2 instance or container may be an access key.",
    ),
    Key(
        name="defaults.connector",
        kind=kinds.SLUG,
        variable="AWSFED_CONNECTOR",
        sentence="Connector to use where a command needs one and none is given.",
        example="dev",
    ),
    Key(
        name="retry.max_retries",
        kind=kinds.whole(0, 20),
        default=DEFAULT_RETRIES,
        variable="AWSFED_MAX_RETRIES",
        alias="bamboo_custom_aws_maxErrorRetry",
        sentence="How often a failed request is repeated; 7 times take about a minute.",
    ),
    Key(
        name="retry.await_transition_interval_s",
        kind=kinds.whole(1, 600),
        default=15,
        variable="AWSFED_AWAIT_TRANSITION_INTERVAL_S",
        alias="bamboo_custom_aws_awaitTransitionInterval",
        from_alias=kinds.seconds_of_milliseconds,
        sentence="Seconds between two looks at something in AWS that is not ready yet, such as a new access key.",
    ),
    Key(
        name="cache.mode",
        kind=kinds.choice(CacheMode),
        default=CacheMode.FILE,
        variable="AWSFED_CACHE",
        sentence="Where credentials wait for their next use.",
    ),
    Key(
        name="cache.renew_before_s",
        kind=kinds.whole(BLOCK_LEFT_S, 7200),
        default=BLOCK_LEFT_S,
        sentence="Seconds before their end at which credentials of 90 minutes or more are not handed out again.",
    ),
    Key(
        name="tls.ca_bundle",
        kind=kinds.PATH,
        variable="AWSFED_CA_BUNDLE",
        sentence="File with the certificates of the authorities to trust, instead of those that the system trusts.",
        example="/etc/ssl/certs/ca-certificates.crt",
    ),
    Key(
        name="catalogue.source",
        kind=kinds.SOURCE,
        variable="AWSFED_CATALOGUE",
        sentence="Where more connectors come from; a relative path starts at the settings file's folder.",
        example="https://config.example.org/awsfed/connectors.json",
    ),
    Key(
        name="catalogue.max_age_s",
        kind=kinds.whole(0, 86_400),
        default=300,
        sentence="Seconds for which a fetched catalogue is used without asking again.",
    ),
    Key(
        name="catalogue.stale_for_s",
        kind=kinds.whole(0, 86_400),
        default=0,
        sentence="Seconds beyond that for which it still answers while a new one is fetched behind; "
        "what was taken back meanwhile still counts.",
    ),
    Key(
        name="catalogue.key",
        kind=kinds.SLUG,
        sentence="Name of the access key that reads a catalogue in S3 or SSM.",
        example="main",
    ),
    Key(
        name="catalogue.region",
        kind=kinds.REGION,
        sentence="Region of a catalogue in S3 or SSM; that of aws.region where it is not set.",
        example="eu-central-1",
    ),
    Key(
        name="catalogue.public_keys",
        kind=kinds.PUBLIC_KEYS,
        default=(),
        sentence="Keys whose signatures of catalogues count, as awsfed catalogue keygen prints them.",
        example=("ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",),
    ),
    Key(
        name="catalogue.require_signature",
        kind=kinds.SWITCH,
        default=False,
        sentence="Whether a catalogue without a signature is refused.",
    ),
    *leg("catalogue", "the host of a catalogue"),
    *SERVER,
    Key(
        name="keys.NAME.source",
        kind=kinds.choice(KeySource),
        default=KeySource.KEYRING,
        sentence="Where the access key is kept (its variables begin with AWSFED_KEY_NAME_), or whose role it is: "
        "that of this EC2 instance, or of this container.",
    ),
    Key(
        name="keys.NAME.profile",
        kind=kinds.NAME,
        sentence='Profile of an AWS credentials file, with source "profile".',
        example="federation",
    ),
    Key(
        name="keys.NAME.file",
        kind=kinds.PATH,
        sentence="That credentials file, if it is not the usual one.",
        example="/etc/awsfed/credentials",
    ),
    Key(
        name="keys.NAME.roles",
        kind=kinds.KEY_USES,
        sentence="What connectors may ask of the key; needed before a catalogue behind a URL may ask anything.",
        example=("arn:aws:iam::123456789012:role/dev-*",),
    ),
    Key(
        name="partitions.PARTITION.signin_host",
        kind=kinds.HOST,
        sentence="Host of the console's sign-in, instead of the one that awsfed knows; it is sent credentials.",
        example="signin.example.org",
    ),
    Key(
        name="partitions.PARTITION.console_host",
        kind=kinds.HOST,
        sentence="Host of the console, instead of the one that awsfed knows.",
        example="console.example.org",
    ),
    Key(
        name="registries.HOST",
        kind=kinds.REGISTRY,
        sentence="Connector whose credentials open a container registry; `*` in the host stands for any characters.",
        example="dev",
    ),
)

BY_NAME = {key.name: key for key in TABLE}
_REGISTRY = BY_NAME[f"{REGISTRIES}.{HOST}"]
GROUPS = {key.path[:length] for key in TABLE for length in range(1, len(key.path))}
"""Every table that settings may stand in, with NAME where the user chooses."""


def plain_keys() -> Iterator[Key]:
    """Yield the settings that exist once."""
    return (key for key in TABLE if not {NAME, HOST, PARTITION} & {*key.path})


def named_keys() -> Iterator[Key]:
    """Yield the settings that exist once for each access key."""
    return (key for key in TABLE if NAME in key.path)


def partition_keys() -> Iterator[Key]:
    """Yield the settings that exist once for each partition."""
    return (key for key in TABLE if PARTITION in key.path)


def registry_key() -> Key:
    """Return the setting that exists once for each host of a registry."""
    return _REGISTRY


def general(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return a path with NAME, HOST or PARTITION in place of what the user chose."""
    if len(path) == len(_REGISTRY.path) and path[0] == REGISTRIES:
        return _REGISTRY.path
    chosen = {KEYS: NAME, PARTITIONS: PARTITION}.get(path[0]) if len(path) > 1 else None
    return (path[0], chosen, *path[2:]) if chosen else path
