"""How the server says no: an error entity with a reason, or a page of the servlet container."""

from enum import StrEnum

from werkzeug.http import HTTP_STATUS_CODES

from awsfed.sandbox.crowd.rendering import Element


class Reason(StrEnum):
    """Every reason that Crowd 6.0.9 knows, in its order."""

    APPLICATION_ACCESS_DENIED = "APPLICATION_ACCESS_DENIED"
    APPLICATION_PERMISSION_DENIED = "APPLICATION_PERMISSION_DENIED"
    EXPIRED_CREDENTIAL = "EXPIRED_CREDENTIAL"
    GROUP_NOT_FOUND = "GROUP_NOT_FOUND"
    ILLEGAL_ARGUMENT = "ILLEGAL_ARGUMENT"
    INACTIVE_ACCOUNT = "INACTIVE_ACCOUNT"
    INVALID_USER_AUTHENTICATION = "INVALID_USER_AUTHENTICATION"
    INVALID_CREDENTIAL = "INVALID_CREDENTIAL"
    INVALID_EMAIL = "INVALID_EMAIL"
    INVALID_GROUP = "INVALID_GROUP"
    INVALID_SSO_TOKEN = "INVALID_SSO_TOKEN"  # noqa: S105 - a reason, not a secret
    INVALID_USER = "INVALID_USER"
    MEMBERSHIP_NOT_FOUND = "MEMBERSHIP_NOT_FOUND"
    MEMBERSHIP_ALREADY_EXISTS = "MEMBERSHIP_ALREADY_EXISTS"
    NESTED_GROUPS_NOT_SUPPORTED = "NESTED_GROUPS_NOT_SUPPORTED"
    APPLICATION_NOT_FOUND = "APPLICATION_NOT_FOUND"
    UNSUPPORTED_OPERATION = "UNSUPPORTED_OPERATION"
    USER_NOT_FOUND = "USER_NOT_FOUND"
    OPERATION_FAILED = "OPERATION_FAILED"
    EVENT_TOKEN_EXPIRED = "EVENT_TOKEN_EXPIRED"  # noqa: S105 - a reason, not a secret
    INCREMENTAL_SYNC_NOT_AVAILABLE = "INCREMENTAL_SYNC_NOT_AVAILABLE"
    WEBHOOK_NOT_FOUND = "WEBHOOK_NOT_FOUND"
    APPLICATION_MODIFICATION_FAILED = "APPLICATION_MODIFICATION_FAILED"
    DIRECTORY_NOT_FOUND = "DIRECTORY_NOT_FOUND"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    INVALID_MEMBERSHIP = "INVALID_MEMBERSHIP"
    APPLICATION_ALREADY_EXISTS = "APPLICATION_ALREADY_EXISTS"
    INVALID_CHANGE_EMAIL_TOKEN = "INVALID_CHANGE_EMAIL_TOKEN"  # noqa: S105 - a reason, not a secret
    SAME_EMAIL_ADDRESS = "SAME_EMAIL_ADDRESS"


_DESCRIPTIONS = {
    400: "The server cannot or will not process the request due to something that is perceived to be a client error.",
    403: "The server understood the request but refuses to authorize it.",
    404: "The origin server did not find a current representation for the target resource.",
    405: "The method received in the request-line is known by the origin server but not supported by the resource.",
    406: "The target resource does not have a current representation that would be acceptable to the user agent.",
    415: "The origin server is refusing to service the request because the payload is in a format not supported.",
    503: "The server is currently unable to handle the request due to a temporary overload.",
}

_PAGE = (
    '<!doctype html><html lang="en"><head><title>HTTP Status {status} &ndash; {phrase}</title></head>'
    "<body><h1>HTTP Status {status} &ndash; {phrase}</h1><hr /><p><b>Type</b> Status Report</p>"
    "<p><b>Message</b> {message}</p><p><b>Description</b> {description}</p><hr /></body></html>"
)


class Refusal(Exception):
    """An answer with Crowd's error entity, in the format that the client asked for."""

    def __init__(self, status: int, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.entity = Element("error", children={"reason": reason.value, "message": message})


class ContainerRefusal(Exception):
    """An answer that the servlet container gives before Crowd's own code: an HTML page, or plain text."""

    def __init__(
        self, status: int, message: str = "", *, text: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.content_type = "text/html;charset=utf-8" if text is None else "text/plain;charset=UTF-8"
        self.body = _page(status, message) if text is None else text


def _page(status: int, message: str) -> str:
    phrase = HTTP_STATUS_CODES.get(status, "Unknown")
    escaped = message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _PAGE.format(status=status, phrase=phrase, message=escaped, description=_DESCRIPTIONS.get(status, phrase))


def illegal_argument(message: str) -> Refusal:
    """A parameter or body member is missing or unusable."""
    return Refusal(400, Reason.ILLEGAL_ARGUMENT, message)


def user_not_found(name: str) -> Refusal:
    """No such user; Crowd echoes the name in angle brackets."""
    return Refusal(404, Reason.USER_NOT_FOUND, f"User <{name}> does not exist")


def group_not_found(name: str) -> Refusal:
    """No such group; Crowd echoes the name in angle brackets."""
    return Refusal(404, Reason.GROUP_NOT_FOUND, f"Group <{name}> does not exist")


def membership_not_found(child: str, parent: str) -> Refusal:
    """Neither this nor that is a member."""
    message = f"Membership of <{child}> in <{parent}> does not exist"
    return Refusal(404, Reason.MEMBERSHIP_NOT_FOUND, message)


def invalid_token() -> Refusal:
    """The session token is unknown, expired, or bound to other validation factors."""
    return Refusal(404, Reason.INVALID_SSO_TOKEN, "Token does not validate.")


def permission_denied(application: str) -> Refusal:
    """The directory mapping of the application has no write permission."""
    message = f"Not allowed to modify the directory through application '{application}'"
    return Refusal(403, Reason.APPLICATION_PERMISSION_DENIED, message)
