"""Signing in at Bamboo, Jira or Bitbucket: a password once, then the host's own session; or an access token."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from awsfed.broker.remote.cookies import cookies_of
from awsfed.broker.remote.exchange import Exchange, Request, is_success, parse_object
from awsfed.broker.remote.host_refusals import Asked, is_turned_away, sign_in_refusal
from awsfed.broker.remote.passes import IFAWS, Kind, Pass
from awsfed.broker.remote.typed import parse_login
from awsfed.errors import ConfigError, InvalidValue, LoginRefused, ProtocolError
from awsfed.model.identity import Session
from awsfed.model.secret import Secret
from awsfed.model.text import parse_name
from awsfed.outside.clock import Clock
from awsfed.outside.http_reading import Answer

BASE = "/rest/identity-federation-for-aws"
VERSIONS = ("2.2", "2.1", "2.0")
"""What we speak, best first."""
_NOT_FOUND = 404
_TOKEN_S = 365 * 24 * 3600
"""How long a session with a personal access token is kept; the host ends it with the token."""
_WHO = "x-ausername"
_KEY = "host:"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLogin:
    """Finds the version that is spoken, with the first request that proves who asks."""

    exchange: Exchange
    clock: Clock
    session_s: int

    def with_password(self, name: str, password: Secret) -> Session:
        """Show a password until the host gives a session for it, and the session from then on."""
        typed = parse_login(name, password)
        if ":" in typed:
            raise LoginRefused("the user name has a colon in it, which no host takes", hint="awsfed login")
        pair = base64.b64encode(f"{typed}:{password.reveal()}".encode()).decode("ascii")
        answers: list[Answer] = []

        def headers() -> dict[str, str]:
            cookie = cookies_of(answers)
            return {"Cookie": cookie} if cookie else {"Authorization": f"Basic {pair}"}

        version = self._version(headers, answers, Asked(issuer=self.exchange.url))
        cookie = cookies_of(answers)
        if not cookie:
            raise ProtocolError("the broker accepted the password, but gave no session for it")
        found = _name(answers[-1], typed)
        if found.lower() != typed.lower():
            raise ProtocolError("the broker signed in somebody else than was asked for")
        return self._session(found, Pass(dialect=f"{IFAWS}{version}", kind=Kind.COOKIE, text=cookie), self.session_s)

    def with_token(self, name: str, token: Secret) -> Session:
        """Make sure that an access token is accepted, and keep it; the host says whose it is."""
        typed = parse_login(name, token)
        opened = Pass(dialect=f"{IFAWS}{VERSIONS[0]}", kind=Kind.BEARER, text=_parse_token(token))
        answers: list[Answer] = []
        version = self._version(opened.headers, answers, Asked(issuer=self.exchange.url, with_token=True))
        opened = Pass(dialect=f"{IFAWS}{version}", kind=Kind.BEARER, text=opened.text)
        return self._session(_name(answers[-1], typed), opened, _TOKEN_S)

    def _version(self, headers: Callable[[], dict[str, str]], answers: list[Answer], asked: Asked) -> str:
        """Return the best version that the host serves; a login that it refuses is tried at no other."""
        for version in VERSIONS:
            request = Request(method="GET", path=f"{BASE}/{version}/status/info", headers=headers())
            answer = self.exchange.once(request)
            answers.append(answer)
            if is_turned_away(answer) or (not is_success(answer) and answer.status != _NOT_FOUND):
                raise sign_in_refusal(answer, asked)
            if is_success(answer):
                parse_object(answer)
                return version
        raise ConfigError(
            f"there is neither awsfed nor Identity Federation for AWS at {self.exchange.url}",
            hint="check broker.url and its context path, such as https://bamboo.example.org/bamboo",
        )

    def _session(self, name: str, opened: Pass, life_s: int) -> Session:
        now = int(self.clock.now())
        return Session(
            issuer=self.exchange.url,
            key=f"{_KEY}{name.lower()}",
            name=name,
            signed_in_at=now,
            ends_at=now + life_s,
            token=opened.secret(),
        )


def _name(answer: Answer, typed: str) -> str:
    """Return whom the host took a request for; the name that was typed where it does not say."""
    said = answer.headers.get(_WHO, "").strip()
    try:
        return parse_name(unquote(said, errors="strict")) if said else typed
    except (InvalidValue, UnicodeDecodeError):
        raise ProtocolError("the broker says that somebody signed in who can have no such name") from None


def _parse_token(token: Secret) -> str:
    text = token.reveal()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise LoginRefused("the access token has characters that none has", hint="copy it again, without white space")
    return text
