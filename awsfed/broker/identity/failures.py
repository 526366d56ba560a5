"""What Crowd's refusals mean: the reason first, the status second, and nothing that is unknown means yes.

Every function returns our error for an answer that is not a success. Bodies are never repeated: they echo what was
sent.
"""

import re
from collections.abc import Mapping
from enum import Enum

from awsfed.broker.identity.entities import parse_reason
from awsfed.broker.identity.interface import ApplicationRefused
from awsfed.errors import (
    CHECK_LOGIN,
    AccessDenied,
    AwsfedError,
    ConfigError,
    LoginRefused,
    PasswordExpired,
    ProtocolError,
    UserInactive,
)
from awsfed.outside.http_reading import Answer
from awsfed.outside.retry import Trouble, TryAgain

VERSION_HEADER = "x-embedded-crowd-version"
_REASON = re.compile(r"[A-Z][A-Z_]{2,63}")
_TOO_MANY, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 429, 401, 403, 404

_NOT_READABLE = (
    ConfigError,
    "the Crowd application {application!r} may not read users and groups",
    "let it read its directories in Crowd: Applications, Directories & groups",
)
_BY_REASON: Mapping[str, tuple[type[AwsfedError], str, str]] = {
    "APPLICATION_ACCESS_DENIED": (
        AccessDenied,
        "Crowd does not let you into the application {application!r}",
        "ask a Crowd administrator to let one of your groups in",
    ),
    "APPLICATION_PERMISSION_DENIED": _NOT_READABLE,
    "PERMISSION_DENIED": _NOT_READABLE,
    "DIRECTORY_NOT_FOUND": (
        ConfigError,
        "the Crowd application {application!r} has no directory",
        "give it a directory in Crowd",
    ),
    "NESTED_GROUPS_NOT_SUPPORTED": (
        ConfigError,
        "the directory behind the Crowd application {application!r} cannot list nested groups",
        "switch on nested groups for that directory in Crowd",
    ),
}


class Asked(Enum):
    """What the refused request was about."""

    PASSWORD = "a password"  # noqa: S105 - a word, not one
    USER = "a user"


def login_refused() -> LoginRefused:
    """Return the one answer for everything that is wrong with a name and its password."""
    return LoginRefused(
        "Crowd did not accept this name and password",
        hint=CHECK_LOGIN,
    )


def user_gone(name: str) -> UserInactive:
    """Return the error for a user who is not there, or not active."""
    return UserInactive(f"Crowd has no active user {name!r}", hint="ask a Crowd administrator, or: awsfed login")


def refusal(answer: Answer, *, asked: Asked, name: str, application: str, url: str) -> AwsfedError:
    """Return the error for an answer whose status is not 200: TryAgain where asking again may help."""
    if answer.status == _TOO_MANY:
        return TryAgain("Crowd is throttled", trouble=Trouble.THROTTLED, hint="try again in a minute")
    if answer.status >= 500:  # noqa: PLR2004 - a family of statuses
        return TryAgain(f"Crowd failed with status {answer.status}", hint="try again, or look at Crowd's log")
    if answer.status < 400:  # noqa: PLR2004 - a family of statuses
        return ProtocolError(
            f"{url} answers with status {answer.status} instead of a result",
            hint="set crowd.url to where Crowd is in the end: a redirect is never followed",
        )
    if answer.status not in {_UNAUTHORIZED, _FORBIDDEN} and VERSION_HEADER not in answer.headers:
        return not_a_crowd(url)
    reason = parse_reason(answer.body)
    known = _by_user(reason, asked, name) or _by_application(reason, application)
    return known or _by_status(answer.status, reason, application, url)


def not_a_crowd(url: str) -> ProtocolError:
    """Return the error for an answer that Crowd would have signed with its version."""
    return ProtocolError(
        f"{url} is not a Crowd: its answers do not tell a Crowd version",
        hint="check crowd.url, its context path such as /crowd too, and any proxy in between",
    )


def _by_user(reason: str | None, asked: Asked, name: str) -> AwsfedError | None:
    if asked is Asked.USER:
        return user_gone(name) if reason in {"USER_NOT_FOUND", "INACTIVE_ACCOUNT"} else None
    if reason in {"INVALID_USER_AUTHENTICATION", "USER_NOT_FOUND", "INACTIVE_ACCOUNT"}:
        return login_refused()
    if reason == "EXPIRED_CREDENTIAL":
        return PasswordExpired(
            "your Crowd password has to be changed first", hint="change it in Crowd, then: awsfed login"
        )
    return None


def _by_application(reason: str | None, application: str) -> AwsfedError | None:
    if reason == "APPLICATION_NOT_FOUND":
        return _application_refused(application)
    if reason == "OPERATION_FAILED":
        return TryAgain("Crowd could not ask its directory", hint="try again, or look at Crowd's log")
    if reason is None or reason not in _BY_REASON:
        return None
    kind, message, hint = _BY_REASON[reason]
    return kind(message.format(application=application), hint=hint)


def _application_refused(application: str) -> ApplicationRefused:
    return ApplicationRefused(
        f"Crowd does not accept the application {application!r}",
        hint="not your own password: check crowd.application and store its secret again: awsfed config set-secret",
    )


def _by_status(status: int, reason: str | None, application: str, url: str) -> AwsfedError:
    if reason is not None:
        told = reason if _REASON.fullmatch(reason) else "one that awsfed does not know"
        return ProtocolError(f"Crowd refused with status {status} and the reason {told}", hint="look at Crowd's log")
    if status == _UNAUTHORIZED:
        return _application_refused(application)
    if status == _FORBIDDEN:
        return ConfigError(
            f"Crowd does not let this machine ask as the application {application!r}",
            hint="add this machine's address to the application's remote addresses in Crowd, and check crowd.url",
        )
    if status == _NOT_FOUND:
        return ProtocolError(
            f"{url} has no user management interface", hint="check crowd.url, its context path such as /crowd too"
        )
    return ProtocolError(f"Crowd refused the request with status {status}", hint="look at Crowd's log")
