"""A broker that serves others: what all requests share, and what each of them gets for itself."""

import math
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from awsfed.model.grants import is_administrator
from awsfed.model.once import once
from awsfed.model.partitions import PARTITIONS
from awsfed.outside.clock import Clock
from awsfed.outside.users import this_user
from awsfed.settings.values import Settings
from awsfed.version import VERSION
from awsfed.wiring.keeping import SOURCE

if TYPE_CHECKING:
    from awsfed.broker.administration import Administration
    from awsfed.broker.audit.heads import Signing
    from awsfed.broker.audit.trail import ChainTrail, RequestTrail
    from awsfed.broker.catalogue.interface import Catalogue
    from awsfed.broker.direct import DirectBroker
    from awsfed.broker.guard.attempts import Attempts
    from awsfed.broker.guard.sessions import BrokerSessions
    from awsfed.broker.guard.sign_in import SignIn
    from awsfed.broker.guard.sweeping import Sweeping
    from awsfed.broker.guard.tickets import Tickets
    from awsfed.broker.identity.interface import IdentitySource
    from awsfed.broker.identity.remembered import Memberships
    from awsfed.broker.identity.services import Services
    from awsfed.broker.keys.interface import AccessKeySource
    from awsfed.broker.store.opened import Store
    from awsfed.model.identity import Identity
    from awsfed.wiring import Wiring

REQUEST_S = 20.0
"""Within which a request is answered, retries included."""
_ANY = 2**62
_SHARED = ("settings", "_http", "sts_door", "aws_door", "application_login")
"""What a wiring keeps between requests: everything that knows no deadline."""


@dataclass(frozen=True, kw_only=True)
class Serving:
    """What all requests share; threads may use it at the same time."""

    wiring: "Wiring"
    store: "Store"
    signing: "Signing | None" = None
    changes: Lock = field(default_factory=Lock, init=False, repr=False)
    """Held by whoever changes connectors: each change is decided by what all the others are."""

    @property
    def settings(self) -> Settings:
        """The settings, as they were when the server started."""
        return self.wiring.settings

    @property
    def clock(self) -> Clock:
        """What the time is."""
        return self.wiring.clock

    @once
    def fixed(self) -> "Catalogue":
        """The connectors of the settings and of what they name, read again every two seconds."""
        from awsfed.broker.catalogue.refreshed import RefreshedCatalogue

        patient = self.wiring.changed(deadline_s=math.inf)  # it reads as long as the server runs
        return RefreshedCatalogue(source=patient.catalogue, clock=self.clock)

    @once
    def catalogue(self) -> "Catalogue":
        """Every connector, those of the store as they are now."""
        from awsfed.broker.catalogue.database import StoredCatalogue
        from awsfed.broker.catalogue.merged import MergedCatalogue

        stored = StoredCatalogue(self.store.connectors, self.settings.keys)
        return MergedCatalogue(parts=(self.fixed, stored))

    def access_key_source(self, name: str) -> "AccessKeySource":
        """Return the place where an access key lives: the store, or else where the settings say."""
        from awsfed.broker.keys.stored import StoredKey

        stored = StoredKey(name=name, records=self.store.keys)
        return stored if stored.is_there else self.wiring.access_key_source(name)

    def probes(self) -> "dict[str, Callable[[], None]]":
        """Return what finds out whether each part can be used: it raises where that is not so."""
        from awsfed.broker.store.schema import check_schema

        def crowd() -> None:
            wiring = self.request("", "readyz").wiring
            wiring.__dict__["retries"] = replace(wiring.retries, retries=0)
            wiring.identities.ping()

        def store() -> None:
            check_schema(self.store.database)
            self.store.attempts.add("readyz", self.clock.now(), below=_ANY)  # reading works on a full disk too

        return {"store": store, "crowd": crowd}

    @once
    def sweeping(self) -> "Sweeping":
        """When ended sessions are thrown away."""
        from awsfed.broker.guard.sweeping import Sweeping

        return Sweeping(clock=self.clock)

    @once
    def sessions(self) -> "BrokerSessions":
        """The sessions that were issued."""
        from awsfed.broker.guard.sessions import BrokerSessions

        return BrokerSessions(
            records=self.store.sessions,
            clock=self.clock,
            sweeping=self.sweeping,
            issuer=self.wiring.issuer,
            idle_s=self.settings.server.session_idle_minutes * 60,
        )

    @once
    def services(self) -> "Services":
        """The service principals."""
        from awsfed.broker.identity.services import Services

        return Services(records=self.store.services, clock=self.clock)

    @once
    def tickets(self) -> "Tickets":
        """The ways into the console that were given out."""
        from awsfed.broker.guard.sweeping import Sweeping
        from awsfed.broker.guard.tickets import Tickets

        sweeping = Sweeping(clock=self.clock)
        return Tickets(records=self.store.tickets, sessions=self.sessions, clock=self.clock, sweeping=sweeping)

    @once
    def attempts(self) -> "Attempts":
        """Who failed to sign in lately."""
        from awsfed.broker.guard.attempts import Attempts
        from awsfed.broker.guard.sweeping import Sweeping

        return Attempts(records=self.store.attempts, clock=self.clock, sweeping=Sweeping(clock=self.clock))

    @once
    def chain(self) -> "ChainTrail":
        """The chain of events of this process."""
        from awsfed.broker.audit.trail import ChainTrail

        return ChainTrail(records=self.store.events, signing=self.signing)

    @once
    def memberships(self) -> "Memberships | None":
        """What Crowd said a moment ago; None where it is asked every time."""
        from awsfed.broker.identity.remembered import Memberships

        for_s = self.settings.server.membership_cache_s
        return Memberships(clock=self.clock, for_s=for_s) if for_s else None

    @once
    def shared(self) -> dict[str, Any]:
        """What the wiring of each request takes over from the first one."""
        for leg in ("crowd", "aws"):
            self.wiring.http(leg)
        ours = {"services": self.services, "access_key_source": self.access_key_source}
        return {name: getattr(self.wiring, name) for name in _SHARED} | ours

    def request(self, source: str, request_id: str, hold: "Callable[[float], None] | None" = None) -> "Request":
        """Return what one request gets for itself; `hold` holds its answer back for so many seconds."""
        return Request(serving=self, source=source, request_id=request_id, hold=hold)

    def is_administrator(self, identity: "Identity") -> bool:
        """Tell whether somebody may change connectors and access keys."""
        return is_administrator(identity, self.settings.administrators)

    def prepare(self) -> None:
        """Make what there must be one of, before requests that come at the same time could make two."""
        for name in ("chain", "catalogue", "sessions", "tickets", "attempts", "memberships", "shared"):
            getattr(self, name)

    def note_start(self) -> None:
        """Write down that a server starts, and what it goes by; raise StoreError."""
        actor, administrators = this_user(), ", ".join(self.settings.administrators)
        details = {"version": VERSION, "crowd": self.wiring.issuer, "administrators": administrators}
        trail = self.request(SOURCE, secrets.token_hex(8)).trail
        with trail.change(f"local:{actor}", actor, "start server", details):
            pass

    def sign(self) -> None:
        """Sign the end of the trail; raise StoreError."""
        if self.signing is not None:
            self.signing.sign(self.chain.newest())


