"""What a broker says and gives besides credentials, and where somebody wants to go with them."""

import re
from dataclasses import dataclass

from awsfed.errors import AwsfedError, InvalidValue
from awsfed.model.secret import Secret

_DOMAIN = re.compile(r"[a-z][a-z0-9-]{0,48}[a-z0-9]", re.ASCII)
_OWNER = re.compile(r"\d{12}", re.ASCII)
_SHORTEST_TOKEN_S, _LONGEST_TOKEN_S = 900, 43_200


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why somebody may use a connector, or why not where that may be said."""

    connector: str
    through: tuple[str, ...]
    """Own groups that open it; none means it stays closed."""
    missing: tuple[str, ...] = ()
    """Groups of which any one would open it; told to administrators and in direct mode only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was tried to find out what keeps a connector from vending."""

    what: str
    detail: str = ""
    error: AwsfedError | None = None
    """Why it failed; nothing was tried after it."""
    is_about_key: bool = False
    """Whether the detail is about the access key, which is nothing for whoever merely uses the connector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerIdentity:
    """What STS answers to GetCallerIdentity."""

    account: str
    arn: str
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePlace:
    """Where in the console to arrive: a service such as `s3`, a region; None for its home and AWS's choice."""

    service: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryPassword:
    """What a container tool signs in to ECR with."""

    host: str
    """The registry of the account; the password opens others of the region too, where policies allow it."""
    username: str
    password: Secret
    expires_at: int
    """Epoch seconds; it outlives the credentials that it was made with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageDomain:
    """Packages of CodeArtifact, and for how long they are wanted."""

    name: str
    owner: str | None = None
    """The account it belongs to; None means that of the credentials."""
    region: str | None = None
    """None means the connector's."""
    duration: int | None = None
    """Seconds from 900 to 43200; 0 ends the token together with the credentials; None leaves it to AWS."""

    def check(self) -> None:
        """Raise InvalidValue where the name, the owner or the duration cannot be one."""
        if not _DOMAIN.fullmatch(self.name):
            raise InvalidValue(
                f"{self.name!r} is not the name of a CodeArtifact domain: small letters, digits and hyphens"
            )
        if self.owner is not None and not _OWNER.fullmatch(self.owner):
            raise InvalidValue(f"{self.owner!r} is not an AWS account of 12 digits")
        if self.duration and not _SHORTEST_TOKEN_S <= self.duration <= _LONGEST_TOKEN_S:
            raise InvalidValue(
                f"a CodeArtifact token lives from {_SHORTEST_TOKEN_S} to {_LONGEST_TOKEN_S} seconds; "
                "with 0, as long as the credentials"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageToken:
    """What a package tool signs in to CodeArtifact with, and where the domain is."""

    token: Secret
    expires_at: int
    owner: str | None
    """The account of the domain; None where nobody named it whose word counts."""
    region: str
