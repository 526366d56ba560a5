"""Forms and queries, in the spelling of `application/x-www-form-urlencoded`.

`urllib.parse.urlencode` writes the same, and looks at each letter of what has nothing to escape in it, as nearly all
has.
"""

from collections.abc import Mapping
from urllib.parse import quote_plus


def form(fields: Mapping[str, str]) -> str:
    """Return fields in their order; raise UnicodeError for what is not text."""
    return "&".join([f"{_escaped(name)}={_escaped(value)}" for name, value in fields.items()])


def _escaped(text: str) -> str:
    return text if text.isascii() and text.isalnum() else quote_plus(text)
