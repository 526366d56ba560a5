"""One name, one source of credentials: the only place that decides what may stand under a name in both files.

A section in the credentials file shadows a `credential_process` line of the same name for most SDKs, for ever; the
line wins for the others.
"""

from dataclasses import dataclass

from awsfed.errors import Refused
from awsfed.model.credentials import Credentials
from awsfed.workstation.awsfiles.config_file import ConfigFile
from awsfed.workstation.awsfiles.credentials_file import CredentialsFile

_OTHER_NAME = "choose another name with --profile NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a write changed."""

    changed: bool
    repaired: bool = False
    """Credentials that we had once written under the name were in the way and are deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFiles:
    """Both files of one user."""

    config: ConfigFile
    credentials: CredentialsFile

    def put_process(self, profile: str, *, connector: str, command: str, region: str | None) -> Written:
        """Write a `credential_process` line, and delete credentials of ours that would shadow it.

        Raises:
            Refused: the credentials file has a source of the user's own under the name; or as `ConfigFile.put`.
            InvalidValue, Busy, StoreError: as `ConfigFile.put`.
        """
        self.check_process(profile)
        changed = self.config.put(profile, connector=connector, command=command, region=region)
        return Written(changed=changed, repaired=self.credentials.remove(profile))

    def put_credentials(self, profile: str, *, connector: str, credentials: Credentials, region: str | None) -> Written:
        """Write credentials under a name that has no other source.

        Raises:
            Refused: the config file has one, ours or the user's; or as `CredentialsFile.put`.
            InvalidValue, Busy, StoreError: as `CredentialsFile.put`.
        """
        self.check_credentials(profile)
        changed = self.credentials.put(profile, connector=connector, credentials=credentials, region=region)
        try:
            self.check_credentials(profile)
        except Refused:  # somebody wrote a line meanwhile: of the two, the line renews itself
            self.credentials.remove(profile)
            raise
        return Written(changed=changed)

    def check_process(self, profile: str) -> None:
        """Raise Refused when a `credential_process` line under this name would be shadowed."""
        if keys := self.credentials.foreign_sources(profile):
            raise Refused(
                f"the credentials file has {keys[0]} for profile {profile}, and awsfed did not write it: it would win "
                "over credential_process",
                hint=f"delete that section, or {_OTHER_NAME}",
            )

    def check_credentials(self, profile: str) -> None:
        """Raise Refused when credentials under this name would be shadowed."""
        if keys := self.config.elsewhere(profile):
            raise Refused(
                f"the config file has {keys[0]} for profile {profile}, which competes with credentials",
                hint=_OTHER_NAME,
            )
