"""Forms and queries, in the spelling of `application/x-www-form-urlencoded`.

`urllib.parse.urlencode` writes the same, and looks at each letter of what has nothing to escape in it, as nearly all
has.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote_plus

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
"""What needs no escape: the unreserved characters of RFC 3986."""


def form(fields: Mapping[str, str]) -> str:
    """Return fields in their order; raise UnicodeError for what is not text."""
    return "&".join([f"{_escaped(name)}={_escaped(value)}" for name, value in fields.items()])


def _escaped(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else quote_plus(text)
