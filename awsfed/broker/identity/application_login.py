"""How awsfed shows Crowd that it is the application it says it is: Basic, or OAuth 2.0 client credentials."""

import base64
import json
import re
from collections.abc import Callable
from typing import NamedTuple, Protocol

from awsfed.broker.identity.interface import ApplicationRefused
from awsfed.errors import ConfigError, ProtocolError
from awsfed.model.secret import Secret
from awsfed.model.text import is_plain
from awsfed.outside.clock import Clock
from awsfed.outside.forms import form
from awsfed.outside.http import HttpClient
from awsfed.outside.http_reading import Answer
from awsfed.outside.joining import Joining
from awsfed.outside.retry import Trouble, TryAgain

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,8192}=*")
_UNTOLD_LIFE_S = 300.0
_LONGEST_LIFE_S = 86_400.0
_SPARE_S = 30.0
_TOO_MANY = 429
_REFUSING = {400, 401, 403}
_LIMIT = 65_536


class ApplicationLogin(Protocol):
    """The application's side of every request."""

    @property
    def name(self) -> str:
        """The application's name or client id, for messages."""

    @property
    def is_renewable(self) -> bool:
        """Tell whether a refused value may be followed by an accepted one."""

    def authorization(self, *, fresh: bool = False) -> Secret:
        """Return the value of the Authorization header; `fresh` asks for one that is issued now.

        Raises:
            TryAgain, Unavailable: whoever issues it cannot be asked.
            ApplicationRefused: it is not issued to this application.
            ConfigError, ProtocolError: there is nobody who issues it, or not as we understand it.
        """


class BasicLogin:
    """Name and password with every request, without waiting to be asked for them.

    Args:
        application: the application's name in Crowd.
        secret: fetches its password, at the first request.
    """

    is_renewable = False

    def __init__(self, *, application: str, secret: Callable[[], Secret]) -> None:
        self.name = application
        self._secret = secret
        self._value: Secret | None = None

    def authorization(self, *, fresh: bool = False) -> Secret:  # noqa: ARG002 - it is always the same
        """Return the header's value; raise ConfigError for a name or password that Basic cannot carry."""
        if self._value is None:
            self._value = Secret(f"Basic {base64.b64encode(self._pair()).decode()}")
        return self._value

    def _pair(self) -> bytes:
        if not self.name or ":" in self.name or not is_plain(self.name):
            raise ConfigError(
                "crowd.application is empty, or has a colon or control characters in it",
                hint="set crowd.application to the application's name in Crowd",
            )
        try:
            return f"{self.name}:{self._secret().reveal()}".encode()
        except UnicodeEncodeError:
            raise _unwritable(self.name) from None


class _Token(NamedTuple):
    """A header's value, and until when it is used."""

    value: Secret
    ends_at: float


class ClientCredentialsLogin:
    """A bearer token from the token endpoint, kept in memory until shortly before it ends.

    Those who need a new one at the same time share it. Crowd speaks this since 7.0, where Basic may be switched off.
    Id and secret travel in the form, the way Atlassian's own clients send them.

    Args:
        client_id: the id that Crowd gave to the service account.
        secret: fetches its secret, whenever a token is needed.
        token_url: where tokens are given out.
        http: the web door.
        clock: tells when a token is about to end.
    """

    is_renewable = True

    def __init__(
        self, *, client_id: str, secret: Callable[[], Secret], token_url: str, http: HttpClient, clock: Clock
    ) -> None:
        self.name = client_id
        self._secret = secret
        self._url = token_url
        self._http = http
        self._clock = clock
        self._kept: _Token | None = None
        self._renewing = Joining[_Token]()

    def authorization(self, *, fresh: bool = False) -> Secret:
        """Return the header's value, with a new token when the kept one is about to end."""
        kept = self._kept
        if kept is None or fresh or self._clock.monotonic() >= kept.ends_at:
            kept = self._renewing.run(self._renewed)
        return kept.value

    def _renewed(self) -> "_Token":
        asked_at = self._clock.monotonic()
        token, life_s = self._issue()
        ends_at = asked_at + life_s - min(_SPARE_S, life_s / 2)
        self._kept = _Token(Secret(f"Bearer {token}"), ends_at)
        return self._kept

    def _issue(self) -> tuple[str, float]:
        secret = self._secret().reveal()
        try:
            asked = form({"grant_type": "client_credentials", "client_id": self.name, "client_secret": secret})
        except UnicodeEncodeError:
            raise _unwritable(self.name) from None
        answer = self._http.send(
            "POST",
            self._url,
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            body=asked.encode(),
            limit=_LIMIT,
        )
        self._check(answer)
        try:
            fields = json.loads(answer.body.decode())
        except (ValueError, RecursionError):
            fields = None
        return _parse_token(fields)

    def _check(self, answer: Answer) -> None:
        if answer.status == _TOO_MANY:
            raise TryAgain("Crowd's token endpoint is busy", trouble=Trouble.THROTTLED, hint="try again in a minute")
        if answer.status >= 500:  # noqa: PLR2004 - a family of statuses
            raise TryAgain(
                f"Crowd's token endpoint failed with status {answer.status}", hint="try again, or look at Crowd's log"
            )
        if answer.status in _REFUSING:
            raise ApplicationRefused(
                f"Crowd gives the application {self.name!r} no token",
                hint="crowd.application must be its client id; store the secret again: awsfed config set-secret",
            )
        if answer.status != 200:  # noqa: PLR2004 - success
            raise ConfigError(
                f"Crowd has no token endpoint where crowd.token_url points: status {answer.status}",
                hint='check crowd.token_url, or set crowd.auth = "basic" for Crowd older than 7.0',
            )


def _parse_token(fields: object) -> tuple[str, float]:
    if not isinstance(fields, dict):
        raise ProtocolError("Crowd's token endpoint answered no JSON object", hint="check crowd.token_url")
    token, kind, life = (fields.get(name) for name in ("access_token", "token_type", "expires_in"))
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise ProtocolError("Crowd's token endpoint answered no usable token")
    if not isinstance(kind, str) or kind.casefold() != "bearer":
        raise ProtocolError("Crowd's token endpoint answered a token that is not a bearer token")
    if life is None:
        return token, _UNTOLD_LIFE_S
    if isinstance(life, bool) or not isinstance(life, int | float) or not life > 0:
        raise ProtocolError("Crowd's token endpoint answered a token without a usable life")
    return token, float(min(life, _LONGEST_LIFE_S))


def _unwritable(name: str) -> ConfigError:
    return ConfigError(
        f"the secret of the Crowd application {name!r} is not valid text",
        hint="store it again: awsfed config set-secret",
    )
