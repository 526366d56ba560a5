"""What a broker asks of AWS besides STS, answered in memory."""

from dataclasses import dataclass

from awsfed.broker.answers import ConsolePlace, PackageDomain, PackageToken, RegistryPassword
from awsfed.model.connector import Connector
from awsfed.model.credentials import AccessKey, Credentials
from awsfed.model.secret import Secret
from awsfed.outside.clock import Clock

LIFE_S = 12 * 3600


@dataclass(frozen=True)
class FakeRegistries:
    """ECR of one account."""

    clock: Clock

    def password(self, _connector: Connector, _key: AccessKey, region: str) -> RegistryPassword:
        """Return a password for a region."""
        return RegistryPassword(
            host=f"123456789012.dkr.ecr.{region}.amazonaws.com",
            username="AWS",
            password=Secret("ecr-password"),
            expires_at=int(self.clock.now()) + LIFE_S,
        )


@dataclass(frozen=True)
class FakePackages:
    """CodeArtifact, in which every domain is there."""

    clock: Clock

    def token(self, _connector: Connector, _key: AccessKey, domain: PackageDomain) -> PackageToken:
        """Return a token for a domain."""
        assert domain.region
        return PackageToken(
            token=Secret(f"token-of-{domain.name}"),
            expires_at=int(self.clock.now()) + LIFE_S,
            owner=domain.owner,
            region=domain.region,
        )


class FakeConsole:
    """The sign-in of the console."""

    def check(self, connector: Connector, place: ConsolePlace) -> None:
        """Find every connector and place right."""

    def url(self, _connector: Connector, credentials: Credentials, _key: AccessKey, _place: ConsolePlace) -> Secret:
        """Return an address that is good for some credentials."""
        return Secret(f"https://signin.aws.amazon.com/federation?SigninToken=of-{credentials.access_key_id}")
