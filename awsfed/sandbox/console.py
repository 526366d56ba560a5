"""The console's `/federation` endpoint and a page that stands for the console.

The rules: temporary credentials only, and none of GetSessionToken; a sign-in token is good for 15 minutes;
SessionDuration (900 to 43200) only for a role that was assumed with a long-term key. Failures are HTML with status 400.
"""

import json
import re
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from awsfed.sandbox.aws.keys import Issued, Keys, Kind
from awsfed.sandbox.aws.received import Received

_TOKEN_LIFE_S = 900
_LEAST_S, _LONGEST_S = 900, 43_200
_PAGES = "/console/"
_CONSOLES = re.compile(
    r"([a-z0-9-]+\.)*console\.(aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com|amazonaws-eusc\.eu)"
)


class _Refused(Exception):
    """One sentence for the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignIn:
    issued: Issued = field(repr=False)
    made_at: float
    ends_at: float
    destination: str = ""


class Console:
    """Sign-in tokens and console sessions."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._lock = threading.Lock()
        self._tokens: dict[str, _SignIn] = {}
        self._sessions: dict[str, _SignIn] = {}

    def serves(self, path: str) -> bool:
        """Tell whether an address belongs to the console."""
        return path == "/federation" or path.startswith(_PAGES)

    def answer(self, received: Received, environ: dict[str, Any]) -> Response:
        """Answer one request."""
        try:
            return self._answer(received, Request(environ).host_url)
        except _Refused as refused:
            return html(400, "Bad request", str(refused))

    def _answer(self, received: Received, origin: str) -> Response:
        if received.path.startswith(_PAGES):
            return self._page(received)
        if received.method not in {"GET", "POST"}:
            raise _Refused("Method not allowed")
        match received.form.get("Action"):
            case "getSigninToken":
                return self._signin_token(received.form)
            case "login":
                return self._login(received.form, origin)
            case _:
                raise _Refused("Action is missing or unknown")

    def _signin_token(self, form: Mapping[str, str]) -> Response:
        issued = self._verified(form.get("Session", ""))
        now = self._keys.now()
        ends_at = issued.expires_at or now
        text = form.get("SessionDuration")
        if text is not None:
            ends_at = now + _session_duration_s(text, issued)
        token = secrets.token_urlsafe(600)
        with self._lock:
            self._tokens[token] = _SignIn(issued=issued, made_at=now, ends_at=ends_at)
        return Response(json.dumps({"SigninToken": token}), 200, content_type="application/json")

    def _verified(self, text: str) -> Issued:
        """The credentials in a Session, if they are good for the console."""
        try:
            session = json.loads(text)
            told = [session[name] for name in ("sessionId", "sessionKey", "sessionToken")]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise _Refused("Session is not JSON with sessionId, sessionKey and sessionToken") from None
        issued = self._keys.find(str(told[0]))
        if issued is None or told[1:] != [issued.secret_access_key, issued.session_token]:
            raise _Refused("Invalid credentials")
        if issued.kind not in {Kind.ROLE, Kind.FEDERATION}:
            raise _Refused("Invalid credentials: only roles and federated users can sign in")
        if self._keys.is_over(issued):
            raise _Refused("Expired credentials")
        return issued

    def _login(self, form: Mapping[str, str], origin: str) -> Response:
        with self._lock:
            sign_in = self._tokens.get(form.get("SigninToken", ""))
        if sign_in is None or self._keys.now() - sign_in.made_at > _TOKEN_LIFE_S:
            raise _Refused("The sign-in token is missing, unknown or older than 15 minutes")
        destination = form.get("Destination", "")
        if not _is_console(destination, origin):
            raise _Refused("Destination is missing or no address of the AWS console")
        session = secrets.token_urlsafe(24)
        with self._lock:
            self._sessions[session] = replace(sign_in, destination=destination)
        return Response(status=302, headers={"Location": f"{_PAGES}{session}"})

    def _page(self, received: Received) -> Response:
        with self._lock:
            sign_in = self._sessions.get(received.path.removeprefix(_PAGES))
        if sign_in is None or self._keys.now() >= sign_in.ends_at:
            raise _Refused("This console session is unknown or over")
        until = datetime.fromtimestamp(sign_in.ends_at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        sentence = f"{sign_in.issued.arn} is signed in until {until}, on the way to {sign_in.destination}"
        return html(200, "Signed in", sentence)


def _session_duration_s(text: str, issued: Issued) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or not _LEAST_S <= int(text) <= _LONGEST_S:
        raise _Refused(f"SessionDuration must be between {_LEAST_S} and {_LONGEST_S}")
    if issued.kind is Kind.FEDERATION or issued.chained:
        raise _Refused("Invalid credentials parameter: SessionDuration")
    return int(text)


def _is_console(destination: str, origin: str) -> bool:
    if destination.startswith(origin):
        return True
    try:
        parts = urlsplit(destination)
    except ValueError:
        return False
    return (
        parts.scheme == "https" and parts.netloc == parts.hostname and bool(_CONSOLES.fullmatch(parts.hostname or ""))
    )


def html(status: int, title: str, sentence: str) -> Response:
    """A page; failures of the console are pages too."""
    body = (
        f"<!doctype html>\n<html lang=en><meta charset=utf-8><title>{escape(title)}</title>"
        f"<h1>{escape(title)}</h1><p>{escape(sentence)}</p><p>This is the sandbox, not AWS.</p></html>\n"
    )
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(body, status, headers, content_type="text/html; charset=utf-8")
