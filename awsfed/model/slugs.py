"""The ids of connectors and access keys: safe in files, paths, lines, headers and command lines alike."""

import re

from awsfed.errors import InvalidValue

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def parse_slug(text: object) -> str:
    """Return a slug: a letter or digit, then up to 63 letters, digits, dots, underscores and hyphens (ASCII).

    Raises:
        InvalidValue: it is not one.
    """
    if not isinstance(text, str) or not _SLUG.fullmatch(text):
        raise InvalidValue("must be 1 to 64 letters, digits, '.', '_' or '-', and start with a letter or digit")
    return text


def closest(text: str, known: list[str]) -> str | None:
    """Return the known name that was probably meant, or None."""
    import difflib

    folded = {name.casefold(): name for name in known}
    matches = difflib.get_close_matches(text.casefold(), list(folded), n=1)
    return folded[matches[0]] if matches else None
