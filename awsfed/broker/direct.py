"""The direct broker: session -> identity -> catalogue -> grants -> key -> STS, in one process."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from awsfed.broker.answers import (
    CallerIdentity,
    ConsolePlace,
    Explanation,
    PackageDomain,
    PackageToken,
    RegistryPassword,
    Step,
)
from awsfed.broker.audit.interface import Trail
from awsfed.broker.audit.reasons import NO_WISHES, reasons
from awsfed.broker.audit.trail import NoTrail
from awsfed.broker.catalogue.interface import Catalogue
from awsfed.broker.identity.interface import IdentitySource
from awsfed.broker.identity.services import Services
from awsfed.broker.interface import ConnectorSummary, Vended
from awsfed.broker.keys.interface import AccessKeySource
from awsfed.broker.keys.missing import loaded
from awsfed.broker.sts.diagnosis import diagnose
from awsfed.broker.sts.interface import Vendor
from awsfed.broker.sts.passing import as_key
from awsfed.broker.sts.recorded import RecordedVendor
from awsfed.broker.sts.refusals import ASK
from awsfed.errors import (
    AccessDenied,
    LoginRequired,
    MfaCodeRequired,
    NotGranted,
    ProtocolError,
    Refused,
    RoleRefused,
    UserInactive,
)
from awsfed.model.connector import Connector
from awsfed.model.credentials import AccessKey
from awsfed.model.fingerprints import fingerprint
from awsfed.model.grants import Allowed, Denied, may
from awsfed.model.identity import SERVICE, Identity, Session
from awsfed.model.labs import Labs, switch_name
from awsfed.model.narrowing import NOTHING, Narrowing, narrowed
from awsfed.model.secret import Secret
from awsfed.model.slugs import closest
from awsfed.model.text import shown
from awsfed.outside.clock import Clock

if TYPE_CHECKING:
    from awsfed.broker.services.codeartifact import PackageTokens
    from awsfed.broker.services.console import ConsoleSignIn
    from awsfed.broker.services.ecr import RegistryPasswords


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectBroker:
    """Decides and vends, with the Crowd application's secret and the access keys at hand; see the port."""

    identities: IdentitySource
    catalogue: Catalogue
    keys: Callable[[str], AccessKeySource]
    """Finds the place of an access key by its name."""
    vendor: Vendor
    console: Callable[[], "ConsoleSignIn"]
    """Returns what signs in at the console; it is loaded where somebody wants to get there, as the next two are."""
    clock: Clock
    services: Services
    administrators: tuple[str, ...]
    session_s: int
    labs: Labs = field(default_factory=Labs)
    registries: "Callable[[], RegistryPasswords] | None" = None
    """None where this broker gives out no passwords of ECR."""
    packages: "Callable[[], PackageTokens] | None" = None
    """None where this broker gives out no tokens of CodeArtifact."""
    trail: Trail = field(default_factory=NoTrail)
    """Where every call of STS and every refusal is written down; without a trail that can be written to, no call."""

    @property
    def issuer(self) -> str:
        """The Crowd that people sign in at."""
        return self.identities.issuer

    def log_in(self, name: str, password: Secret) -> Session:
        """Check a password with one request."""
        person = self.identities.authenticate(name, password)
        if person.key.startswith(SERVICE):
            raise ProtocolError("Crowd answered with the key of a service of ours")
        return self._session(person.key, person.name)

    def log_in_service(self, name: str, token: Secret) -> Session:
        """Check the token of a service."""
        service = self.services.authenticate(name, token)
        return self._session(service.key, service.name)

    def _session(self, key: str, name: str) -> Session:
        now = int(self.clock.now())
        return Session(issuer=self.issuer, key=key, name=name, signed_in_at=now, ends_at=now + self.session_s)

    def log_out(self, session: Session) -> None:
        """Do nothing: a session of the direct broker is only the record that this machine keeps."""

    def identity(self, session: Session) -> Identity:
        """Ask Crowd who the user is right now."""
        if session.issuer != self.issuer or not session.is_live(self.clock.now()):
            raise LoginRequired(f"login required for {self.issuer}", hint="awsfed login")
        if session.key.startswith(SERVICE):
            return self._service(session)
        identity = self.identities.look_up(session.name)
        if identity.key != session.key:
            raise UserInactive(f"the user {session.name!r} is not the one who signed in", hint="awsfed login")
        return identity

    def _service(self, session: Session) -> Identity:
        """Return the service of a session, as it is now: one that was revoked or given a new token is none."""
        service = self.services.get(session.name)
        if service is None or service.key != session.key:
            message = f"the service {session.name!r} was revoked, or its token replaced"
            raise UserInactive(message, hint=f"awsfed login --service {session.name}")
        return Identity(
            key=session.key,
            name=service.name,
            display_name=service.name,
            groups=(),
            service_grants=service.connectors,
        )

    def connectors(self, session: Session) -> tuple[ConnectorSummary, ...]:
        """Return what the groups of the user open."""
        granted = self._granted(self.identity(session)).values()
        return tuple(self._summary(one) for one in granted if not self.labs.closing(one.partition))

    def granted(self, session: Session, connector: str) -> Connector:
        """Return the definition of a connector; raise NotGranted as every verb does."""
        return self._granted_now(session, connector)[0]

    def explain(self, session: Session, connector: str) -> Explanation:
        """Say which groups open a connector; whoever runs the direct broker may know those that are missing too."""
        identity = self.identity(session)
        known = self.catalogue.connectors().by_id
        if connector not in known:
            raise self._not_granted(connector, identity)
        decision = self._decision(known[connector], identity)
        if isinstance(decision, Allowed):
            self._grant(connector, identity)  # what a switch closes is open through no group
            return Explanation(connector=connector, through=decision.through)
        return Explanation(connector=connector, through=(), missing=decision.missing)

    def credentials(self, session: Session, connector: str, narrowing: Narrowing = NOTHING) -> Vended:
        """Check the grant, then vend."""
        granted, key, identity = self._admit(session, connector)
        recorded = self._recorded("credentials", granted, identity, narrowing)
        return Vended(
            credentials=recorded.vend(narrowed(granted, narrowing), identity, key), connector=self._summary(granted)
        )

    def console_url(
        self, session: Session, connector: str, place: ConsolePlace, narrowing: Narrowing = NOTHING
    ) -> Secret:
        """Check the grant, vend, and exchange what was vended for a sign-in URL."""
        granted, key, identity = self._admit(session, connector)
        wanted, console = narrowed(granted, narrowing), self.console()
        console.check(wanted, place)
        with self._recorded("console", granted, identity, narrowing).lent(wanted, identity, key) as vended:
            return console.url(wanted, vended, key, place)

    def diagnose(self, session: Session, connector: str) -> tuple[Step, ...]:
        """Check the grant, then try the connector part by part."""
        granted, key, identity = self._admit(session, connector)
        return tuple(diagnose(granted, identity, key, self._recorded("diagnosis", granted, identity)))

    def caller_identity(self, session: Session, connector: str) -> CallerIdentity:
        """Check the grant, vend, and ask AWS what it takes the result for."""
        granted, key, identity = self._admit(session, connector)
        with self._recorded("caller-identity", granted, identity).lent(granted, identity, key) as vended:
            return self.vendor.caller_identity(as_key(granted, vended), self.vendor.region_of(granted))

    def ecr_credentials(self, session: Session, connector: str, region: str | None) -> RegistryPassword:
        """Check the grant, vend, and ask ECR for a password with the result."""
        if self.registries is None:
            raise Refused("this broker gives out no passwords of ECR")
        granted, key, identity = self._admit(session, connector)
        region = region or self.vendor.region_of(granted)
        recorded = self._recorded("ecr", granted, identity, wishes={"region": region})
        with recorded.lent(granted, identity, key) as vended:
            return self.registries().password(granted, as_key(granted, vended), region)

    def codeartifact_token(self, session: Session, connector: str, domain: PackageDomain) -> PackageToken:
        """Check the grant, vend, and ask CodeArtifact for a token with the result."""
        if self.packages is None:
            raise Refused("this broker gives out no tokens of CodeArtifact")
        granted, key, identity = self._admit(session, connector)
        wanted = replace(domain, region=domain.region or self.vendor.region_of(granted))
        wishes = {"domain": wanted.name, "domain_owner": wanted.owner, "region": wanted.region}
        recorded = self._recorded("codeartifact", granted, identity, wishes=wishes)
        with recorded.lent(granted, identity, key) as vended:
            wanted = replace(wanted, owner=wanted.owner or vended.account_id)
            return self.packages().token(granted, as_key(granted, vended), wanted)

    def _admit(self, session: Session, connector: str) -> tuple[Connector, AccessKey, Identity]:
        """Return everything a call needs, or raise: the one gate before every vend."""
        granted, identity = self._granted_now(session, connector)
        return granted, self._key_for(granted, identity), identity

    def _granted_now(self, session: Session, connector: str) -> tuple[Connector, Identity]:
        """Return a connector and whom it is granted to; a refusal is written down."""
        try:
            identity = self.identity(session)
            return self._grant(connector, identity), identity
        except AccessDenied as refusal:
            self.trail.refused(session.key, session.name, connector, refusal.message)
            raise

    def _grant(self, connector: str, identity: Identity) -> Connector:
        granted = self.catalogue.connectors().by_id.get(connector)
        if granted is None or not self._is_granted(granted, identity):
            raise self._not_granted(connector, identity)
        if switch := self.labs.closing(granted.partition):
            raise NotGranted(
                f"connector {connector!r} is of partition {granted.partition}, which is switched off",
                hint=f"awsfed labs enable {switch_name(switch)}",
            )
        return granted

    def _key_for(self, connector: Connector, identity: Identity) -> AccessKey:
        """Return the key of a connector's call; at the end of a chain that is what the other connector gives."""
        key = self._key(connector.access_key)
        if connector.via is None:
            return key
        base = self.catalogue.connectors().by_id[connector.via]
        try:
            return as_key(base, self._recorded("chain", base, identity).vend(base, identity, key))
        except (Refused, RoleRefused, MfaCodeRequired) as error:
            through = f"connector {connector.label} leads through another one, which cannot be used"
            error.outward = RoleRefused(through, hint=ASK)  # that one may be nothing that the user knows of
            raise

    def _recorded(
        self,
        purpose: str,
        connector: Connector,
        identity: Identity,
        narrowing: Narrowing = NOTHING,
        wishes: Mapping[str, str | None] = NO_WISHES,
    ) -> RecordedVendor:
        """Return the one way to STS: nothing is vended past it."""
        decision = self._decision(connector, identity)
        about = reasons(purpose, decision, fingerprint(connector), narrowing, wishes)
        return RecordedVendor(vendor=self.vendor, trail=self.trail, about=about)

    def _granted(self, identity: Identity) -> dict[str, Connector]:
        return {
            connector.id: connector
            for connector in self.catalogue.connectors().by_id.values()
            if self._is_granted(connector, identity)
        }

    def _is_granted(self, connector: Connector, identity: Identity) -> bool:
        return isinstance(self._decision(connector, identity), Allowed)

    def _decision(self, connector: Connector, identity: Identity) -> Allowed | Denied:
        implicit = not self.labs.disable_implicit_connector_visibility_for_administrators
        return may(identity, connector, self.administrators, implicit=implicit)

    def _not_granted(self, connector: str, identity: Identity) -> NotGranted:
        meant = closest(connector, list(self._granted(identity)))
        hint = f"did you mean {meant}?" if meant else "awsfed connectors"
        return NotGranted(f"no connector {shown(connector, limit=64)!r} for {identity.name}", hint=hint)

    def _key(self, name: str) -> AccessKey:
        return loaded(name, self.keys(name))

    def _summary(self, connector: Connector) -> ConnectorSummary:
        return ConnectorSummary(
            id=connector.id,
            name=connector.name,
            type=connector.type,
            region=self.vendor.region_of(connector),
            fingerprint=fingerprint(connector),
            role_arn=connector.role_arn,
            duration=connector.duration,
            groups=connector.groups,
        )
