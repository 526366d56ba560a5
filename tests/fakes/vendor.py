"""An STS in memory."""

from datetime import UTC, datetime

from awsfed.broker.answers import CallerIdentity
from awsfed.errors import AwsfedError
from awsfed.model.connector import Connector
from awsfed.model.credentials import AccessKey, Credentials
from awsfed.model.identity import Identity
from awsfed.model.secret import Secret
from awsfed.outside.clock import Clock


class FakeVendor:
    """Gives credentials with a number in them, unless it is told to fail.

    Attributes:
        vended: for each call the connector, the user's name and the id of the key that signed it.
    """

    def __init__(self, clock: Clock) -> None:
        self.vended: list[tuple[str, str, str]] = []
        self.failure: AwsfedError | None = None
        self._clock = clock

    def vend(self, connector: Connector, identity: Identity, key: AccessKey) -> Credentials:
        """Vend, or fail as told."""
        if self.failure:
            raise self.failure
        self.vended.append((connector.id, identity.name, key.access_key_id))
        now = int(self._clock.now())
        life_s = connector.duration or 3600
        return Credentials(
            access_key_id=f"ASIA{len(self.vended):016}",
            secret_access_key=Secret(f"secret-{len(self.vended)}"),
            session_token=Secret(f"token-{len(self.vended)}"),
            issued_at=now,
            expires_at=now + life_s,
            expiration=datetime.fromtimestamp(now + life_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            account_id="123456789012",
        )

    def caller_identity(self, key: AccessKey, region: str) -> CallerIdentity:
        """Return whose key it is: the key's own id tells."""
        return CallerIdentity(
            account="123456789012", arn=f"arn:aws:sts::123456789012:{key.access_key_id}", user_id=region
        )

    def region_of(self, connector: Connector) -> str:
        """Return the connector's region, or one for all."""
        return connector.region or "eu-central-1"
