"""Who is asking: our bearer tokens, the session cookie, and name and password as the vendor's clients send them."""

import base64
import binascii
from urllib.parse import quote

from starlette.responses import Response

from awsfed.broker.guard.interface import SessionKind
from awsfed.errors import LoginRequired
from awsfed.model.secret import Secret
from awsfed.server.calls import Call, Caller
from awsfed.server.statuses import LOGIN_REASON


class PasswordNeeded(Exception):
    """The caller brings a password, and nothing else says who they are."""


_SERVICE_TOKEN = "awsfed-service."  # noqa: S105 - what such tokens begin with
_HINT = "sign in with name and password, or with a token"


def authenticate(call: Call) -> Caller:
    """Return the caller; raise LoginRequired where there is none, and what signing in raises.

    PasswordNeeded is raised where a password would have to be looked at, and this is not the place for that.

    A cookie that is good makes a name and password beside it needless, if the name is the same: such clients send both
    with every request, and a password is for Crowd to see once.
    """
    scheme, _, value = call.received.headers.get("authorization", "").partition(" ")
    match scheme.lower():
        case "":
            return _by_cookie(call)
        case "bearer":
            return _by_token(call, Secret(value.strip()))
        case "basic":
            return _by_password(call, value.strip())
        case _:
            raise LoginRequired("this way of signing in is not known here", hint=_HINT)


def brings_password(call: Call) -> bool:
    """Tell whether a request has name and password with it."""
    return call.received.headers.get("authorization", "")[:6].lower() == "basic "


def cookie_name(url: str) -> str:
    """Return the name of the session cookie: a browser lets nobody but this very host set one of the first kind."""
    return "__Host-awsfed" if url.startswith("https:") else "awsfed"


def set_cookie(call: Call, answer: Response, token: Secret) -> None:
    """Send a session as a cookie, which ends with the browser."""
    _send_cookie(call, answer, token.reveal())


def drop_cookie(call: Call, answer: Response) -> None:
    """Let the browser forget the cookie."""
    _send_cookie(call, answer, "", "; Max-Age=0")


def _send_cookie(call: Call, answer: Response, value: str, life: str = "") -> None:
    url = call.shared.names.url
    secure = "; Secure" if url.startswith("https:") else ""
    text = f"{cookie_name(url)}={value}; Path=/; HttpOnly; SameSite=Strict{life}{secure}"
    answer.headers.append("Set-Cookie", text)


def introduce(call: Call, answer: Response) -> None:
    """Tell a caller who they are, in the headers of the vendor's hosts, and send the cookie of a new session."""
    caller = call.caller
    if caller is None:
        return
    answer.headers[LOGIN_REASON] = "OK"
    answer.headers["X-AUSERNAME"] = quote(caller.session.name, safe="@ +")
    if caller.is_new:
        set_cookie(call, answer, caller.token)


def _by_token(call: Call, token: Secret) -> Caller:
    session, _ = call.serving.sessions.find(token)
    return Caller(session=session, token=token)


def _by_cookie(call: Call) -> Caller:
    value = call.received.cookies.get(cookie_name(call.shared.names.url))
    if not value:
        raise LoginRequired("login required", hint=_HINT)
    session, record = call.serving.sessions.find(Secret(value))
    if record.kind is not SessionKind.COOKIE:
        raise LoginRequired("login required", hint=_HINT)
    return Caller(session=session, token=Secret(value))


def _by_password(call: Call, value: str) -> Caller:
    name, password = _pair(value)
    if cookie_name(call.shared.names.url) in call.received.cookies:
        try:
            known = _by_cookie(call)
        except LoginRequired:
            known = None
        if known and known.session.name.lower() == name.lower():
            return known
    if not call.may_ask_password:
        raise PasswordNeeded
    is_service = password.reveal().startswith(_SERVICE_TOKEN)
    sign_in = call.request.sign_in
    begin = sign_in.with_service_token if is_service else sign_in.with_password
    issued = begin(name, password, SessionKind.COOKIE)
    return Caller(session=issued.session, token=issued.token, is_new=True)


def _pair(value: str) -> tuple[str, Secret]:
    """Return name and password, in UTF-8 or, as old clients write them, in Latin-1; raise LoginRequired."""
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    name, colon, password = text.partition(":")
    if not colon or not name or not password:
        raise LoginRequired("name and password are not written as Basic wants them", hint=_HINT)
    return name, Secret(password)
