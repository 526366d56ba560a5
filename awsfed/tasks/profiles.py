"""Profiles in the credentials file."""

from dataclasses import dataclass

from awsfed.errors import Refused
from awsfed.workstation.awsfiles.names import parse_profile
from awsfed.workstation.awsfiles.shadowing import ProfileFiles
from awsfed.workstation.credentials import Obtained
from awsfed.workstation.known import KnownStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """Writes, shows and removes them."""

    files: ProfileFiles
    known: KnownStore
    issuer: str

    def check(self, profile: str) -> None:
        """Raise InvalidValue or Refused when credentials could not stand under a name; asked before any are vended."""
        parse_profile(profile)
        self.files.check_credentials(profile)
        if keys := self.files.credentials.foreign_sources(profile):
            raise Refused(
                f"[{profile}] of the credentials file already has {keys[0]}, and awsfed did not write it",
                hint="choose another name with --profile NAME",
            )

    def write(self, profile: str, connector: str, obtained: Obtained) -> None:
        """Write credentials; raise Refused or StoreError when that cannot be, LoginRequired after a sign-out."""

        def write() -> None:
            self.files.put_credentials(
                profile, connector=connector, credentials=obtained.credentials, region=obtained.region
            )

        self.known.remember_profile(self.issuer, obtained.subject, profile, write)

    def preview(self, profile: str, connector: str, obtained: Obtained) -> str:
        """Return what `write` would change, secrets hidden."""
        return self.files.credentials.preview_put(
            profile, connector=connector, credentials=obtained.credentials, region=obtained.region
        )

    def remove(self, profiles: tuple[str, ...]) -> tuple[str, ...]:
        """Remove profiles that awsfed wrote, all of them where none is named; return those removed."""
        if not profiles:
            return self.files.credentials.remove_all()
        return tuple(profile for profile in profiles if self.files.credentials.remove(profile))

    def withdraw(self, connector: str) -> None:
        """Remove every profile that was written for a connector of this issuer."""
        known = self.known.load(self.issuer)
        written = known.profiles if known else ()
        for own in self.files.credentials.ours():
            if own.connector == connector and own.profile in written:
                self.files.credentials.remove(own.profile)
