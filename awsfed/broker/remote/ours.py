"""The dialect of `awsfed serve`: one resource a verb, below `/rest/awsfed/1`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from awsfed.broker.interface import ConnectorSummary, Vended
from awsfed.broker.remote import bodies, moments, refusals
from awsfed.broker.remote.addresses import parse_console_url
from awsfed.broker.remote.exchange import CHECK_URL, LIST_LIMIT, Exchange, Request, is_success, parse_object
from awsfed.broker.remote.fields import Fields, list_of, matching, need, perhaps, visible, wrong
from awsfed.broker.remote.passes import OURS, Kind, Pass, login_required, pass_of
from awsfed.broker.remote.typed import parse_connector, parse_login
from awsfed.errors import AwsfedError, LoginRequired, ProtocolError, UserInactive
from awsfed.model.identity import SERVICE, Identity, Session
from awsfed.model.narrowing import NOTHING, Narrowing
from awsfed.model.secret import Secret
from awsfed.model.text import parse_name, shown
from awsfed.outside.clock import Clock
from awsfed.outside.http_reading import Answer

if TYPE_CHECKING:
    from awsfed.broker.answers import (
        CallerIdentity,
        ConsolePlace,
        Explanation,
        PackageDomain,
        PackageToken,
        RegistryPassword,
        Step,
    )

BASE = "/rest/awsfed/1"
_LONGEST_SESSION_S = 24 * 3600 + 600
_MOST_STEPS = 100
_ENDED = 204
_GROUPS = list_of(parse_name, 20_000)
_FINGERPRINT = matching(r"[A-Za-z0-9._-]{8,64}")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class OurBroker:
    """A broker that runs `awsfed serve`; see the port."""

    exchange: Exchange
    clock: Clock
    region: str | None
    """For connectors that name none."""
    browser_hosts: tuple[str, ...]
    """Where AWS signs people in."""
    ended: Callable[[Session], None]
    """Is told of a session that the broker does not know any more."""

    @property
    def issuer(self) -> str:
        """The broker's URL."""
        return self.exchange.url

    def log_in(self, name: str, password: Secret) -> Session:
        """Exchange a password for a token."""
        typed = parse_login(name, password)
        session = self._session({"name": typed, "password": password.reveal()})
        if session.key.startswith(SERVICE) or session.name.lower() != typed.lower():
            raise ProtocolError("the broker signed in somebody else than was asked for")
        return session

    def log_in_service(self, name: str, token: Secret) -> Session:
        """Exchange the token of a service for one of a session."""
        typed = parse_login(name, token)
        session = self._session({"service": typed, "token": token.reveal()})
        if not session.key.startswith(SERVICE) or session.name != typed:
            raise ProtocolError("the broker signed in something else than the service that was asked for")
        return session

    def _session(self, body: Mapping[str, object]) -> Session:
        now = self.clock.now()
        answer = self.exchange.once(Request(method="POST", path=f"{BASE}/session", body=body))
        if not is_success(answer):
            raise self._refusal(answer)
        fields = parse_object(answer)
        token = Pass(dialect=OURS, kind=Kind.BEARER, text=need(fields, "token", visible(4096)))
        return Session(
            issuer=self.issuer,
            key=need(fields, "key", parse_name),
            name=need(fields, "name", parse_name),
            signed_in_at=int(now),
            ends_at=moments.end(fields, "endsAt", answer, now=now, longest_s=_LONGEST_SESSION_S),
            token=token.secret(),
        )

    def log_out(self, session: Session) -> None:
        """Revoke the token, in one attempt; raise LoginRequired where the broker does not know it any more."""
        opened = pass_of(session, self.issuer)
        answer = self.exchange.once(Request(method="DELETE", path=f"{BASE}/session", headers=opened.headers()))
        if not is_success(answer):
            raise self._refusal(answer)
        if answer.status != _ENDED:
            raise ProtocolError("the broker does not say that the session has ended", hint=CHECK_URL)

    def identity(self, session: Session) -> Identity:
        """Ask the broker who the token belongs to; it has to be the session's user."""
        fields = parse_object(self._ask(session, "GET", "/session"))
        key, name = need(fields, "key", parse_name), need(fields, "name", parse_name)
        if key != session.key:
            raise UserInactive(f"the user {session.name!r} is not the one who signed in", hint="awsfed login")
        return Identity(
            key=key,
            name=name,
            display_name=perhaps(fields, "displayName", bodies.parse_shown) or name,
            groups=need(fields, "groups", _GROUPS),
        )

    def connectors(self, session: Session) -> tuple[ConnectorSummary, ...]:
        """Ask for the list."""
        answer = self._ask(session, "GET", "/connectors", limit=LIST_LIMIT)
        return bodies.parse_summaries(parse_object(answer), _fingerprint, self.region)

    def explain(self, session: Session, connector: str) -> "Explanation":
        """Ask why."""
        fields = parse_object(self._ask(session, "GET", self._path(connector, "explanation")))
        from awsfed.broker.answers import Explanation

        return Explanation(
            connector=connector,
            through=need(fields, "through", _GROUPS),
            missing=perhaps(fields, "missing", _GROUPS) or (),
        )

    def credentials(self, session: Session, connector: str, narrowing: Narrowing = NOTHING) -> Vended:
        """Ask for credentials, which have to be the connector's that was asked for."""
        now = self.clock.now()
        answer = self._post(session, connector, "credentials", _narrowed(narrowing))
        fields = parse_object(answer)
        about = fields.get("connector")
        summary = bodies.parse_summary(about if isinstance(about, dict) else {}, _fingerprint, self.region)
        if summary.id != connector:
            raise ProtocolError("the broker answered for another connector than it was asked for")
        return Vended(credentials=bodies.parse_credentials(fields, answer, now), connector=summary)

    def console_url(
        self, session: Session, connector: str, place: "ConsolePlace", narrowing: Narrowing = NOTHING
    ) -> Secret:
        """Ask for an address that leads to the console through the broker."""
        wanted = {name: value for name, value in (("service", place.service), ("region", place.region)) if value}
        fields = parse_object(self._post(session, connector, "console", wanted | _narrowed(narrowing)))
        return parse_console_url(fields.get("url"), issuer=self.issuer, hosts=self.browser_hosts)

    def diagnose(self, session: Session, connector: str) -> "tuple[Step, ...]":
        """Let the broker try the connector part by part."""
        from awsfed.broker.answers import Step

        fields = parse_object(self._post(session, connector, "diagnosis", {}))
        steps = fields.get("steps")
        if not isinstance(steps, list) or len(steps) > _MOST_STEPS or not all(isinstance(one, dict) for one in steps):
            raise wrong("steps")
        return tuple(
            Step(
                what=need(one, "what", bodies.parse_shown),
                detail=shown(str(one.get("detail") or ""), limit=1000),
                error=refusals.told(one.get("error")),
            )
            for one in steps
        )

    def caller_identity(self, session: Session, connector: str) -> "CallerIdentity":
        """Let the broker ask AWS."""
        return bodies.parse_caller(parse_object(self._post(session, connector, "caller-identity", {})))

    def ecr_credentials(self, session: Session, connector: str, region: str | None) -> "RegistryPassword":
        """Ask for a password of ECR."""
        from awsfed.broker.remote import tokens

        now = self.clock.now()
        answer = self._post(session, connector, "ecr", {"region": region} if region else {})
        return tokens.parse_registry_password(parse_object(answer), answer, now, region)

    def codeartifact_token(self, session: Session, connector: str, domain: "PackageDomain") -> "PackageToken":
        """Ask for a token of CodeArtifact."""
        from awsfed.broker.remote import tokens

        now = self.clock.now()
        others = (("owner", domain.owner), ("region", domain.region), ("duration", domain.duration))
        wanted = {"domain": domain.name} | {name: value for name, value in others if value is not None}
        answer = self._post(session, connector, "codeartifact", wanted)
        return tokens.parse_package_token(parse_object(answer), answer, now, domain)

    def _path(self, connector: str, resource: str) -> str:
        return f"/connectors/{parse_connector(connector)}/{resource}"

    def _post(self, session: Session, connector: str, resource: str, body: Mapping[str, object]) -> Answer:
        return self._ask(session, "POST", self._path(connector, resource), body=body)

    def _ask(self, session: Session, method: str, path: str, **more: Any) -> Answer:
        opened = pass_of(session, self.issuer)
        if not session.is_live(self.clock.now()):
            raise login_required(self.issuer)
        request = Request(method=method, path=f"{BASE}{path}", headers=opened.headers(), **more)
        try:
            return self.exchange.ask(request, self._refusal)
        except (LoginRequired, UserInactive) as error:
            if isinstance(error, LoginRequired):
                self.ended(session)
            if session.key.startswith(SERVICE):
                error.hint = f"awsfed login --service {session.name}"
            raise

    def _refusal(self, answer: Answer) -> AwsfedError:
        return refusals.refusal(answer, self.issuer)


def is_ours(answer: Answer) -> bool:
    """Tell whether an answer to `/status` comes from `awsfed serve`."""
    try:
        return is_success(answer) and parse_object(answer).get("awsfed") == 1
    except ProtocolError:
        return False


def _fingerprint(fields: Fields) -> str:
    return need(fields, "fingerprint", _FINGERPRINT)


def _narrowed(narrowing: Narrowing) -> dict[str, object]:
    """Return a narrowing as it is sent; nothing where there is nothing to narrow."""
    if narrowing == NOTHING:
        return {}
    parts: dict[str, object] = {
        "policy": narrowing.policy,
        "policyArns": list(narrowing.policy_arns) or None,
        "readOnly": narrowing.read_only or None,
        "regionLock": list(narrowing.region_lock) or None,
        "duration": narrowing.duration,
    }
    return {"narrowing": {name: value for name, value in parts.items() if value is not None}}
