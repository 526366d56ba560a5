"""The dialect of the vendor's app, Identity Federation for AWS, on Bamboo, Jira or Bitbucket."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn, Protocol, TypeVar

from awsfed.broker.answers import (
    CallerIdentity,
    ConsolePlace,
    Explanation,
    PackageDomain,
    PackageToken,
    RegistryPassword,
    Step,
)
from awsfed.broker.interface import ConnectorSummary, Vended
from awsfed.broker.remote import bodies, tokens
from awsfed.broker.remote.addresses import parse_console_url
from awsfed.broker.remote.exchange import LIST_LIMIT, Exchange, Request, parse_object
from awsfed.broker.remote.fields import Fields
from awsfed.broker.remote.host_login import BASE, HostLogin
from awsfed.broker.remote.host_refusals import Asked, refusal
from awsfed.broker.remote.passes import IFAWS, Kind, login_required, pass_of
from awsfed.broker.remote.typed import parse_connector
from awsfed.errors import AccessDenied, LoginRefused, LoginRequired, ProtocolError, Refused
from awsfed.model.identity import Identity, Session
from awsfed.model.narrowing import NOTHING, Narrowing
from awsfed.model.secret import Secret
from awsfed.outside.clock import Clock
from awsfed.outside.http_reading import Answer

T = TypeVar("T")
_FIRST = "2.0"
_MEMBERS = ("id", "name", "type", "scope", "roleArn", "region", "duration")
"""Of a connector, as far as some users are told them."""
_NOTHING: Mapping[str, str] = {}


class KeptPasswords(Protocol):
    """Passwords that users chose to keep, for hosts that end a session when it is not used."""

    def get(self, session: Session) -> Secret | None:
        """Return the password of a session's user, or None where none is kept."""

    def renewed(self, session: Session) -> None:
        """Keep a session in place of the one that ended."""

    def forget(self, session: Session) -> None:
        """Remove a password that is not accepted any more."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class IfawsBroker:
    """A broker that is the vendor's app; see the port. What the app cannot do is refused, and never done in part."""

    exchange: Exchange
    clock: Clock
    login: HostLogin
    region: str | None
    """For connectors, none of which names one here."""
    browser_hosts: tuple[str, ...]
    """Where AWS signs people in."""
    passwords: KeptPasswords | None = None
    """None where none may be used."""
    _renewed: dict[str, Session] = field(default_factory=dict, repr=False)
    """Sessions that took the place of others in this run, by the keys of their users."""

    @property
    def issuer(self) -> str:
        """The host's URL."""
        return self.exchange.url

    def log_in(self, name: str, password: Secret) -> Session:
        """Exchange a password for a session of the host."""
        return self.login.with_password(name, password)

    def log_in_service(self, name: str, token: Secret) -> Session:
        """Take a personal access token: the app knows no services."""
        return self.login.with_token(name, token)

    def log_out(self, session: Session) -> None:
        """Do nothing: a host ends a session when it is not used, and a token where it was made."""

    def identity(self, session: Session) -> Identity:
        """Make sure that the host still knows the user; of groups it says nothing."""
        parse_object(self._ask(session, "/status/info"))
        return Identity(key=session.key, name=session.name, display_name=session.name, groups=())

    def connectors(self, session: Session) -> tuple[ConnectorSummary, ...]:
        """Ask for the list."""
        answer = self._ask(session, "/connectors", limit=LIST_LIMIT)
        return bodies.parse_summaries(parse_object(answer), _fingerprint, self.region)

    def explain(self, session: Session, connector: str) -> Explanation:
        """Refuse."""
        self._path(session, connector)
        self._cannot("say why a connector is open", "an administrator sees the groups of a connector in it")

    def credentials(self, session: Session, connector: str, narrowing: Narrowing = NOTHING) -> Vended:
        """Ask about the connector, then for its credentials."""
        self._check_narrowing(narrowing)
        summary = self._summary(session, connector)
        now = self.clock.now()
        answer = self._of(session, connector, "/credentials")
        return Vended(credentials=bodies.parse_credentials(parse_object(answer), answer, now), connector=summary)

    def _check_narrowing(self, narrowing: Narrowing) -> None:
        if narrowing != NOTHING:
            self._cannot(
                "narrow what a connector allows", "leave the options out that narrow, or use another connector"
            )

    def _summary(self, session: Session, connector: str) -> ConnectorSummary:
        summary = bodies.parse_summary(parse_object(self._of(session, connector, "")), _fingerprint, self.region)
        if summary.id != connector:
            raise ProtocolError("the broker answered for another connector than it was asked for")
        return summary

    def console_url(
        self, session: Session, connector: str, place: ConsolePlace, narrowing: Narrowing = NOTHING
    ) -> Secret:
        """Ask for the address that leads to the console through the host."""
        self._check_narrowing(narrowing)
        if place != ConsolePlace():
            self._cannot("open more of the console than its home", "leave --service and --region out")
        fields = parse_object(self._made(session, connector, "/console/url"))
        return parse_console_url(fields.get("url"), issuer=self.issuer, hosts=self.browser_hosts)

    def diagnose(self, session: Session, connector: str) -> tuple[Step, ...]:
        """Refuse."""
        self._path(session, connector)
        self._cannot("say what keeps a connector from vending", "awsfed whoami CONNECTOR tells whether it vends")

    def caller_identity(self, session: Session, connector: str) -> CallerIdentity:
        """Let the app ask AWS."""
        return bodies.parse_caller(parse_object(self._made(session, connector, "/caller-identity")))

    def ecr_credentials(self, session: Session, connector: str, region: str | None) -> RegistryPassword:
        """Ask for a password of ECR."""
        now = self.clock.now()
        answer = self._made(session, connector, "/ecr/credentials", {"region": region} if region else _NOTHING)
        return tokens.parse_registry_password(tokens.of_aws_ecr(parse_object(answer), now), answer, now, region)

    def codeartifact_token(self, session: Session, connector: str, domain: PackageDomain) -> PackageToken:
        """Ask for a token of CodeArtifact; the app gives those for domains of the connector's own account."""
        if pass_of(session, self.issuer).dialect == f"{IFAWS}{_FIRST}":
            self._cannot("give tokens of CodeArtifact in this version", "update it")
        if domain.duration is not None:
            self._cannot("choose the life of a token", "leave --duration out")
        region = domain.region or self.region
        if region is None:
            self._cannot("say in which region a domain is", "name it with --region, or set aws.region")
        now = self.clock.now()
        params = {"region": region, "domain": domain.name}
        answer = self._made(session, connector, "/codeartifact/credentials", params)
        fields = tokens.of_aws_codeartifact(parse_object(answer), region, now)
        return tokens.parse_package_token(fields, answer, now, domain)

    def _made(self, session: Session, connector: str, resource: str, params: Mapping[str, str] = _NOTHING) -> Answer:
        """Ask for what is made with a connector; where that is refused, find out whether the app did it, or AWS."""
        try:
            return self._of(session, connector, resource, params)
        except AccessDenied:
            self._summary(session, connector)
            raise

    def _of(self, session: Session, connector: str, resource: str, params: Mapping[str, str] = _NOTHING) -> Answer:
        path = f"{self._path(session, connector)}{resource}"
        return self._ask(session, path, params=params, connector=connector, is_made=bool(resource))

    def _path(self, session: Session, connector: str) -> str:
        pass_of(session, self.issuer)
        return f"/connectors/{parse_connector(connector)}"

    def _ask(
        self, session: Session, path: str, *, connector: str | None = None, is_made: bool = False, **more: object
    ) -> Answer:
        """Ask; where the host has ended the session and the password is kept, sign in again and ask once more."""

        def asking(current: Session) -> Answer:
            opened = pass_of(current, self.issuer)
            if not current.is_live(self.clock.now()):
                raise login_required(self.issuer)
            asked = Asked(
                issuer=self.issuer, connector=connector, is_made=is_made, with_token=opened.kind is Kind.BEARER
            )
            version = opened.dialect.removeprefix(IFAWS)
            request = Request(method="GET", path=f"{BASE}/{version}{path}", headers=opened.headers(), **more)  # type: ignore[arg-type]  # of Request's own fields
            return self.exchange.ask(request, lambda answer: refusal(answer, asked))

        return self._with_renewal(session, asking)

    def _with_renewal(self, session: Session, asking: Callable[[Session], T]) -> T:
        current = self._renewed.get(session.key, session)
        try:
            return asking(current)
        except LoginRequired:
            password = self.passwords.get(session) if self.passwords and session.issuer == self.issuer else None
            if self.passwords is None or password is None:
                raise
        try:
            renewed = self.login.with_password(session.name, password)
        except LoginRefused as error:
            self.passwords.forget(session)  # tried again and again, it would lock the account
            raise LoginRequired(f"the kept password is not used any more: {error.message}", hint=error.hint) from error
        if renewed.key != session.key:
            raise login_required(self.issuer)
        self._renewed[session.key] = renewed
        self.passwords.renewed(renewed)
        return asking(renewed)

    def _cannot(self, what: str, instead: str) -> NoReturn:
        raise Refused(f"the app at {self.issuer} cannot {what}", hint=instead)


def _fingerprint(fields: Fields) -> str:
    """Return a digest of what users are told of a connector."""
    told = {name: fields.get(name) for name in _MEMBERS}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
