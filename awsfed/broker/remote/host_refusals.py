"""What the refusals of Bamboo, Jira or Bitbucket and of the vendor's app on it mean: their headers first."""

from collections.abc import Mapping
from dataclasses import dataclass

from awsfed import errors
from awsfed.broker.remote import refusals
from awsfed.broker.remote.exchange import is_elsewhere
from awsfed.broker.remote.typed import not_granted
from awsfed.outside.http_reading import Answer

_REASON = "x-seraph-loginreason"
_WHO = "x-ausername"
_NOBODY = "anonymous"
_CAPTCHA = "AUTHENTICATION_DENIED"
_FAILED = "AUTHENTICATED_FAILED"
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY, _BROKEN = 401, 403, 404, 429, 500
_BY_STATUS: Mapping[int, type[errors.AwsfedError]] = {
    400: errors.Refused,
    403: errors.AccessDenied,
    404: errors.NotFound,
    409: errors.Refused,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked, for the message about its refusal."""

    issuer: str
    connector: str | None = None
    is_made: bool = False
    """Whether something was to be made with the connector, so that AWS may have refused it as well."""
    with_token: bool = False
    """Whether a personal access token was shown, and no session."""


def is_of_host(answer: Answer) -> bool:
    """Tell whether Bamboo, Jira or Bitbucket answered, which say who asked; some want a login for whatever it is."""
    return not {_REASON, _WHO}.isdisjoint(answer.headers)


def reason_of(answer: Answer) -> str:
    """Return what the host says about the login of a request: `OK`, a refusal, or nothing."""
    return answer.headers.get(_REASON, "").partition(",")[0].strip().upper()


def is_turned_away(answer: Answer) -> bool:
    """Tell whether the host refused the login itself, whatever the status says."""
    return reason_of(answer) in {_CAPTCHA, _FAILED}


def sign_in_refusal(answer: Answer, asked: Asked) -> errors.AwsfedError:
    """Return the error for a login that was not accepted."""
    if reason_of(answer) == _CAPTCHA:
        return _captcha(asked)
    if is_turned_away(answer) or answer.status in {_UNAUTHORIZED, _FORBIDDEN}:
        if asked.with_token:
            message, hint = (
                f"the access token is not accepted at {asked.issuer}",
                "make a new one in your profile there: awsfed login --access-token",
            )
            return errors.LoginRefused(message, hint=hint)
        return errors.LoginRefused(f"user name or password not accepted at {asked.issuer}", hint=errors.CHECK_LOGIN)
    return _other(answer, asked)


def refusal(answer: Answer, asked: Asked) -> errors.AwsfedError:
    """Return the error for an answer that is no success, to a request of somebody who had signed in."""
    if reason_of(answer) == _CAPTCHA:
        return _captcha(asked)
    if answer.status == _UNAUTHORIZED or (answer.status == _FORBIDDEN and not _is_known(answer)):
        return _ended(asked)
    if asked.connector and answer.status in ({_NOT_FOUND} if asked.is_made else {_FORBIDDEN, _NOT_FOUND}):
        return not_granted(asked.connector)
    return _other(answer, asked)


def _is_known(answer: Answer) -> bool:
    """Tell whether the host knew who was asking; an ended session makes a request of nobody."""
    who = answer.headers.get(_WHO, "").strip().lower()
    return reason_of(answer) == "OK" or who not in {"", _NOBODY}


def _ended(asked: Asked) -> errors.LoginRequired:
    if asked.with_token:
        message, hint = f"the access token is not accepted at {asked.issuer} any more", "awsfed login --access-token"
        return errors.LoginRequired(message, hint=hint)
    return errors.LoginRequired(
        f"the session at {asked.issuer} has ended, as after half an hour without use",
        hint="awsfed login; with --keep-password it renews itself",
    )


def _captcha(asked: Asked) -> errors.LoginRefused:
    return errors.LoginRefused(
        "after failed logins the broker wants a CAPTCHA solved, and takes no password before",
        hint=f"sign in once in the browser at {asked.issuer}, then: awsfed login",
    )


def _other(answer: Answer, asked: Asked) -> errors.AwsfedError:
    if is_elsewhere(answer):
        return refusals.sent_elsewhere()
    if answer.status == _TOO_MANY:
        return refusals.too_many(answer)
    said = refusals.message_of(answer) or f"the app at {asked.issuer} refused with status {answer.status}"
    if answer.status >= _BROKEN:
        return errors.BrokerUnavailable(said, hint="try again in a minute")
    hint = "awsfed login, which finds out what is there now" if answer.status == _NOT_FOUND else None
    return _BY_STATUS.get(answer.status, errors.ProtocolError)(said, hint=hint)
