"""Atlassian Crowd, and the products that speak its user management interface.

Three calls are all that is used: `POST /authentication`, `GET /user` and `GET /user/group/nested`. No session of Crowd
is ever made: it would open every other application of that Crowd.
"""

import contextlib
import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from awsfed.broker.identity.application_login import ApplicationLogin
from awsfed.broker.identity.entities import Group, parse_groups, parse_user
from awsfed.broker.identity.failures import VERSION_HEADER, Asked, login_refused, not_a_crowd, refusal, user_gone
from awsfed.broker.identity.interface import Person
from awsfed.errors import (
    AwsfedError,
    IdentityUnavailable,
    InvalidValue,
    LoginRefused,
    ProtocolError,
    Unavailable,
    UserInactive,
)
from awsfed.model.identity import Identity
from awsfed.model.secret import Secret
from awsfed.model.text import parse_name, shown
from awsfed.outside.http import Exchange, HttpClient
from awsfed.outside.http_reading import Answer
from awsfed.outside.retry import Retries

_BASE = "/rest/usermanagement/1"
_ENTITY_LIMIT = 262_144
_PAGE_LIMIT = 4_194_304
_PAGE = 1000
_MOST_PAGES = 20
_NOBODY = "awsfed-asks-for-nobody"
_OK, _UNAUTHORIZED = 200, 401


class _Question(NamedTuple):
    """What is asked for."""

    path: str
    params: Mapping[str, str]
    limit: int = _ENTITY_LIMIT


def _user(name: str) -> _Question:
    return _Question("/user", {"username": name})


def _groups_of(name: str, start: int = 0) -> _Question:
    params = {"username": name, "start-index": str(start), "max-results": str(_PAGE), "expand": "group"}
    return _Question("/user/group/nested", params, _PAGE_LIMIT)


class _Ahead:
    """A question that is asked before its answer is needed; where that cannot be done, it is asked in its turn."""

    def __init__(self, begin: Callable[[], Exchange]) -> None:
        self._begin = begin
        self._begun: Exchange | None = None

    def begin(self) -> None:
        """Ask, once, and wait for no answer."""
        if self._begun is None:
            with contextlib.suppress(AwsfedError):
                self._begun = self._begin()

    def take(self) -> Exchange | None:
        """Return what was begun, to whoever reads the answer; None where nothing was, or somebody has it."""
        begun, self._begun = self._begun, None
        return begun

    def drop(self) -> None:
        """Wait for no answer any more."""
        if begun := self.take():
            begun.drop()


