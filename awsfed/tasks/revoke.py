"""Taking away what a person has: sessions on this machine, and credentials that AWS gave already.

Credentials cannot be called back. What ends them is a policy on the role that they belong to, which denies everything
to sessions of this person's name from before now.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from awsfed.broker.answers import CallerIdentity
from awsfed.broker.catalogue.interface import Catalogue
from awsfed.broker.identity.interface import IdentitySource
from awsfed.broker.identity.services import Service
from awsfed.broker.keys.interface import AccessKeySource, Denials
from awsfed.broker.keys.missing import loaded
from awsfed.errors import AwsfedError, IdentityUnavailable, LoginRequired, NoKeyring, NotFound, Refused, UserInactive
from awsfed.model.arns import account_of, partition_of
from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.credentials import AccessKey
from awsfed.model.grants import Allowed, may
from awsfed.model.identity import Identity
from awsfed.model.naming import id_of
from awsfed.model.partitions import PARTITIONS
from awsfed.model.revocation import Denial, deny
from awsfed.model.session_names import SERVICE_SESSION, names_of_service
from awsfed.model.slugs import closest
from awsfed.outside.clock import Clock
from awsfed.tasks.log_out import LogOut, SignedOut
from awsfed.workstation.known import KnownStore
from awsfed.workstation.session import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whose sessions are to end."""

    name: str
    """As the directory spells it, or as it was typed where the directory does not know it; of a service `service=NAME`.
    """
    identity: Identity | None
    """None where the directory does not know the name, and for a service."""
    is_active: bool
    service: Service | None = None
    unasked: IdentityUnavailable | None = None
    """Why the directory could not be asked about the name."""

    @property
    def key(self) -> str | None:
        """What their sessions at a broker belong to; None where only the name is known."""
        if self.service:
            return self.service.key
        return self.identity.key if self.identity else None

    def deny(self, principal_arn: str, before: int) -> Denial:
        """Return the policy that ends their sessions from before a moment."""
        if self.service:
            return deny(principal_arn, self.service.name, before, is_service=True)
        return deny(principal_arn, self.name, before, is_logged=self.identity is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """A role, or a user whose key federates, and the connectors that lead there."""

    connectors: tuple[str, ...]
    access_key: str
    denial: Denial | None
    error: AwsfedError | None = None
    """Why the policy could not be made, or was not put."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What has to be denied where."""

    concerns: tuple[Concern, ...]
    nameless: tuple[str, ...]
    """Connectors whose sessions do not carry the user's name, so that nobody's can be ended by itself."""


def _nobody_served(_: Person) -> None:
    """Return that no broker serves from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke:
    """Ends what one person has."""

    issuer: str
    identities: IdentitySource
    services: Callable[[], Iterable[Service]]
    catalogue: Catalogue
    administrators: tuple[str, ...]
    sessions: Sessions
    known: KnownStore
    log_out: LogOut
    keys: Callable[[str], AccessKeySource]
    caller: Callable[[AccessKey, str], CallerIdentity]
    """Asks STS in a region whose key it is."""
    region_of: Callable[[Connector], str]
    denials: Denials
    clock: Clock
    end_served: Callable[[Person], int | None] = _nobody_served
    """Ends the sessions that a broker issued from here.

    Returns how many, or None where none serves; raises AwsfedError where its store cannot be used.
    """

    def find(self, name: str, *, even_unknown: bool) -> Person:
        """Return who is meant, also where somebody switched them off already.

        A service is named `service=NAME`, or as AWS logs it; of two who are called so it is the one that is meant.

        Raises:
            NotFound: neither the services nor the directory know the name, and `even_unknown` is false.
            IdentityUnavailable: the directory cannot be asked, and `even_unknown` is false.
        """
        for service in self.services() if name.startswith(SERVICE_SESSION) else ():
            if name in names_of_service(service.name):
                return Person(name=f"{SERVICE_SESSION}{service.name}", identity=None, is_active=True, service=service)
        try:
            return self._in_directory(name, even_unknown=even_unknown)
        except IdentityUnavailable as error:
            if not even_unknown:
                hint = "; ".join(
                    filter(None, (error.hint, "to end all the same what there is by that name: --all-connectors"))
                )
                raise IdentityUnavailable(error.message, hint=hint) from error
            return Person(name=name, identity=None, is_active=True, unasked=error)

    def _in_directory(self, name: str, *, even_unknown: bool) -> Person:
        try:
            identity = self.identities.look_up(name)
        except UserInactive:
            try:
                identity = self.identities.look_up(name, even_inactive=True)
            except UserInactive as error:
                if even_unknown:
                    return Person(name=name, identity=None, is_active=False)
                hint = "check the name; for somebody who was deleted, as it stands in CloudTrail: --all-connectors"
                if name.startswith(SERVICE_SESSION):
                    hint = (
                        "awsfed services list; for one that was revoked, as it stands in CloudTrail: --all-connectors"
                    )
                raise NotFound(f"Crowd knows no user {name!r}, and there is no such service", hint=hint) from error
            return Person(name=identity.name, identity=identity, is_active=False)
        return Person(name=identity.name, identity=identity, is_active=True)

    def end_here(self, person: Person) -> tuple[SignedOut, ...]:
        """Sign the person out of this machine, if it is they who are signed in; without a keyring nobody is."""
        known = self.known.load(self.issuer)
        try:
            session = self.sessions.load(self.issuer)
            found = {(session.key, session.name.lower())}
        except (LoginRequired, NoKeyring):
            found = set()
        if known:
            found.add((known.subject, known.name.lower()))
        key = person.identity.key if person.identity else None
        if any(one[0] == key or one[1] == person.name.lower() for one in found):
            return self.log_out(self.issuer)
        return ()

    def plan(self, person: Person, chosen: Iterable[str], *, all_connectors: bool, key: str | None) -> Plan:
        """Return where something has to be denied, with the key to do it: the one named, or the connector's own.

        The connectors are those chosen; or all; or else those that the person's groups open now. For somebody whose
        groups open none they are all: the groups may have been taken away already.

        Raises:
            NotFound: a connector that was chosen, by its id or name, does not exist.
            Refused: several have that name.
        """
        concerned = self._concerned(person, tuple(chosen), all_connectors=all_connectors)
        before = int(self.clock.now()) + 1
        named = [one for one in concerned if one.type is ConnectorType.ASSUME_ROLE]
        by_place: dict[str, list[Connector]] = {}
        for connector in named:
            by_place.setdefault(connector.role_arn or "", []).append(connector)
        concerns = [
            Concern(
                connectors=tuple(one.id for one in leading),
                access_key=key or leading[0].access_key,
                denial=person.deny(arn, before),
            )
            for arn, leading in by_place.items()
        ]
        concerns += self._federated(concerned, person, before, key)
        nameless = (ConnectorType.SESSION_TOKEN, ConnectorType.PROVIDED)
        return Plan(concerns=tuple(concerns), nameless=tuple(one.id for one in concerned if one.type in nameless))

    def put(self, concern: Concern) -> Concern:
        """Put a policy; what goes wrong is in what is returned."""
        if concern.denial is None:
            return concern
        try:
            key = self._key(concern.access_key)
            self._check_account(concern.denial.principal_arn, key)
            denial = self.denials.put(concern.denial, key)
        except AwsfedError as error:
            return Concern(
                connectors=concern.connectors, access_key=concern.access_key, denial=concern.denial, error=error
            )
        return Concern(connectors=concern.connectors, access_key=concern.access_key, denial=denial)

    def _concerned(self, person: Person, chosen: tuple[str, ...], *, all_connectors: bool) -> list[Connector]:
        known = self.catalogue.connectors().by_id
        if chosen:
            return [known[one] for one in dict.fromkeys(_id_of(known, name) for name in chosen)]
        everything = list(known.values())
        if all_connectors or person.identity is None:
            return everything
        identity = person.identity
        opened = [one for one in everything if isinstance(may(identity, one, self.administrators), Allowed)]
        return opened or everything

    def _federated(
        self, concerned: Iterable[Connector], person: Person, before: int, key: str | None
    ) -> Iterator[Concern]:
        """Yield the users whose keys make federated users of this person's name, each once."""
        by_key: dict[str, list[Connector]] = {}
        for connector in concerned:
            if connector.type is ConnectorType.FEDERATION_TOKEN:
                by_key.setdefault(connector.access_key, []).append(connector)
        for name, leading in by_key.items():
            ids = tuple(one.id for one in leading)
            denial, trouble = None, None
            try:
                arn = self.caller(self._key(name), self.region_of(leading[0])).arn
                if ":user/" not in arn:
                    raise Refused(f"access key {name!r} belongs to {arn}, which is no user")
                denial = person.deny(arn, before)
            except AwsfedError as error:
                trouble = error
            yield Concern(connectors=ids, access_key=key or name, denial=denial, error=trouble)

    def _check_account(self, principal_arn: str, key: AccessKey) -> None:
        """Raise Refused for a key of another account: IAM knows roles by name, and its own may have the same one."""
        wanted, region = account_of(principal_arn), PARTITIONS[partition_of(principal_arn)].default_region
        found = self.caller(key, region).account
        if found != wanted:
            raise Refused(
                f"it is in account {wanted}, and access key {key.name!r} belongs to account {found}",
                hint=f"name a key of account {wanted}: --key NAME",
            )

    def _key(self, name: str) -> AccessKey:
        return loaded(name, self.keys(name))


def _id_of(known: Mapping[str, Connector], given: str) -> str:
    found = id_of(known.values(), given)
    if found is None:
        meant = closest(given, list(known))
        raise NotFound(f"no connector {given!r}", hint=f"did you mean {meant}?" if meant else "awsfed connectors")
    return found
