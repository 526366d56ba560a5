"""The session cookies of a host: read from its answers, kept as text, and sent to the same host again."""

import re
from collections.abc import Iterable

from awsfed.outside.http_reading import Answer

_COOKIE = re.compile(
    r"(?P<name>[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128})="
    r"(?P<value>\"[^\";,\\\s]{0,4096}\"|[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{0,4096})\s*(?:;|\Z)"
)
_GONE = re.compile(r";\s*(max-age=(0|-\d+)\s*(;|\Z)|expires=[^;]*\b1970\b)", re.IGNORECASE)
_MOST = 20
_LIMIT = 8192


def cookies_of(answers: Iterable[Answer]) -> str:
    """Return the cookies that answers set, later ones over earlier, as a `Cookie` header; empty where there are none.

    Cookies that would not fit into a request are left out, and so are those that are set to be deleted.
    """
    jar: dict[str, str] = {}
    for line in (line for answer in answers for line in answer.set_cookies):
        if found := _COOKIE.match(line):
            jar.pop(found["name"], None)
            if found["value"].isascii() and found["value"] and not _GONE.search(line):
                jar[found["name"]] = found["value"]
    pairs = [f"{name}={value}" for name, value in jar.items()][:_MOST]
    while sum(map(len, pairs)) + 2 * len(pairs) > _LIMIT:
        pairs.pop()
    return "; ".join(pairs)
