"""The broker at a URL, whichever dialect it speaks: recognised at the first login, and known from the session then."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awsfed.broker.interface import Broker, ConnectorSummary, Vended
from awsfed.broker.remote.exchange import Exchange, Request
from awsfed.broker.remote.passes import IFAWS, pass_of
from awsfed.model.identity import Identity, Session
from awsfed.model.narrowing import NOTHING, Narrowing
from awsfed.model.secret import Secret

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

_STATUS = "/rest/awsfed/1/status"
_UNAUTHORIZED, _PROXY_LOGIN, _BROKEN = 401, 407, 500


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class RemoteBroker:
    """Hands every verb to the dialect that a session was made in; see the port."""

    exchange: Exchange
    ours: Callable[[], Broker]
    ifaws: Callable[[], Broker]

    @property
    def issuer(self) -> str:
        """The broker's URL."""
        return self.exchange.url

    def log_in(self, name: str, password: Secret) -> Session:
        """Find out who is there, then sign in."""
        return self._recognised().log_in(name, password)

    def log_in_service(self, name: str, token: Secret) -> Session:
        """Find out who is there, then sign in with a token."""
        return self._recognised().log_in_service(name, token)

    def log_out(self, session: Session) -> None:
        """End the session there."""
        self._of(session).log_out(session)

    def identity(self, session: Session) -> Identity:
        """Ask who the session's user is."""
        return self._of(session).identity(session)

    def connectors(self, session: Session) -> tuple[ConnectorSummary, ...]:
        """Ask what is granted."""
        return self._of(session).connectors(session)

    def explain(self, session: Session, connector: str) -> "Explanation":
        """Ask why."""
        return self._of(session).explain(session, connector)

    def credentials(self, session: Session, connector: str, narrowing: Narrowing = NOTHING) -> Vended:
        """Ask for credentials."""
        return self._of(session).credentials(session, connector, narrowing)

    def console_url(
        self, session: Session, connector: str, place: "ConsolePlace", narrowing: Narrowing = NOTHING
    ) -> Secret:
        """Ask for an address that leads to the console."""
        return self._of(session).console_url(session, connector, place, narrowing)

    def diagnose(self, session: Session, connector: str) -> "tuple[Step, ...]":
        """Ask what keeps a connector from vending."""
        return self._of(session).diagnose(session, connector)

    def caller_identity(self, session: Session, connector: str) -> "CallerIdentity":
        """Ask what AWS takes credentials for."""
        return self._of(session).caller_identity(session, connector)

    def ecr_credentials(self, session: Session, connector: str, region: str | None) -> "RegistryPassword":
        """Ask for a password of ECR."""
        return self._of(session).ecr_credentials(session, connector, region)

    def codeartifact_token(self, session: Session, connector: str, domain: "PackageDomain") -> "PackageToken":
        """Ask for a token of CodeArtifact."""
        return self._of(session).codeartifact_token(session, connector, domain)

    def _of(self, session: Session) -> Broker:
        dialect = pass_of(session, self.issuer).dialect
        return self.ifaws() if dialect.startswith(IFAWS) else self.ours()

    def greeting(self) -> str:
        """Say, without a secret, what is there; whether the vendor's app is, only a login can tell."""
        return "is a broker of awsfed" if self._is_ours() else "answers, but is no awsfed: perhaps a host of IFAWS"

    def _recognised(self) -> Broker:
        """Return the dialect to sign in with: whatever does not know our own resources may be the vendor's app."""
        return self.ours() if self._is_ours() else self.ifaws()

    def _is_ours(self) -> bool:
        from awsfed.broker.remote.host_refusals import is_of_host
        from awsfed.broker.remote.ours import is_ours
        from awsfed.broker.remote.refusals import refusal

        answer = self.exchange.once(Request(method="GET", path=_STATUS))
        if answer.status >= _BROKEN or (answer.status in {_UNAUTHORIZED, _PROXY_LOGIN} and not is_of_host(answer)):
            raise refusal(answer, self.issuer)
        return is_ours(answer)
