"""What the refusals of `awsfed serve` mean: the kind of the error first, the status second.

A message of a broker is shown with everything taken out that a terminal could act on. Its hints are not shown: what
to type next is said by this program alone.
"""

import re
from collections.abc import Mapping
from typing import Any

from awsfed import errors
from awsfed.broker.remote.exchange import is_elsewhere, is_json, parse_object, retry_after_s
from awsfed.model.text import shown
from awsfed.outside.http_reading import Answer

_LIMIT = 300
_SIGN_IN = "awsfed login"
_LATER = "try again in a minute"
_TELL = "tell whoever runs the broker, whose log says more"
_USUAL_WAIT_S = 60
_BY_KIND: Mapping[str, tuple[type[errors.AwsfedError], str | None]] = {
    "AccessDenied": (errors.AccessDenied, None),
    "AuthenticationError": (errors.AuthenticationError, _SIGN_IN),
    "AwsUnavailable": (errors.AwsUnavailable, _LATER),
    "Busy": (errors.BrokerUnavailable, _LATER),
    "ConfigError": (errors.BrokerUnavailable, _TELL),
    "CatalogueUnavailable": (errors.CatalogueUnavailable, _LATER),
    "IdentityUnavailable": (errors.IdentityUnavailable, _LATER),
    "InvalidValue": (errors.InvalidValue, None),
    "LoginRefused": (errors.LoginRefused, errors.CHECK_LOGIN),
    "LoginRequired": (errors.LoginRequired, _SIGN_IN),
    "MfaCodeRequired": (errors.Refused, "ask whoever runs the broker for a connector without an MFA device"),
    "NotFound": (errors.NotFound, None),
    "NotGranted": (errors.NotGranted, "awsfed connectors"),
    "PasswordExpired": (errors.PasswordExpired, "set a new password in Crowd, then: awsfed login"),
    "ProtocolError": (errors.ProtocolError, None),
    "Refused": (errors.Refused, None),
    "RoleRefused": (errors.RoleRefused, "whoever looks after the broker finds the reason in its log"),
    "StoreError": (errors.BrokerUnavailable, _TELL),
    "Unavailable": (errors.BrokerUnavailable, _LATER),
    "UserInactive": (errors.UserInactive, _SIGN_IN),
}
"""Kinds that mean the same here as there; a store or settings that are broken there are none of ours to mend."""
_BY_STATUS: Mapping[int, str] = {
    400: "Refused",
    401: "LoginRequired",
    403: "AccessDenied",
    404: "NotFound",
    409: "Refused",
    502: "ProtocolError",
}
_NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")
_TOO_MANY = 429
_FAILED = 500


def refusal(answer: Answer, issuer: str) -> errors.AwsfedError:
    """Return the error for an answer that is no success."""
    if is_elsewhere(answer):
        return sent_elsewhere()
    body = _body(answer)
    if answer.status == _TOO_MANY:
        return too_many(answer)
    fallback = _BY_STATUS.get(answer.status, "Unavailable" if answer.status >= _FAILED else "ProtocolError")
    kind = body.get("kind")
    known = kind if isinstance(kind, str) and kind in _BY_KIND else fallback
    if known == "LoginRequired":
        return errors.LoginRequired(f"login required for {issuer}", hint=_SIGN_IN)
    error = _error(known, _message(body) or f"the broker refused with status {answer.status}")
    number = body.get("requestId")
    if known == "RoleRefused" and isinstance(number, str) and _NUMBER.fullmatch(number):
        error.hint = f"{error.hint}, at request {number}"
    return error


def told(fields: object) -> errors.AwsfedError | None:
    """Return the error that stands in an answer, as a step of a diagnosis has one; None where there is none."""
    if fields is None:
        return None
    body = fields if isinstance(fields, dict) else {}
    kind = body.get("kind")
    known = kind if isinstance(kind, str) and kind in _BY_KIND else "Unavailable"
    return _error(known, _message(body) or "the broker does not say what went wrong")


def too_many(answer: Answer) -> errors.TooManyAttempts:
    """Return the error for a broker that will not be asked for a while."""
    wait_s = retry_after_s(answer) or _USUAL_WAIT_S
    return errors.TooManyAttempts("the broker was asked too often", hint=f"try again in {wait_s} s", wait_s=wait_s)


def sent_elsewhere() -> errors.ProtocolError:
    """Return the error for a broker that answers with a redirect; where it leads is not repeated."""
    return errors.ProtocolError(
        "the broker sends us to another address, and awsfed asks no other than the one it was given",
        hint="check broker.url: https, the right host, and its context path",
    )


def message_of(answer: Answer) -> str | None:
    """Return what a refusal says, fit to be shown."""
    return _message(_body(answer))


def _error(kind: str, message: str) -> errors.AwsfedError:
    made, hint = _BY_KIND[kind]
    return made(message, hint=hint)


def _body(answer: Answer) -> dict[str, Any]:
    try:
        return parse_object(answer) if is_json(answer) else {}
    except errors.ProtocolError:
        return {}


def _message(body: Mapping[str, Any]) -> str | None:
    messages = body.get("errorMessages")
    first = messages[0] if isinstance(messages, list) and messages else None
    return shown(first.strip(), limit=_LIMIT) or None if isinstance(first, str) else None
