"""Moments that a broker names, on its own clock and in several spellings; what comes out is on this machine's clock."""

from datetime import UTC, datetime

from awsfed.broker.remote.fields import Fields, wrong
from awsfed.errors import InvalidValue
from awsfed.model.http_dates import parse_http_date
from awsfed.outside.http_reading import Answer

_MILLISECONDS_FROM = 100_000_000_000
"""As seconds this is thousands of years ahead, as milliseconds long past: no moment can be meant in both ways."""
_NOTABLE_SKEW_S = 60
_LIMIT = 253_402_300_799
"""The last second of the year 9999."""


def parse_moment(value: object) -> int:
    """Return epoch seconds of a number of seconds or milliseconds, of the same as text, or of an ISO 8601 text.

    Raises:
        InvalidValue: it is none of these.
    """
    seconds = _number(value) if isinstance(value, (int, float)) else _of_text(value)
    if seconds is None or not 0 <= seconds <= _LIMIT:
        raise InvalidValue("is not a moment")
    return int(seconds)


def _number(value: float) -> float | None:
    if isinstance(value, bool) or not 0 <= value <= _LIMIT * 1000:  # nor is it, where it is no number
        return None
    return value / 1000 if value >= _MILLISECONDS_FROM else value


def _of_text(value: object) -> float | None:
    if not isinstance(value, str) or len(value) > 40 or not value.isascii():  # noqa: PLR2004 - longer than any of them
        return None
    try:
        if value.isdigit():
            return _number(int(value))
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def skew_s(answer: Answer, now: float) -> int:
    """Return by how many seconds this machine's clock is ahead of the broker's; 0 for less than a minute."""
    try:
        skew = now - parse_http_date(answer.headers.get("date"))
    except InvalidValue:
        return 0
    return round(skew) if abs(skew) > _NOTABLE_SKEW_S else 0


def end(fields: Fields, name: str, answer: Answer, *, now: float, longest_s: int) -> int:
    """Return when something ends, on this machine's clock; raise ProtocolError where that is past or too far ahead."""
    try:
        moment = parse_moment(fields.get(name)) + skew_s(answer, now)
    except InvalidValue:
        raise wrong(name) from None
    if not now < moment <= now + longest_s:
        raise wrong(name)
    return moment


def rfc3339(moment: int) -> str:
    """Return a moment as an answer of credential_process has it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
