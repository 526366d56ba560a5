"""Profile names, and the headers that they stand in."""

import re
import shlex

from awsfed.errors import InvalidValue

_PROFILE = re.compile(r"[A-Za-z0-9_/.%@:+-]{1,128}")


def parse_profile(text: object) -> str:
    """Return a profile name that every SDK finds: letters, digits and `-_/.%@:+`, at most 128.

    Raises:
        InvalidValue: it has other characters, or is `DEFAULT`, which botocore takes for defaults of all profiles.
    """
    if not isinstance(text, str) or not _PROFILE.fullmatch(text):
        raise InvalidValue("must be 1 to 128 letters, digits or any of -_/.%@:+")
    if text == "DEFAULT":
        raise InvalidValue("must not be DEFAULT in capitals: its keys would go into every profile")
    return text


def config_header(profile: str) -> str:
    """Return the header, without brackets, of a new section of the config file."""
    return profile if profile == "default" else f"profile {profile}"


def config_profile(header: str) -> str | None:
    """Return the profile that botocore finds under a header of the config file, None for any other section."""
    if header == "default":
        return header
    if not header.startswith("profile"):
        return None
    try:
        words = shlex.split(header)
    except ValueError:  # an apostrophe without its partner
        return None
    return words[1] if len(words) == 2 else None  # noqa: PLR2004 - "profile" and the name
