"""The bodies of the vendor's interface, exactly; `accountId` is the id of an access key, not an AWS account."""

from typing import Annotated, Literal

from pydantic import Field

from awsfed.server.bodies import ConnectorKind, Given, Id, Long, Name, Taken, Text


class VendorStatusInfo(Given):
    """Who is signed in, and at what."""

    name: str
    version: str
    api_versions: list[str]
    user_name: str
    membership_cache_seconds: int


class VendorPlainConnector(Given):
    """What users see of a connector that they may use; the scope only where it is SYSTEM."""

    id: str
    name: str
    type: ConnectorKind
    scope: Literal["SYSTEM"] | None = None


class TakenConnector(Taken):
    """A connector, as it is created or replaced; empty texts mean none. What is not the vendor's is an extension."""

    id: Id | None = None
    name: Name
    type: ConnectorKind
    scope: Literal["", "SYSTEM"] | None = None
    partition: Annotated[str, Field(max_length=64)] | None = None
    account_id: Id | None = None
    role_arn: Annotated[str, Field(max_length=2048)] | None = None
    external_id: Annotated[str, Field(max_length=1224)] | None = None
    iam_policy: Long | None = None
    groups: Annotated[list[Text], Field(max_length=1000)] | None = None
    policy_arns: Annotated[list[Text], Field(max_length=10)] | None = None
    duration: Annotated[int, Field(ge=900, le=129_600)] | None = None
    omit_policy: bool | None = None
    region: Annotated[str, Field(max_length=64)] | None = None
    via: Annotated[str, Field(max_length=64)] | None = None
    chainable: bool | None = None
    mfa_serial: Annotated[str, Field(max_length=256)] | None = None
    read_only: bool | None = None
    region_lock: Annotated[list[Text], Field(max_length=50)] | None = None
    source_identity: bool | None = None
    user_tags: bool | None = None
    group_tags: Annotated[list[Text], Field(max_length=50)] | None = None
    tags: Annotated[dict[str, str], Field(max_length=50)] | None = None
    transitive_tags: Annotated[list[Text], Field(max_length=50)] | None = None


class VendorConnector(VendorPlainConnector):
    """A connector; users see no more of it than id, name, type and scope."""

    partition: str | None = None
    account_id: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    iam_policy: str | None = None
    groups: list[str] | None = None
    policy_arns: list[str] | None = None
    duration: int | None = None
    omit_policy: bool | None = None
    region: str | None = None
    via: str | None = None
    chainable: bool | None = None
    mfa_serial: str | None = None
    read_only: bool | None = None
    region_lock: list[str] | None = None
    source_identity: bool | None = None
    user_tags: bool | None = None
    group_tags: list[str] | None = None
    tags: dict[str, str] | None = None
    transitive_tags: list[str] | None = None


class VendorConnectors(Given):
    """What the caller may use."""

    values: list[VendorConnector]
    size: int


class VendorCredentials(Given):
    """Temporary credentials; `expiration` is in milliseconds."""

    expiration: int
    session_token: str
    access_key_id: str
    secret_access_key: str


class VendorRegistryCredentials(Given):
    """The answer of ECR, and what a container tool needs of it."""

    authorization_token: str
    expires_at: int
    proxy_endpoint: str
    proxy_endpoint_domain: str
    username: str
    password: str


class VendorPackageCredentials(Given):
    """The answer of CodeArtifact."""

    authorization_token: str
    expiration: int


class TakenAccount(Taken):
    """An access key to keep; its secret is written and never read."""

    id: None = None
    name: Name
    aws_access_key_id: Annotated[str, Field(min_length=16, max_length=128)]
    aws_secret_key: Annotated[str, Field(min_length=1, max_length=1024)]
    cloud_provider_key: Literal["aws"] | None = None


class ChangedAccount(Taken):
    """An access key as it shall be, the id too if that is given; without a secret, that stays what it is."""

    id: Id | None = None
    name: Name
    aws_access_key_id: Annotated[str, Field(min_length=16, max_length=128)]
    aws_secret_key: Annotated[str, Field(max_length=1024)] | None = None
    cloud_provider_key: Literal["aws"] | None = None


class VendorAccount(Given):
    """An access key without its secret."""

    id: str
    name: str
    aws_access_key_id: str
    cloud_provider_key: Literal["aws"]


class VendorAccounts(Given):
    """Every access key."""

    values: list[VendorAccount]
    size: int
