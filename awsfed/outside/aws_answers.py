"""What AWS answered, in our words: an answer, a refusal, or trouble that may pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from awsfed.errors import InvalidValue, RoleRefused
from awsfed.model.http_dates import parse_http_date
from awsfed.model.text import shown
from awsfed.outside.retry import Trouble, TryAgain

# Named in the AWS General Reference and in botocore's own retry handlers.
_THROTTLED = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
_PASSING = {"IDPCommunicationError", "RequestTimeout", "RequestTimeoutException", "InternalFailure"}
_FAILING_STATUS = {500, 502, 503, 504}
_TOO_MANY = 429


class AwsRefusal(RoleRefused):
    """AWS understood the request and said no.

    Attributes:
        code: the error code of AWS, such as `AccessDenied`.
        skew_s: how far this machine's clock is ahead of the server's, in seconds; None where it did not tell.
    """

    def __init__(self, message: str, *, code: str, skew_s: float | None, request_id: str | None = None) -> None:
        super().__init__(message, request_id=request_id)
        self.code = code
        self.skew_s = skew_s


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsAnswer:
    """What came back."""

    data: Mapping[str, Any]
    skew_s: float | None
    """How far this machine's clock is ahead of the server's, in seconds."""
    request_id: str | None = None
    """Under which AWS logged the call."""


def refusal(
    status: int, code: object, message: object, skew_s: float | None, request: object = None
) -> TryAgain | AwsRefusal:
    """Return the error for what AWS answered instead of a result: TryAgain where another attempt may succeed.

    Args:
        status: of HTTP.
        code: of AWS, as is the message.
        message: what it says.
        skew_s: how far this machine's clock is ahead, in seconds.
        request: under which id AWS logged the call, as it told it.
    """
    named = shown(str(code), limit=80)
    # Only its first line: below it, a signature that does not match is explained with all that was signed, the
    # session token of a temporary key included.
    said = shown(str(message).partition("\n")[0], limit=400)
    if named in _THROTTLED or status == _TOO_MANY:
        return TryAgain("AWS throttles this account", trouble=Trouble.THROTTLED, hint="try again in a minute")
    if named in _PASSING or status in _FAILING_STATUS:
        return TryAgain(f"AWS failed with {named} (status {status})", hint="try again in a minute")
    text = f"{named}: {said}" if said else named
    return AwsRefusal(text, code=named, skew_s=skew_s, request_id=request_id(request))


def skew_s(date: object, now: float) -> float | None:
    """Return how far a clock at `now` is ahead of the one that wrote a `Date` header; None where that tells nothing."""
    try:
        return now - parse_http_date(date)
    except InvalidValue:
        return None


def request_id(found: object) -> str | None:
    """Return the id of a request as AWS tells it, fit to be shown; None where it told none."""
    return shown(found, limit=80) if isinstance(found, str) and found else None
