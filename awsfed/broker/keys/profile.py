"""An access key in a section of a credentials file."""

import configparser
from dataclasses import dataclass
from pathlib import Path

from awsfed.broker.keys.parsing import parse_access_key
from awsfed.errors import ConfigError, CorruptEntry, InvalidValue
from awsfed.model.credentials import AccessKey
from awsfed.outside.files import read_private


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileKey:
    """A section `[PROFILE]` of a file in the format of `~/.aws/credentials`."""

    name: str
    profile: str
    file: Path

    @property
    def place(self) -> str:
        """The section and the file; see the port."""
        return f"profile {self.profile!r} of {self.file}"

    def load(self) -> AccessKey | None:
        """Return the key, or None where the file or the section is missing; see the port."""
        data = read_private(self.file.resolve())
        if data is None:
            return None
        parser = configparser.RawConfigParser()
        try:
            parser.read_string(data.decode("utf-8"))
        except (configparser.Error, UnicodeDecodeError):
            raise CorruptEntry(f"{self.file} is not a credentials file that the AWS tools can read") from None
        if not parser.has_section(self.profile):
            return None
        try:
            return parse_access_key(self.name, dict(parser.items(self.profile)))
        except InvalidValue as error:
            raise ConfigError(
                f"access key {self.name!r}: profile {self.profile!r} of {self.file} {error.message}"
            ) from error