class CrowdIdentitySource:
    """People of one Crowd, asked as one application.

    Args:
        url: where Crowd is, its context path included, such as `https://crowd.example.org/crowd`.
        http: the web door.
        login: how the application shows who it is.
        retries: the schedule for everything but passwords.
        at_once: whether groups are asked for over a second connection, while the first one waits for the user: half
            the time, for whoever has both open.
    """

    def __init__(
        self, url: str, http: HttpClient, login: ApplicationLogin, retries: Retries, *, at_once: bool = False
    ) -> None:
        self._url = url.rstrip("/")
        self._http = http
        self._login = login
        self._retries = retries
        self._at_once = at_once

    @property
    def issuer(self) -> str:
        """The URL that sessions of this Crowd belong to."""
        return self._url

    def authenticate(self, name: str, password: Secret) -> Person:
        """Check a password with one `POST /authentication`; errors are those of the port.

        A bearer token is fetched anew before, so that one that was revoked meanwhile does not cost the only try.
        """
        asked, body = _parse_typed(name, password)
        try:
            authorization = self._retries.run("Crowd", lambda: self._login.authorization(fresh=True))
            question = _Question("/authentication", {"username": asked})
            answer = self._begin("POST", question, authorization, body).answer()
            self._require_success(answer, Asked.PASSWORD, asked)
        except Unavailable as error:
            raise IdentityUnavailable(error.message, hint=error.hint) from error
        user = parse_user(answer.body, asked)
        if not user.is_active:
            raise login_refused()
        return user.person

    def look_up(self, name: str, *, even_inactive: bool = False) -> Identity:
        """Ask for the user and for the groups; errors are those of the port."""
        try:
            asked = parse_name(name)
        except InvalidValue as error:
            raise UserInactive(f"no user can have a name that {error.message}") from error
        ahead = _Ahead(lambda: self._begin("GET", _groups_of(asked), self._login.authorization()))
        try:
            user = parse_user(self._read(_user(asked), asked, ahead.begin if self._at_once else None).body, asked)
            if not user.is_active and not even_inactive:
                raise user_gone(asked)
            groups = self._groups(asked, ahead)
        finally:
            ahead.drop()
        person = user.person
        return Identity(key=person.key, name=person.name, display_name=person.display_name, groups=groups)

    def ping(self) -> str:
        """Ask for somebody who is hardly there: Crowd's own answer to that proves the settings right."""

        def attempt() -> Answer:
            answer = self._ask(_user(_NOBODY))
            with contextlib.suppress(UserInactive):
                self._require_success(answer, Asked.USER, _NOBODY)
            return answer

        version = self._retried(attempt).headers.get(VERSION_HEADER)
        if version is None:
            raise not_a_crowd(self._url)
        return shown(version, limit=80)

    def _groups(self, name: str, ahead: "_Ahead") -> tuple[str, ...]:
        """Collect pages until one is short or brings nothing new; pages may repeat entries."""
        found: dict[str, str] = {}
        inactive: set[str] = set()
        given: set[str] = set()
        seen = 0
        for _ in range(_MOST_PAGES):
            page = parse_groups(self._read(_groups_of(name, seen), name, ahead=ahead).body)
            before = len(given)
            given.update(group.given for group in page)
            _collect(page, found, inactive)
            seen += len(page)
            if len(page) < _PAGE or len(given) == before:
                return tuple(spelling for folded, spelling in found.items() if folded not in inactive)
        raise ProtocolError(f"Crowd lists more than {_PAGE * _MOST_PAGES} groups for one user, or never ends its list")

    def _read(
        self,
        question: _Question,
        name: str,
        meanwhile: Callable[[], None] | None = None,
        ahead: "_Ahead | None" = None,
    ) -> Answer:
        """Read what is asked for, and do something while it is on its way; what was asked ahead is not asked again."""

        def attempt() -> Answer:
            begun = ahead.take() if ahead else None
            answer = self._ask(question, begun, meanwhile)
            self._require_success(answer, Asked.USER, name)
            return answer

        return self._retried(attempt)

    def _retried(self, attempt: Callable[[], Answer]) -> Answer:
        try:
            return self._retries.run("Crowd", attempt)
        except Unavailable as error:
            raise IdentityUnavailable(error.message, hint=error.hint) from error

    def _ask(
        self, question: _Question, begun: Exchange | None = None, meanwhile: Callable[[], None] | None = None
    ) -> Answer:
        """Read once; a refused token is replaced by a new one, once."""
        if begun is not None:
            answer = begun.answer()
            if not self._refuses_token(answer):  # else whoever asked for the user has replaced it since
                return answer
        exchange = self._begin("GET", question, self._login.authorization())
        if meanwhile:
            meanwhile()
        answer = exchange.answer()
        if self._refuses_token(answer):
            answer = self._begin("GET", question, self._login.authorization(fresh=True)).answer()
        return answer

    def _refuses_token(self, answer: Answer) -> bool:
        return answer.status == _UNAUTHORIZED and self._login.is_renewable

    def _begin(self, method: str, question: _Question, authorization: Secret, body: bytes | None = None) -> Exchange:
        headers = {"Accept": "application/json", "Authorization": authorization.reveal()}
        if body is not None:
            headers["Content-Type"] = "application/json"
        url = f"{self._url}{_BASE}{question.path}"
        return self._http.begin(method, url, headers=headers, params=question.params, body=body, limit=question.limit)

    def _require_success(self, answer: Answer, asked: Asked, name: str) -> None:
        if answer.status != _OK:
            raise refusal(answer, asked=asked, name=name, application=self._login.name, url=self._url)
        if VERSION_HEADER not in answer.headers:
            raise not_a_crowd(self._url)


def _parse_typed(name: str, password: Secret) -> tuple[str, bytes]:
    """Return a name and a body that may go out.

    An empty name asks Crowd about everybody, and some directories take an empty password for an anonymous guest.
    """
    try:
        asked = parse_name(name)
    except InvalidValue as error:
        raise LoginRefused(f"the user name {error.message}", hint="awsfed login") from None
    if not password:
        raise LoginRefused("the password is empty", hint="awsfed login")
    try:
        return asked, json.dumps({"value": password.reveal()}, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise LoginRefused("the password is not valid text", hint="awsfed login") from None


def _collect(page: tuple[Group, ...], found: dict[str, str], inactive: set[str]) -> None:
    """Add a page to the spellings found; a group that is listed twice must be active both times."""
    for group in page:
        if group.name is None:
            continue
        folded = group.name.lower()
        found.setdefault(folded, group.name)
        if not group.is_active:
            inactive.add(folded)
