"""West wing: the broker and what it consists of."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from awsfed.errors import AwsfedError, NoKeyring
from awsfed.model.once import once
from awsfed.settings.problems import Problem, Severity
from awsfed.settings.variables import MFA_CODE
from awsfed.wiring.keys import Keys

if TYPE_CHECKING:
    from awsfed.broker.audit.interface import Trail
    from awsfed.broker.catalogue.fetched import FetchedCatalogue
    from awsfed.broker.catalogue.interface import Catalogue
    from awsfed.broker.catalogue.local import LocalCatalogue
    from awsfed.broker.catalogue.near import NearCatalogue
    from awsfed.broker.direct import DirectBroker
    from awsfed.broker.identity.interface import IdentitySource
    from awsfed.broker.identity.services import Services
    from awsfed.broker.interface import Broker
    from awsfed.broker.remote.broker import RemoteBroker
    from awsfed.broker.remote.ifaws import KeptPasswords
    from awsfed.broker.services.codeartifact import PackageTokens
    from awsfed.broker.services.console import ConsoleSignIn
    from awsfed.broker.services.ecr import RegistryPasswords
    from awsfed.broker.sts.vendor import StsVendor
    from awsfed.model.identity import Session
    from awsfed.outside.aws import AwsDoor
    from awsfed.outside.sts import StsDoor
    from awsfed.tasks.access_keys import AccessKeys
    from awsfed.tasks.labs import Switches
    from awsfed.tasks.settings_file import SettingsFile


class WestWing(Keys):
    """Whoever decides and vends."""

    @property
    def issuer(self) -> str:
        """The origin to sign in at: the broker's, or in direct mode Crowd's."""
        return self.settings.broker_url or self.crowd.url

    @once
    def broker(self) -> "Broker":
        """Whoever decides and vends."""
        return self.broker_at(self.settings.broker_url) if self.settings.broker_url else self.direct_broker()

    @property
    def kept_passwords(self) -> "KeptPasswords | None":
        """Passwords that open ended sessions at a broker again; the workstation keeps them."""
        return None

    def ended(self, session: "Session") -> None:
        """Hear of a session that its broker does not know any more; the workstation notes it."""

    def broker_at(self, url: str) -> "RemoteBroker":
        """Return the broker at a URL."""
        from awsfed.wiring.remote import remote_broker

        return remote_broker(self, url)

    def direct_broker(self, trail: "Trail | None" = None) -> "DirectBroker":
        """Return the broker in this process, and let it write down what it does, if there is a trail."""
        from awsfed.broker.audit.trail import NoTrail
        from awsfed.broker.direct import DirectBroker

        return DirectBroker(
            identities=self.people,
            catalogue=self.catalogue,
            keys=self.access_key_source,
            vendor=self.vendor,
            console=self.console_sign_in,
            clock=self.clock,
            services=self.services,
            administrators=self.settings.administrators,
            labs=self.settings.labs,
            session_s=self.settings.session_hours * 3600,
            registries=self.registry_passwords,
            packages=self.package_tokens,
            trail=trail or NoTrail(),
        )

    @once
    def people(self) -> "IdentitySource":
        """Whom the broker asks who people are."""
        return self.identities

    def console_sign_in(self) -> "ConsoleSignIn":
        """Return what exchanges credentials for a way into the console."""
        from awsfed.broker.services.console import ConsoleSignIn

        return ConsoleSignIn(
            http=self.http("aws"),
            retries=self.retries,
            endpoint=self.settings.aws.signin_endpoint,
            partitions=self.settings.partitions,
            fips=self.settings.aws.variant.fips,
        )

    def registry_passwords(self) -> "RegistryPasswords":
        """Return what asks ECR for passwords."""
        from awsfed.broker.services.ecr import RegistryPasswords

        return RegistryPasswords(door=self.aws_door, retries=self.retries, variant=self.settings.aws.variant)

    def package_tokens(self) -> "PackageTokens":
        """Return what asks CodeArtifact for tokens."""
        from awsfed.broker.services.codeartifact import PackageTokens

        return PackageTokens(door=self.aws_door, retries=self.retries)

    @property
    def services_file(self) -> Path:
        """Where the services of a broker are that serves nobody but this machine."""
        return self.state_directory / "services.json"

    @once
    def services(self) -> "Services":
        """The service principals of a broker that serves nobody but this machine."""
        from awsfed.broker.identity.service_file import ServiceFile
        from awsfed.broker.identity.services import Services

        records = ServiceFile(path=self.services_file, clock=self.clock)
        return Services(records=records, clock=self.clock)

    @once
    def vendor(self) -> "StsVendor":
        """STS."""
        from awsfed.broker.sts.mfa import MfaCodes
        from awsfed.broker.sts.vendor import StsVendor

        given = self.environ.get(MFA_CODE) if self.ask_code else None  # not by whoever renews behind: it is used up
        return StsVendor(
            door=self.sts_door,
            retries=self.retries,
            clock=self.clock,
            region=self.settings.aws.region,
            mfa_code=MfaCodes(given, self.ask_code),
        )

    @once
    def sts_door(self) -> "StsDoor":
        """The door to STS."""
        from awsfed.outside.sts import StsDoor

        return StsDoor(
            http=self.http("aws"),
            clock=self.clock,
            endpoint=self.settings.aws.endpoint,
            variant=self.settings.aws.variant,
        )

    @once
    def aws_door(self) -> "AwsDoor":
        """The door to the other services of AWS."""
        from awsfed.outside.aws import AwsDoor

        return AwsDoor(
            clock=self.clock,
            environ=self.environ,
            leg=self.settings.legs["aws"],
            endpoint=self.settings.aws.endpoint,
            variant=self.settings.aws.variant,
        )

    @once
    def catalogue(self) -> "Catalogue":
        """Where connectors come from: the settings themselves, and the catalogue that they name."""
        self.here("the catalogue is read")
        from awsfed.broker.catalogue.merged import MergedCatalogue

        return MergedCatalogue(parts=self.catalogues(), notice=self.notice)

    def catalogues(self) -> "tuple[LocalCatalogue | NearCatalogue | FetchedCatalogue, ...]":
        """Return each source of connectors by itself; `config check` looks into them one by one."""
        self.here("the catalogue is read")
        from awsfed.broker.catalogue.local import LocalCatalogue
        from awsfed.wiring.catalogues import named_catalogue

        local, named = LocalCatalogue(settings=self.settings), named_catalogue(self)
        return (local,) if named is None else (local, named)

    def problems(self) -> "tuple[Problem, ...]":
        """Return every mistake in settings and connectors at once, warnings among them."""
        from awsfed.broker.catalogue.local import LocalCatalogue
        from awsfed.settings.load import examine

        found = examine(environ=self.environ, options=self.options)
        problems = (*found.problems, *LocalCatalogue(settings=found.settings).check())
        if found.settings.broker_url or any(problem.severity is Severity.ERROR for problem in problems):
            return problems
        problems = (*problems, *(problem for part in self.catalogues()[1:] for problem in part.check()))
        return (*problems, *self._closed_off())

    def _closed_off(self) -> "tuple[Problem, ...]":
        """Return what switches keep from being used; nothing where the connectors cannot be read."""
        from awsfed.tasks.labs import closed_off

        try:
            connectors = tuple(self.catalogue.connectors().by_id.values())
        except AwsfedError:
            connectors = ()
        return tuple(closed_off(self.settings, connectors))

    def write_settings(self, path: Path, answers: Mapping[str, object]) -> None:
        """Write a commented settings file with these values set."""
        from awsfed.outside.files import unwritable_as, write_atomic
        from awsfed.settings.template import template

        with unwritable_as(path):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomic(path, template(answers).encode("utf-8"))

    @once
    def labs(self) -> "Switches":
        """The switches of Labs."""
        from awsfed.tasks.labs import Switches

        self.here("switches are turned")
        return Switches(settings=self.settings, file=self.settings_file)

    @property
    def settings_file(self) -> "SettingsFile":
        """The user's settings file."""
        from awsfed.settings.places import user_config_file
        from awsfed.tasks.settings_file import SettingsFile

        return SettingsFile(path=user_config_file(self.environ), lock_directory=self.state_directory, clock=self.clock)

    @once
    def access_keys(self) -> "AccessKeys":
        """Entering and checking access keys."""
        from awsfed.tasks.access_keys import AccessKeys
        from awsfed.wiring.keeping import connectors_here, is_key_in_store

        return AccessKeys(
            source=self.access_key_source,
            entry=self.keyring_key,
            vendor=lambda: self.vendor,
            connectors=lambda: connectors_here(self),
            named=self.settings.keys,
            is_in_store=lambda name: is_key_in_store(self, name),
            has_keyring=self._has_keyring,
            region=self.settings.aws.region,
        )

    def _has_keyring(self) -> bool:
        try:
            return self.keyring is not None
        except NoKeyring:
            return False
