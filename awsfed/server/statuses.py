"""From errors to statuses, and to the one body that every failure has."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from awsfed import errors
from awsfed.broker.identity.interface import ApplicationRefused

STATUSES: dict[type[errors.AwsfedError], int] = {
    errors.ConfigError: 500,
    errors.InvalidValue: 400,
    errors.NotFound: 404,
    errors.AuthenticationError: 401,
    errors.MfaCodeRequired: 409,
    errors.AccessDenied: 403,
    errors.Unavailable: 503,
    errors.TooManyAttempts: 429,
    errors.StoreError: 500,
    errors.ProtocolError: 502,
    errors.Refused: 409,
}
_HIDDEN: dict[type[errors.AwsfedError], str] = {
    errors.ConfigError: "the broker is not set up correctly",
    errors.StoreError: "the broker cannot use its store",
    errors.ProtocolError: "the broker does not understand what it was answered",
    errors.IdentityUnavailable: "the broker cannot ask Crowd now",
    errors.CatalogueUnavailable: "the broker cannot read its connectors now",
    errors.AwsUnavailable: "the broker cannot ask AWS now",
}
"""What callers are told where the message is for whoever runs the broker; that one stands in the log."""
_RETRY_AFTER_S = 5
_UNAUTHORIZED, _UNAVAILABLE = 401, 503
_INTERNAL = 500
LOGIN_REASON = "X-Seraph-LoginReason"


class BadRequest(errors.InvalidValue):
    """A request that breaks a rule of HTTP or of our resources.

    Attributes:
        status: from 400 to 499.
        fields: what is wrong with single fields of the body, by name.
        headers: that belong to the status, such as `Allow`.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        status: int = 400,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})


def status_of(error: errors.AwsfedError) -> int:
    """Return the status of an error, by its nearest class in the table."""
    if isinstance(error, BadRequest):
        return error.status
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), _INTERNAL)


def told(error: errors.AwsfedError, *, is_administrator: bool = False) -> tuple[str, str | None]:
    """Return the message and the hint that a caller may see."""
    if error.outward is not None and not is_administrator:
        return error.outward.message, error.outward.hint
    if isinstance(error, errors.InvalidValue):
        return error.message, error.hint
    for kind, message in _HIDDEN.items():
        if isinstance(error, kind):
            return message, None
    return error.message, error.hint


def failure(error: errors.AwsfedError, request_id: str, *, is_administrator: bool = False) -> Response:
    """Return the answer that stands for an error."""
    message, hint = told(error, is_administrator=is_administrator)
    fields = error.fields if isinstance(error, BadRequest) else {}
    answer = error_answer(status_of(error), kind_of(error), message, hint, request_id, fields)
    if isinstance(error, BadRequest):
        answer.headers.update(error.headers)
    if isinstance(error, errors.TooManyAttempts):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    elif answer.status_code == _UNAVAILABLE:
        answer.headers["Retry-After"] = str(_RETRY_AFTER_S)
    if answer.status_code == _UNAUTHORIZED:
        # Never Basic: a browser would ask for the password in a window of its own, and go on sending it.
        answer.headers["WWW-Authenticate"] = 'Bearer realm="awsfed"'
    if isinstance(error, errors.LoginRefused | errors.PasswordExpired):
        answer.headers[LOGIN_REASON] = "AUTHENTICATED_FAILED"
    return answer


def error_answer(
    status: int, kind: str, message: str, hint: str | None, request_id: str, fields: Mapping[str, str] | None = None
) -> Response:
    """Return an error in the vendor's form, with what ours says besides."""
    body = {
        "errorMessages": [message],
        "errors": dict(fields or {}),
        "kind": kind,
        "hint": hint,
        "requestId": request_id,
    }
    return json_answer(body, status)


def kind_of(error: errors.AwsfedError) -> str:
    """Return the name of the nearest class in the family, which is what clients know."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == errors.__name__)


def is_ours_to_mend(error: errors.AwsfedError) -> bool:
    """Tell whether whoever runs the broker should look at an error, rather than the caller."""
    return isinstance(error, ApplicationRefused | errors.RoleRefused) or told(error)[0] != error.message


def json_answer(value: Any, status: int = 200) -> Response:
    """Return compact JSON, with the headers of the vendor's answers."""
    body = _FORM.encode(value).encode("utf-8", "replace")
    return Response(body, status, headers={"Content-Type": JSON, "Cache-Control": NO_STORE})


def no_content() -> Response:
    """Return the answer that has no body, with the headers of the vendor's answers."""
    return Response(status_code=204, headers={"Cache-Control": NO_STORE})


JSON = "application/json;charset=UTF-8"
NO_STORE = "no-cache, no-store, no-transform"
_FORM = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
