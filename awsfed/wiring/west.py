"""West wing: the broker and what it consists of."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from awsfed.errors import AwsfedError, ConfigError, Refused, StoreError
from awsfed.model.once import once
from awsfed.settings.problems import Problem, Severity
from awsfed.settings.values import CrowdAuth, CrowdSettings, KeySettings, KeySource, SecretSource
from awsfed.settings.variables import MFA_CODE
from awsfed.wiring.stores import Stores

if TYPE_CHECKING:
    from awsfed.broker.catalogue.fetched import FetchedCatalogue
    from awsfed.broker.catalogue.interface import Catalogue
    from awsfed.broker.catalogue.local import LocalCatalogue
    from awsfed.broker.catalogue.near import NearCatalogue
    from awsfed.broker.direct import DirectBroker
    from awsfed.broker.identity.application_login import ApplicationLogin
    from awsfed.broker.identity.crowd import CrowdIdentitySource
    from awsfed.broker.identity.services import Services
    from awsfed.broker.interface import Broker
    from awsfed.broker.keys.interface import AccessKeySource
    from awsfed.broker.keys.keyring import KeyringKey
    from awsfed.broker.keys.remembered import RememberedKey
    from awsfed.broker.remote.broker import RemoteBroker
    from awsfed.broker.remote.ifaws import KeptPasswords
    from awsfed.broker.sts.vendor import StsVendor
    from awsfed.model.secret import Secret
    from awsfed.outside.aws import AwsDoor
    from awsfed.outside.sts import StsDoor
    from awsfed.tasks.access_keys import AccessKeys
    from awsfed.tasks.labs import Switches
    from awsfed.tasks.settings_file import SettingsFile


class WestWing(Stores):
    """Whoever decides and vends."""

    @property
    def issuer(self) -> str:
        """The origin to sign in at: the broker's, or in direct mode Crowd's."""
        return self.settings.broker_url or self.crowd.url

    def here(self, what: str) -> None:
        """Raise Refused where the settings name a broker elsewhere, to which `what` belongs.

        Whoever has a store is a broker, and may be signed in at it too.
        """
        if self.settings.broker_url and self.settings.server.folder is None:
            raise Refused(
                f"{what} on the machine of the broker, and this one asks the broker at {self.settings.broker_url}",
                hint="run the command there",
            )

    @property
    def crowd(self) -> CrowdSettings:
        """The directory of direct mode; raise ConfigError where none is set."""
        self.here("the settings of Crowd belong")
        if self.settings.crowd is None:
            hint = "awsfed login --broker URL, or awsfed config init to be the broker yourself"
            raise ConfigError("neither a broker nor a Crowd is set", hint=hint)
        return self.settings.crowd

    def crowd_secret(self) -> "Secret":
        """Return the application's password or client secret, from where the settings say it is."""
        from awsfed.outside.secrets import given

        reference = self.crowd.secret
        match reference.source:
            case SecretSource.FILE if reference.path:
                return given.from_file(reference.path)
            case SecretSource.DESCRIPTOR if reference.descriptor is not None:
                return given.from_descriptor(reference.descriptor)
            case SecretSource.ENVIRONMENT:
                return given.from_variable(self.environ, "AWSFED_CROWD_SECRET")
        secret = self.keyring.get(self.crowd_entry)
        if secret is None:
            raise StoreError(
                f"the keyring has no secret of the Crowd application {self.crowd.application!r}",
                hint="awsfed config set-secret",
            )
        return secret

    @property
    def crowd_entry(self) -> str:
        """The name under which the keyring keeps the application's secret."""
        return f"crowd:{self.crowd.url}:{self.crowd.application}"

    @once
    def application_login(self) -> "ApplicationLogin":
        """How this application shows Crowd who it is."""
        crowd = self.crowd
        if crowd.auth is CrowdAuth.BASIC:
            from awsfed.broker.identity.application_login import BasicLogin

            return BasicLogin(application=crowd.application, secret=self.crowd_secret)
        from awsfed.broker.identity.application_login import ClientCredentialsLogin

        return ClientCredentialsLogin(
            client_id=crowd.application,
            secret=self.crowd_secret,
            token_url=crowd.token_url or f"{crowd.url}/rest/oauth2/latest/token",
            http=self.http("crowd"),
            clock=self.clock,
        )

    @once
    def identities(self) -> "CrowdIdentitySource":
        """Crowd."""
        from awsfed.broker.identity.crowd import CrowdIdentitySource

        return CrowdIdentitySource(
            url=self.crowd.url, http=self.http("crowd"), login=self.application_login, retries=self.retries
        )

    @once
    def broker(self) -> "Broker":
        """Whoever decides and vends."""
        return self.broker_at(self.settings.broker_url) if self.settings.broker_url else self.direct_broker()

    @property
    def kept_passwords(self) -> "KeptPasswords | None":
        """Passwords that open ended sessions at a broker again; the workstation keeps them."""
        return None

    def broker_at(self, url: str) -> "RemoteBroker":
        """Return the broker at a URL."""
        from awsfed.wiring.remote import remote_broker

        return remote_broker(self, url)

    def direct_broker(self) -> "DirectBroker":
        """Return the broker in this process."""
        from awsfed.broker.direct import DirectBroker
        from awsfed.broker.services.codeartifact import PackageTokens
        from awsfed.broker.services.console import ConsoleSignIn
        from awsfed.broker.services.ecr import RegistryPasswords

        return DirectBroker(
            identities=self.identities,
            catalogue=self.catalogue,
            keys=self.access_key_source,
            vendor=self.vendor,
            console=ConsoleSignIn(
                http=self.http("aws"),
                retries=self.retries,
                endpoint=self.settings.aws.signin_endpoint,
                partitions=self.settings.partitions,
                fips=self.settings.aws.variant.fips,
            ),
            clock=self.clock,
            services=self.services,
            administrators=self.settings.administrators,
            labs=self.settings.labs,
            session_s=self.settings.session_hours * 3600,
            registries=RegistryPasswords(door=self.aws_door, retries=self.retries, variant=self.settings.aws.variant),
            packages=PackageTokens(door=self.aws_door, retries=self.retries),
        )

    @once
    def services(self) -> "Services":
        """The service principals of a broker that serves nobody but this machine."""
        from awsfed.broker.identity.service_file import ServiceFile
        from awsfed.broker.identity.services import Services

        records = ServiceFile(path=self.state_directory / "services.json", clock=self.clock)
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
        from awsfed.outside.files import write_atomic
        from awsfed.settings.template import template

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

        return AccessKeys(
            source=self.access_key_source,
            entry=self.keyring_key,
            vendor=lambda: self.vendor,
            catalogue=lambda: self.catalogue,
            region=self.settings.aws.region,
        )

    def access_key_source(self, name: str) -> "AccessKeySource":
        """Return the place where an access key lives: where the settings say, or else the keyring."""
        self.here("access keys are kept")
        key = self.settings.keys.get(name) or KeySettings(name=name, source=KeySource.KEYRING)
        match key.source:
            case KeySource.KEYRING:
                return self.keyring_key(name)
            case KeySource.ENVIRONMENT:
                from awsfed.broker.keys.environment import EnvironmentKey

                return EnvironmentKey(name=key.name, environ=self.environ)
            case KeySource.INSTANCE | KeySource.CONTAINER if not self.settings.labs.role_as_access_key:
                from awsfed.broker.keys.switched_off import SwitchedOff

                return SwitchedOff(name=key.name)
            case KeySource.INSTANCE | KeySource.CONTAINER:
                return self._role_key(key)
            case KeySource.PROFILE:
                from awsfed.broker.keys.profile import ProfileKey
                from awsfed.workstation.awsfiles.places import places

                file = key.file or places(self.environ).credentials
                return ProfileKey(name=key.name, profile=key.profile or "default", file=file)

    @once
    def _role_keys(self) -> "dict[str, RememberedKey]":
        """Credentials of this machine's role, as long as they are fresh."""
        return {}

    def _role_key(self, key: KeySettings) -> "RememberedKey":
        from awsfed.broker.keys.container import ContainerKey
        from awsfed.broker.keys.instance import InstanceKey
        from awsfed.broker.keys.metadata import Metadata
        from awsfed.broker.keys.remembered import RememberedKey
        from awsfed.outside.http import HttpClient

        if key.name not in self._role_keys:
            metadata = Metadata(http=HttpClient.for_metadata(), clock=self.clock)
            kind = InstanceKey if key.source is KeySource.INSTANCE else ContainerKey
            source = kind(name=key.name, metadata=metadata, environ=self.environ)
            self._role_keys[key.name] = RememberedKey(source, self.clock)
        return self._role_keys[key.name]

    def keyring_key(self, name: str) -> "KeyringKey":
        """Return the keyring's entry for an access key."""
        self.here("access keys are kept")
        from awsfed.broker.keys.keyring import KeyringKey

        return KeyringKey(name=name, store=lambda: self.keyring)
