"""The bodies, exactly: what is taken, and what is answered. Unknown members of a request are refused."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Text = Annotated[str, Field(max_length=1024)]
Name = Annotated[str, Field(min_length=1, max_length=1024)]
Id = Annotated[str, Field(min_length=1, max_length=64)]
Long = Annotated[str, Field(max_length=16_384)]
ConnectorKind = Literal["ASSUME_ROLE", "FEDERATION_TOKEN", "SESSION_TOKEN", "PROVIDED"]


class Taken(BaseModel):
    """A body of a request."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, alias_generator=to_camel, hide_input_in_errors=True
    )


class Given(BaseModel):
    """A body of an answer."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel)


class Failure(Given):
    """What every failure says."""

    error_messages: list[str]
    errors: dict[str, str]
    kind: str
    hint: str | None
    request_id: str


class Health(Given):
    """A process that runs."""

    status: Literal["ok"]


class Readiness(Given):
    """Whether each part can be used."""

    status: Literal["ok", "unavailable"]
    store: Literal["ok", "unavailable"]
    crowd: Literal["ok", "unavailable"]


class Nothing(Taken):
    """An object without members."""


class Status(Given):
    """How a client recognises this server."""

    awsfed: Literal[1]
    version: str


class SignIn(Taken):
    """A person's name and password, or the name and token of a service."""

    name: Text | None = None
    password: Annotated[str, Field(max_length=4096)] | None = Field(default=None, repr=False)
    service: Text | None = None
    token: Annotated[str, Field(max_length=4096)] | None = Field(default=None, repr=False)
    cookie: bool = False


class NewSession(Given):
    """A session that was made; without the token where it is in a cookie."""

    token: str | None = None
    key: str
    name: str
    signed_in_at: int
    ends_at: int


class ThisSession(Given):
    """Who is signed in, as the directory sees them now."""

    key: str
    name: str
    display_name: str
    groups: list[str]
    is_administrator: bool
    signed_in_at: int
    ends_at: int


class Narrowing(Taken):
    """What credentials shall not be able to do, though their connector is."""

    policy: Long | None = None
    policy_arns: Annotated[list[Text], Field(max_length=10)] | None = None
    read_only: bool = False
    region_lock: Annotated[list[Id], Field(max_length=50)] | None = None
    duration: Annotated[int, Field(ge=900, le=129_600)] | None = None


class Wanted(Taken):
    """A wish for credentials."""

    narrowing: Narrowing | None = None


class WantedConsole(Taken):
    """A wish for the console."""

    service: Annotated[str, Field(max_length=64)] | None = None
    region: Annotated[str, Field(max_length=64)] | None = None
    narrowing: Narrowing | None = None


class WantedRegistry(Taken):
    """A wish for a password of ECR."""

    region: Annotated[str, Field(max_length=64)] | None = None


class WantedPackages(Taken):
    """A wish for a token of CodeArtifact."""

    domain: Annotated[str, Field(min_length=1, max_length=50)]
    owner: Annotated[str, Field(pattern="^[0-9]{12}$")] | None = None
    region: Annotated[str, Field(max_length=64)] | None = None
    duration: Annotated[int, Field(ge=0, le=43_200)] | None = None


class Ticket(Taken):
    """A ticket, to be exchanged."""

    ticket: Annotated[str, Field(min_length=1, max_length=128)]


class Summary(Given):
    """A connector that is granted; the role and the groups are shown to administrators only."""

    id: str
    name: str
    type: ConnectorKind
    region: str | None
    fingerprint: str
    duration: int | None
    role_arn: str | None = None
    groups: list[str] | None = None


class Summaries(Given):
    """What is granted."""

    values: list[Summary]
    size: int


class Explanation(Given):
    """Which groups open a connector."""

    connector: str
    through: list[str]
    missing: list[str]


class Credentials(Given):
    """Temporary credentials."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expiration: int
    principal_arn: str | None
    account_id: str | None
    packed_policy_percent: int | None
    connector: Summary


class StepFailure(Given):
    """Why a step failed."""

    error_messages: list[str]
    kind: str
    hint: str | None


class Step(Given):
    """One part of a connector that was tried."""

    what: str
    detail: str
    error: StepFailure | None


class Diagnosis(Given):
    """What was tried; the last step is the one that failed, if one did."""

    steps: list[Step]


class CallerIdentity(Given):
    """What AWS takes credentials for."""

    account: str
    arn: str
    user_id: str


class RegistryPassword(Given):
    """What a container tool signs in to ECR with."""

    host: str
    username: str
    password: str
    expires_at: int


class PackageToken(Given):
    """What a package tool signs in to CodeArtifact with."""

    token: str
    expires_at: int
    owner: str | None
    region: str


class Place(Given):
    """A URL to go to."""

    url: str
