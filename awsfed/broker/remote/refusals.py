"""What the refusals of `awsfed serve` mean: each names the kind of its error.

What names none that is known was answered by something in between, a proxy or a login page, and refuses nothing.

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
_BROKEN_THERE = (
    "AwsfedError",
    "BrokerUnavailable",
    "ConfigError",
    "CorruptEntry",
    "KeyringLocked",
    "NoKeyring",
    "NotInstalled",
    "StoreError",
    "UnsafePermissions",
    "UnwritableFile",
)
"""Kinds of what is none of ours to mend."""
_BY_KIND: Mapping[str, tuple[type[errors.AwsfedError], str | None]] = {
    **dict.fromkeys(_BROKEN_THERE, (errors.BrokerUnavailable, _TELL)),
    "AccessDenied": (errors.AccessDenied, None),
    "AuthenticationError": (errors.AuthenticationError, _SIGN_IN),
    "AwsUnavailable": (errors.AwsUnavailable, _LATER),
    "Busy": (errors.BrokerUnavailable, _LATER),
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
    "Unavailable": (errors.BrokerUnavailable, _LATER),
    "UserInactive": (errors.UserInactive, _SIGN_IN),
}
"""What the kinds mean here; TooManyAttempts has a status of its own."""
_NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")
_TOO_MANY = 429


def refusal(answer: Answer, issuer: str) -> errors.AwsfedError:
    """Return the error for an answer that is no success."""
    if is_elsewhere(answer):
        return sent_elsewhere()
    if answer.status == _TOO_MANY:
        return too_many(answer)
    body = _body(answer)
    kind = _kind(body)
    if kind is None:
        return errors.BrokerUnavailable(
            f"something between here and the broker answered with status {answer.status}",
            hint="check the network, a proxy or login page in between, and broker.url; then try again",
        )
    if kind == "LoginRequired":
        return errors.LoginRequired(f"login required for {issuer}", hint=_SIGN_IN)
    error = _error(kind, _message(body) or f"the broker refused with status {answer.status}")
    number = body.get("requestId")
    if kind == "RoleRefused" and isinstance(number, str) and _NUMBER.fullmatch(number):
        error.hint = f"{error.hint}, at request {number}"
    return error


def told(fields: object) -> errors.AwsfedError | None:
    """Return the error that stands in an answer, as a step of a diagnosis has one; None where there is none."""
    if fields is None:
        return None
    body = fields if isinstance(fields, dict) else {}
    return _error(_kind(body) or "Unavailable", _message(body) or "the broker does not say what went wrong")


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


def _kind(body: Mapping[str, Any]) -> str | None:
    """Return the kind of error that a body names, where it is a known one."""
    kind = body.get("kind")
    return kind if isinstance(kind, str) and kind in _BY_KIND else None


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
