"""The port to STS, in our words."""

from typing import Protocol

from awsfed.broker.answers import CallerIdentity
from awsfed.model.connector import Connector
from awsfed.model.credentials import AccessKey, Credentials
from awsfed.model.identity import Identity


class Vendor(Protocol):
    """Turns a long-term key into temporary credentials."""

    def vend(self, connector: Connector, identity: Identity, key: AccessKey) -> Credentials:
        """Make the connector's call in the name of a user.

        Raises:
            MfaCodeRequired: the connector names an MFA device, and nobody is there to tell its code.
            Refused: AWS would not, because the key is temporary, or not that of this machine's role.
            RoleRefused: AWS does not want to; the hint says what is probably missing.
            AwsUnavailable: it could not be asked, all retries included.
            ProtocolError: its answer lacks something.
        """

    def caller_identity(self, key: AccessKey, region: str) -> CallerIdentity:
        """Return what AWS takes a key for; the same errors."""

    def region_of(self, connector: Connector) -> str:
        """Return the region in which a connector's calls are made."""
