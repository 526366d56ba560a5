"""The Broker port: what the workstation knows of whoever decides and vends."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from awsfed.model.credentials import Credentials
from awsfed.model.narrowing import NOTHING, Narrowing

if TYPE_CHECKING:
    from awsfed.broker.answers import (
        CallerIdentity,
        ConsolePlace,
        Explanation,
        PackageDomain,
        PackageToken,
        RegistryPassword,
        Step,
    )
    from awsfed.model.connector import ConnectorType
    from awsfed.model.identity import Identity, Session
    from awsfed.model.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorSummary:
    """What a user may know of a connector that is granted to them."""

    id: str
    name: str
    type: "ConnectorType"
    region: str | None
    fingerprint: str
    """Changes whenever the definition does; says nothing else about it."""
    role_arn: str | None = None
    duration: int | None = None
    """Seconds; None where it is left to AWS or not told."""
    groups: tuple[str, ...] | None = None
    """Those that open it; None where they are not told."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vended:
    """Credentials, and the connector as it was when they were made."""

    credentials: Credentials
    connector: ConnectorSummary


class Broker(Protocol):
    """Logs people in, lists what their groups allow, and vends it.

    Every verb after `log_in` asks the directory again and raises `LoginRequired` when the session has ended,
    `UserInactive` when its user was switched off, `NotGranted` for connectors that are unknown or not allowed alike,
    and some `Unavailable` when whoever must be asked cannot be.
    """

    @property
    def issuer(self) -> str:
        """The origin that sessions of this broker belong to."""

    def log_in(self, name: str, password: "Secret") -> "Session":
        """Check a password, exactly once, and return a session; raise LoginRefused or PasswordExpired."""

    def log_in_service(self, name: str, token: "Secret") -> "Session":
        """Check the token of a service principal and return a session; raise LoginRefused."""

    def log_out(self, session: "Session") -> None:
        """End a session, as far as anybody but this machine keeps it."""

    def identity(self, session: "Session") -> "Identity":
        """Return who the session's user is right now."""

    def connectors(self, session: "Session") -> tuple[ConnectorSummary, ...]:
        """Return what is granted to the session's user, in the catalogue's order."""

    def explain(self, session: "Session", connector: str) -> "Explanation":
        """Return which groups open a connector; raise NotGranted where nothing may be said."""

    def credentials(self, session: "Session", connector: str, narrowing: Narrowing = NOTHING) -> Vended:
        """Vend new credentials that do no more than `narrowing` allows; raise RoleRefused when AWS does not want to."""

    def console_url(
        self, session: "Session", connector: str, place: "ConsolePlace", narrowing: Narrowing = NOTHING
    ) -> "Secret":
        """Return a URL that signs whoever opens it into the console, within 15 minutes."""

    def diagnose(self, session: "Session", connector: str) -> "tuple[Step, ...]":
        """Try a connector part by part; the last step is the one that failed, or what AWS vends."""

    def caller_identity(self, session: "Session", connector: str) -> "CallerIdentity":
        """Return what AWS takes new credentials of a connector for."""

    def ecr_credentials(self, session: "Session", connector: str, region: str | None) -> "RegistryPassword":
        """Return what opens the registries of a region, the connector's where None; it is good for 12 hours.

        Revoking a connector does not end a password that was given out. Raise Refused where it is not offered.
        """

    def codeartifact_token(self, session: "Session", connector: str, domain: "PackageDomain") -> "PackageToken":
        """Return what opens a domain of packages; as with ECR, it may outlive the credentials it is made with."""
