"""The credentials file: temporary credentials in a section per profile."""

from dataclasses import dataclass
from pathlib import Path

from awsfed.errors import Refused
from awsfed.model.credentials import Credentials
from awsfed.outside.clock import Clock
from awsfed.workstation.awsfiles import edits, own_sections
from awsfed.workstation.awsfiles.document import Document, Section
from awsfed.workstation.awsfiles.names import parse_profile
from awsfed.workstation.awsfiles.preview import diff
from awsfed.workstation.awsfiles.shared_file import Edit, SharedFile
from awsfed.workstation.awsfiles.sources import STATIC, foreign_sources

_EXPIRES = "x_security_token_expires"
_STALE = "aws_security_token"
"""Written by older tools; botocore prefers it to the session token."""
_OWN = STATIC | {_EXPIRES, "region"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSection:
    """A profile whose credentials we wrote."""

    profile: str
    connector: str
    expires_at: str | None
    """What the file says about it, RFC 3339; None where somebody deleted that line."""


class CredentialsFile:
    """The credentials file of one user. Its sections that are not ours are never changed."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._file = SharedFile(path, clock, kept_mode=0o600)

    def put(self, profile: str, *, connector: str, credentials: Credentials, region: str | None) -> bool:
        """Write credentials under a profile; tell whether the file changed.

        Raises:
            InvalidValue: the profile's name or the connector's id is not one.
            Refused: the section is the user's own and has credentials or another source of them, programs would
                disagree about its header, or a value cannot stand in the file.
            Busy, StoreError: as `SharedFile.change`.
        """
        return self._file.change(_put(profile, connector, credentials, region))

    def preview_put(self, profile: str, *, connector: str, credentials: Credentials, region: str | None) -> str:
        """Return what `put` would change as a unified diff without secrets, empty when nothing; raises as `put`."""
        document = self._file.document()
        return diff(document, _put(profile, connector, credentials, region)(document), self.path)

    def remove(self, profile: str) -> bool:
        """Delete our lines of one profile; tell whether there were any. Raises Busy or StoreError as `put`."""
        return self._file.change(lambda document: edits.take_out(document, _all(document, profile), _OWN))

    def remove_all(self) -> tuple[str, ...]:
        """Delete our lines everywhere; return the profiles they were for. Raises Busy or StoreError as `put`."""
        profiles: tuple[str, ...] = ()

        def edit(document: Document) -> bytes:
            nonlocal profiles
            profiles = profiles or tuple(own.profile for own in _ours(document))
            return edits.take_out(document, document.sections, _OWN)

        self._file.change(edit)
        return profiles

    def ours(self) -> tuple[OwnSection, ...]:
        """Return the profiles that we wrote, in the file's order. Raises Busy or StoreError when it is unreadable."""
        return _ours(self._file.document())

    def foreign_sources(self, profile: str) -> list[str]:
        """Return the keys under a name, not written by us, that say where its credentials come from."""
        return [key for section in _all(self._file.document(), profile) for key in foreign_sources(section, _OWN)]


def _put(profile: str, connector: str, credentials: Credentials, region: str | None) -> Edit:
    parse_profile(profile)
    values = {
        "aws_access_key_id": credentials.access_key_id,
        "aws_secret_access_key": credentials.secret_access_key.reveal(),
        "aws_session_token": credentials.session_token.reveal(),
        _EXPIRES: credentials.expiration,
    }
    if region is not None:
        values["region"] = region
    return lambda document: own_sections.put(
        document, _find(document, profile), profile, connector, values, _OWN, drop=(_STALE,)
    )


def _ours(document: Document) -> tuple[OwnSection, ...]:
    return tuple(
        OwnSection(
            profile=section.header,
            connector=section.marker.connector,
            expires_at=expires.value if (expires := section.option(_EXPIRES)) else None,
        )
        for section in document.sections
        if section.marker
    )


def _all(document: Document, profile: str) -> list[Section]:
    """Return what any program takes for the profile: many trim the header."""
    return [section for section in document.sections if section.header.strip() == profile]


def _find(document: Document, profile: str) -> Section | None:
    found = _all(document, profile)
    if any(section.header != profile for section in found):
        raise Refused(
            f"the header of profile {profile} has spaces inside its brackets, which some AWS programs ignore and "
            "others do not",
            hint=f"write it [{profile}], or choose another name with --profile NAME",
        )
    return found[0] if found else None
