"""Moments as HTTP writes them: RFC 9110, 5.6.7. Python's own reader of dates is one for mail, and slow to load."""

import re
from datetime import UTC, datetime

from awsfed.errors import InvalidValue

_DATE = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def parse_http_date(text: object) -> float:
    """Return epoch seconds of a date in the one form that is still written; raise InvalidValue for anything else."""
    found = _DATE.fullmatch(text) if isinstance(text, str) else None
    if found is None or found[2] not in _MONTHS:
        raise InvalidValue("is not a date of HTTP")
    day, _, year, hour, minute, second = found.groups()
    month = _MONTHS.index(found[2]) + 1
    try:
        return datetime(int(year), month, int(day), int(hour), int(minute), int(second), tzinfo=UTC).timestamp()
    except ValueError:
        raise InvalidValue("is not a date of HTTP") from None
