"""A broker in memory: one user, some connectors, credentials with a number in them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from awsfed.broker.answers import (
    CallerIdentity,
    ConsolePlace,
    Explanation,
    PackageDomain,
    PackageToken,
    RegistryPassword,
    Step,
)
from awsfed.broker.interface import ConnectorSummary, Vended
from awsfed.errors import AwsfedError, LoginRequired, NotGranted
from awsfed.model.connector import ConnectorType
from awsfed.model.credentials import Credentials
from awsfed.model.identity import Identity, Session
from awsfed.model.narrowing import NOTHING, Narrowing
from awsfed.model.secret import Secret
from awsfed.outside.clock import Clock

ISSUER = "https://crowd.example.org/crowd"
HOUR = 3600


@dataclass
class FakeBroker:
    """Vends until it is told to fail, and counts."""

    clock: Clock
    life_s: int = HOUR
    granted: list[str] = field(default_factory=lambda: ["dev"])
    failure: AwsfedError | None = None
    vended: int = 0
    narrowings: list[Narrowing] = field(default_factory=list)
    fingerprint: str = "0123456789abcdef"
    issuer: str = ISSUER

    def log_in(self, name: str, password: Secret) -> Session:
        """Take any password."""
        now = int(self.clock.now())
        return Session(issuer=ISSUER, key=f"1:{name}", name=name, signed_in_at=now, ends_at=now + 12 * HOUR)

    def log_in_service(self, name: str, token: Secret) -> Session:
        """Take any token."""
        return self.log_in(name, token)

    def log_out(self, session: Session) -> None:
        """Do nothing."""

    def identity(self, session: Session) -> Identity:
        """Return the session's user, unless the session has ended."""
        if not session.is_live(self.clock.now()):
            raise LoginRequired("login required", hint="awsfed login")
        return Identity(key=session.key, name=session.name, display_name=session.name, groups=())

    def connectors(self, session: Session) -> tuple[ConnectorSummary, ...]:
        """Return what is granted."""
        return tuple(self.summary(name) for name in self.granted)

    def explain(self, session: Session, connector: str) -> Explanation:
        """Say nothing."""
        return Explanation(connector=connector, through=("group",))

    def credentials(self, session: Session, connector: str, narrowing: Narrowing = NOTHING) -> Vended:
        """Vend, or fail as told."""
        self.identity(session)
        if self.failure:
            raise self.failure
        if connector not in self.granted:
            raise NotGranted(f"no connector {connector!r}")
        self.vended += 1
        self.narrowings.append(narrowing)
        now = int(self.clock.now())
        ends = datetime.fromtimestamp(now + self.life_s, UTC)
        credentials = Credentials(
            access_key_id=f"ASIA{self.vended:016d}",
            secret_access_key=Secret(f"secret-{self.vended}"),
            session_token=Secret(f"token-{self.vended}"),
            issued_at=now,
            expires_at=now + self.life_s,
            expiration=ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
            account_id="123456789012",
        )
        return Vended(credentials=credentials, connector=self.summary(connector))

    def console_url(
        self, session: Session, connector: str, place: ConsolePlace, narrowing: Narrowing = NOTHING
    ) -> Secret:
        """Return some address."""
        return Secret(f"https://signin.example.org/{connector}")

    def diagnose(self, session: Session, connector: str) -> tuple[Step, ...]:
        """Find nothing wrong."""
        return (Step(what="AWS vends"),)

    def caller_identity(self, session: Session, connector: str) -> CallerIdentity:
        """Return some principal."""
        return CallerIdentity(account="123456789012", arn="arn:aws:sts::123456789012:x", user_id="x")

    def ecr_credentials(self, session: Session, connector: str, region: str | None) -> RegistryPassword:
        """Return some password, after the same checks as every vend."""
        expires_at = self.credentials(session, connector).credentials.issued_at + 12 * HOUR
        host = f"123456789012.dkr.ecr.{region or 'eu-central-1'}.amazonaws.com"
        return RegistryPassword(host=host, username="AWS", password=Secret(f"ecr-{self.vended}"), expires_at=expires_at)

    def codeartifact_token(self, session: Session, connector: str, domain: PackageDomain) -> PackageToken:
        """Return some token, after the same checks as every vend."""
        expires_at = self.credentials(session, connector).credentials.issued_at + 12 * HOUR
        return PackageToken(
            token=Secret(f"packages-{self.vended}"),
            expires_at=expires_at,
            owner=domain.owner or "123456789012",
            region=domain.region or "eu-central-1",
        )

    def summary(self, name: str) -> ConnectorSummary:
        """Describe a connector."""
        return ConnectorSummary(
            id=name,
            name=name,
            type=ConnectorType.ASSUME_ROLE,
            region="eu-central-1",
            fingerprint=self.fingerprint,
        )
