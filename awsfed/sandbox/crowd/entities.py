"""What the directory holds: users, groups, the calling application and the server's own settings."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal
from uuid import UUID, uuid5

_NAMES = UUID("6f7f1d2e-6a0b-4c39-9a63-1a4e0c1f8f55")
FOUNDED_MS = 1_704_067_200_000

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Auth = Literal["basic", "client_credentials", "both"]
UnknownUserGroups = Literal["not-found", "empty"]


def folded(name: str) -> str:
    """The form in which names are compared: lower case, as in Java, so that `ß` and `SS` stay two names."""
    return name.lower()


def derived_uuid(name: str, generation: int = 0) -> str:
    """The same name and generation give the same uuid in every run."""
    return str(uuid5(_NAMES, f"{folded(name)}/{generation}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One person; `groups` holds direct memberships only."""

    name: str
    key: str
    password: str = field(repr=False)
    first_name: str = ""
    last_name: str = ""
    display_name: str = ""
    email: str = ""
    active: bool = True
    expired: bool = False
    groups: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    invalid_attempts: int = 0
    created_ms: int = FOUNDED_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group; `groups` holds the groups it is a direct member of."""

    name: str
    description: str = ""
    active: bool = True
    groups: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The application that calls, how it proves itself and from where it may call."""

    name: str
    password: str = field(repr=False)
    auth: Auth = "both"
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    allowed_addresses: tuple[Network, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    allowed_groups: tuple[str, ...] = ()
    lower_case_output: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Settings of the server itself and of its one directory."""

    version: str = "Crowd/7.2.2"
    session_timeout_s: int = 1800
    token_timeout_s: int = 3600
    expired_status: int = 403
    unknown_user_groups: UnknownUserGroups = "not-found"
    cookie_domain: str = ""
    cookie_name: str = "crowd.token_key"
    cookie_secure: bool = False
    directory_id: int = 32769
    password_max_attempts: int = 0