@dataclass(frozen=True, kw_only=True)
class Request:
    """What one request gets for itself: a deadline, a trail, and a directory that it asks once."""

    serving: Serving
    source: str
    request_id: str
    hold: "Callable[[float], None] | None" = None

    @once
    def trail(self) -> "RequestTrail":
        """Where this request is written down."""
        from awsfed.broker.audit.trail import RequestTrail

        serving = self.serving
        return RequestTrail(chain=serving.chain, clock=serving.clock, source=self.source, request_id=self.request_id)

    @once
    def wiring(self) -> "Wiring":
        """The parts that know a deadline, anew; the others are shared."""
        wiring = replace(self.serving.wiring, deadline_s=REQUEST_S, is_server=True)
        wiring.__dict__.update(self.serving.shared)
        return wiring

    @once
    def broker(self) -> "DirectBroker":
        """Whoever decides and vends for this request."""
        from awsfed.broker.catalogue.remembered import RememberedCatalogue

        wiring = self.wiring
        wiring.__dict__["people"] = self._remembered(wiring.identities)
        wiring.__dict__["catalogue"] = RememberedCatalogue(source=self.serving.catalogue)
        return wiring.direct_broker(self.trail)

    def administration(self, actor: "Identity") -> "Administration":
        """Return what an administrator changes."""
        from awsfed.broker.administration import Administration

        serving, vendor = self.serving, self.wiring.vendor
        region = serving.settings.aws.region or PARTITIONS["aws"].default_region
        return Administration(
            actor=actor,
            trail=self.trail,
            connector_records=serving.store.connectors,
            key_records=serving.store.keys,
            fixed=serving.fixed,
            fixed_keys=serving.settings.keys,
            caller=lambda key: vendor.caller_identity(key, region),
            clock=serving.clock,
        )

    def _remembered(self, source: "IdentitySource") -> "IdentitySource":
        """Return a directory; within one request everybody is asked for once, and perhaps not even that."""
        from awsfed.broker.identity.remembered import Memberships, RememberedIdentities

        memberships = self.serving.memberships or Memberships(clock=self.serving.clock, for_s=REQUEST_S)
        return RememberedIdentities(source=source, memberships=memberships)

    @once
    def sign_in(self) -> "SignIn":
        """Signing in."""
        from awsfed.broker.guard.sign_in import SignIn

        serving = self.serving
        return SignIn(
            broker=self.broker,
            attempts=serving.attempts,
            sessions=serving.sessions,
            trail=self.trail,
            clock=serving.clock,
            hold=self.hold,
        )


@contextmanager
def serving(wiring: "Wiring", *, unwrapped: bool = True) -> Iterator[Serving]:
    """Open a broker that serves others, for as long as the block lasts; errors are those of its store and settings.

    With `unwrapped` false nobody misses the sealing key who needs no secret of the store.
    """
    from awsfed.wiring.auditing import audit_key, signing
    from awsfed.wiring.storing import serving_store

    with serving_store(wiring, unwrapped=unwrapped) as store:
        broker = Serving(wiring=wiring, store=store, signing=signing(wiring, audit_key(wiring), store.events))
        broker.prepare()
        try:
            yield broker
        finally:
            broker.chain.close()
            broker.sign()
