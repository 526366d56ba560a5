"""The ids of connectors and access keys: safe in files, paths, lines, headers and command lines alike."""

import re
import unicodedata

from awsfed.errors import InvalidValue

SLUG_LIMIT = 64
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def parse_slug(text: object) -> str:
    """Return a slug: a letter or digit, then up to 63 letters, digits, dots, underscores and hyphens (ASCII).

    Raises:
        InvalidValue: it is not one.
    """
    if not isinstance(text, str) or not _SLUG.fullmatch(text):
        raise InvalidValue("must be 1 to 64 letters, digits, '.', '_' or '-', and start with a letter or digit")
    return text


def slug_from(name: str) -> str:
    """Return the slug that reads most like a name, in lower case; empty where nothing of it can stay."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9._-]+", "-", plain).strip("._-")[:SLUG_LIMIT].rstrip("._-")


def closest(text: str, known: list[str], likeness: float = 0.6) -> str | None:
    """Return the known name that was probably meant, or None where none is so much like it, from 0 to 1."""
    import difflib

    folded = {name.casefold(): name for name in known}
    matches = difflib.get_close_matches(text.casefold(), list(folded), n=1, cutoff=likeness)
    return folded[matches[0]] if matches else None
