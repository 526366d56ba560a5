"""The config file: a `credential_process` line in a section per profile."""

from dataclasses import dataclass
from pathlib import Path

from awsfed.errors import Refused
from awsfed.outside.clock import Clock
from awsfed.workstation.awsfiles import edits, own_sections
from awsfed.workstation.awsfiles.document import Document, Section
from awsfed.workstation.awsfiles.names import config_header, config_profile, parse_profile
from awsfed.workstation.awsfiles.preview import diff
from awsfed.workstation.awsfiles.shared_file import Edit, SharedFile
from awsfed.workstation.awsfiles.sources import STATIC, foreign_sources

_PROCESS = "credential_process"
_OWN = frozenset({_PROCESS, "region"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProfile:
    """A profile whose `credential_process` line we wrote."""

    profile: str
    connector: str
    command: str | None
    """None where somebody deleted the line."""


class ConfigFile:
    """The config file of one user. Its sections that are not ours are never changed."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._file = SharedFile(path, clock, kept_mode=0o777)

    def put(self, profile: str, *, connector: str, command: str, region: str | None) -> bool:
        """Write the command that AWS programs run for a profile; tell whether the file changed.

        Raises:
            InvalidValue: the profile's name or the connector's id is not one.
            Refused: the section is the user's own and has a source of credentials, programs would disagree about
                which section is the profile's, or a value cannot stand in the file.
            Busy, StoreError: as `SharedFile.change`.
        """
        return self._file.change(_put(profile, connector, command, region))

    def preview(self, profile: str, *, connector: str, command: str, region: str | None) -> str:
        """Return what `put` would change as a unified diff without secrets, empty when nothing; raises as `put`."""
        document = self._file.document()
        return diff(document, _put(profile, connector, command, region)(document), self.path)

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

    def ours(self) -> tuple[OwnProfile, ...]:
        """Return the profiles that we wrote, in the file's order. Raises Busy or StoreError when it is unreadable."""
        return _ours(self._file.document())

    def elsewhere(self, profile: str) -> list[str]:
        """Return the keys of a profile, ours among them, that send SDKs elsewhere than to the credentials file."""
        sections = _all(self._file.document(), profile)
        keys = [key for section in sections for key in foreign_sources(section, frozenset())]
        return [key for key in keys if key not in STATIC]


def _put(profile: str, connector: str, command: str, region: str | None) -> Edit:
    parse_profile(profile)
    values = {_PROCESS: command}
    if region is not None:
        values["region"] = region
    return lambda document: own_sections.put(
        document, _find(document, profile), config_header(profile), connector, values, _OWN
    )


def _ours(document: Document) -> tuple[OwnProfile, ...]:
    return tuple(
        OwnProfile(
            profile=profile,
            connector=section.marker.connector,
            command=process.value if (process := section.option(_PROCESS)) else None,
        )
        for section in document.sections
        if section.marker and (profile := config_profile(section.header))
    )


def _all(document: Document, profile: str) -> list[Section]:
    """Return what any program takes for the profile: many trim the header."""
    return [section for section in document.sections if config_profile(section.header.strip()) == profile]


def _find(document: Document, profile: str) -> Section | None:
    """Return the section of a profile; of `[default]` and `[profile default]` the second, if it comes later.

    SDKs prefer `[profile default]` wherever it stands, but botocore takes whichever comes last.
    """
    found = _all(document, profile)
    plain = {profile, f"profile {profile}"} if profile == "default" else {f"profile {profile}"}
    for section in found:
        if " ".join(section.header.replace('"', "").split()) not in plain or section.header != section.header.strip():
            raise Refused(
                f"[{section.header}] is profile {profile} for some AWS programs and not for others",
                hint=f"write it [{config_header(profile)}], or choose another name with --profile NAME",
            )
    if len(found) > 1 and (found[0].header != "default" or found[2:]):
        raise Refused(
            f"profile {profile} has several sections, and AWS programs disagree about which one counts",
            hint="join them into one section",
        )
    return found[-1] if found else None
