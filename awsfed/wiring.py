"""The only place where parts meet; every implementation is imported when it is first needed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from awsfed.errors import ConfigError, StoreError
from awsfed.launch import cache_directory
from awsfed.outside.clock import Clock, SystemClock
from awsfed.outside.retry import Retries, Wait
from awsfed.settings.load import load
from awsfed.settings.places import state_directory
from awsfed.settings.problems import Severity
from awsfed.settings.values import CacheMode, CrowdAuth, CrowdSettings, KeySettings, KeySource, SecretSource, Settings

if TYPE_CHECKING:
    from awsfed.broker.catalogue.interface import Catalogue
    from awsfed.broker.catalogue.local import LocalCatalogue
    from awsfed.broker.catalogue.sources.file import FileCatalogue
    from awsfed.broker.catalogue.sources.web import WebCatalogue
    from awsfed.broker.identity.application_login import ApplicationLogin
    from awsfed.broker.identity.crowd import CrowdIdentitySource
    from awsfed.broker.interface import Broker
    from awsfed.broker.keys.interface import AccessKeySource
    from awsfed.broker.keys.keyring import KeyringKey
    from awsfed.broker.sts.vendor import StsVendor
    from awsfed.model.secret import Secret
    from awsfed.outside.http import HttpClient
    from awsfed.outside.secrets.interface import SecretStore
    from awsfed.settings.problems import Problem
    from awsfed.tasks.access_keys import AccessKeys
    from awsfed.tasks.configure import Configure
    from awsfed.tasks.log_in import LogIn
    from awsfed.tasks.log_out import LogOut
    from awsfed.workstation.awsfiles.config_file import ConfigFile
    from awsfed.workstation.awsfiles.credentials_file import CredentialsFile
    from awsfed.workstation.cache.interface import CredentialCache
    from awsfed.workstation.credentials import ObtainCredentials
    from awsfed.workstation.known import KnownStore
    from awsfed.workstation.session import Sessions

INTERACTIVE_S = 120.0
PROCESS_S = 45.0
"""Go and Java stop waiting for a credential process after a minute."""
_FILE = "file"


def _unseen(wait: Wait) -> None:
    """Show nothing."""


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """Everything a command may ask for, built once."""

    environ: Mapping[str, str] = field(repr=False)
    options: Mapping[str, object] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)
    deadline_s: float = INTERACTIVE_S
    may_unlock: bool = True
    """Whether a locked keyring may ask its owner on the screen."""
    show: Callable[[Wait], None] = _unseen

    def changed(self, **changes: object) -> "Wiring":
        """Return a wiring that differs in some of the fields."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the fields' own types are checked by callers

    @cached_property
    def settings(self) -> Settings:
        """The settings, validated."""
        return load(environ=self.environ, options=self.options)

    @cached_property
    def state_directory(self) -> Path:
        """Where records live that must outlast a cleaned cache."""
        return state_directory(self.environ)

    @cached_property
    def cache_directory(self) -> Path:
        """Where cached credentials and locks live."""
        directory = cache_directory(self.environ)
        if directory is None:
            raise ConfigError("there is no home folder for a cache", hint="set HOME, or XDG_CACHE_HOME")
        return Path(directory)

    @cached_property
    def retries(self) -> Retries:
        """The schedule of this command."""
        return Retries(
            clock=self.clock,
            retries=self.settings.max_retries,
            deadline_s=self.deadline_s,
            started_at=self.clock.monotonic(),
            show=self.show,
        )

    @cached_property
    def http(self) -> "HttpClient":
        """The door to http."""
        from awsfed.outside.http import HttpClient

        return HttpClient(clock=self.clock, environ=self.environ, ca_bundle=self.settings.ca_bundle)

    @cached_property
    def keyring(self) -> "SecretStore":
        """The keyring; its backend is chosen at first use and kept."""
        store = self._chosen_store()
        if store == _FILE:
            from awsfed.outside.secrets.keyring import no_keyring

            raise no_keyring()
        return self._keyring_store(store)

    @cached_property
    def session_store(self) -> "SecretStore":
        """Where sessions are kept: the keyring, or private files where the user agreed."""
        store = self._chosen_store()
        if store == _FILE:
            from awsfed.outside.secrets.file import FileStore

            return FileStore(directory=self.state_directory / "sessions")
        return self._keyring_store(store)

    def choose_file_store(self) -> None:
        """Note that the user agreed to private files for sessions."""
        self._note_choice(_FILE)

    def _keyring_store(self, backend: str) -> "SecretStore":
        from awsfed.outside.secrets.keyring import KeyringStore

        return KeyringStore(backend, may_unlock=self.may_unlock)

    def _chosen_store(self) -> str:
        """Return `file` or a backend: as set, as named by keyring's own variable, as chosen earlier, or the best."""
        from awsfed.outside.files import read_private

        chosen = self.settings.secrets_store or self.environ.get("PYTHON_KEYRING_BACKEND")
        if chosen:
            return chosen
        noted = read_private(self.state_directory / "secrets-store")
        if noted:
            return noted.decode("utf-8", "replace").strip()
        from awsfed.outside.secrets.keyring import choose_backend

        backend = choose_backend()
        self._note_choice(backend)
        return backend

    def _note_choice(self, store: str) -> None:
        from awsfed.outside.files import private_directory, write_atomic

        private_directory(self.state_directory)
        write_atomic(self.state_directory / "secrets-store", f"{store}\n".encode())

    @cached_property
    def sessions(self) -> "Sessions":
        """The sessions of this user."""
        from awsfed.workstation.session import Sessions

        return Sessions(store=lambda: self.session_store)

    @cached_property
    def known(self) -> "KnownStore":
        """What earlier answers told."""
        from awsfed.workstation.known import KnownStore

        return KnownStore(
            directory=self.state_directory / "known", cache_directory=self.cache_directory, clock=self.clock
        )

    @cached_property
    def cache(self) -> "CredentialCache":
        """Where vended credentials wait."""
        from awsfed.workstation.cache.file import FileCache, look_at

        match self.settings.cache:
            case CacheMode.FILE:
                return FileCache(directory=self.cache_directory, seen=look_at(self.settings.files))
            case CacheMode.KEYRING:
                from awsfed.workstation.cache.keyring import KeyringCache

                return KeyringCache(store=self.keyring, seen=look_at(self.settings.files))
            case CacheMode.NONE:
                from awsfed.workstation.cache.none import NoCache

                return NoCache()

    @cached_property
    def credentials_file(self) -> "CredentialsFile":
        """`~/.aws/credentials`."""
        from awsfed.workstation.awsfiles import places
        from awsfed.workstation.awsfiles.credentials_file import CredentialsFile

        return CredentialsFile(places.credentials_path(self.environ), self.clock)

    @cached_property
    def config_file(self) -> "ConfigFile":
        """`~/.aws/config`."""
        from awsfed.workstation.awsfiles import places
        from awsfed.workstation.awsfiles.config_file import ConfigFile

        return ConfigFile(places.config_path(self.environ), self.clock)

    @property
    def issuer(self) -> str:
        """The origin to sign in at."""
        return self.crowd.url

    @property
    def crowd(self) -> CrowdSettings:
        """The directory of direct mode; raise ConfigError where none is set."""
        if self.settings.crowd is None:
            raise ConfigError("no Crowd is set", hint="awsfed config init")
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

    def _application_login(self) -> "ApplicationLogin":
        crowd = self.crowd
        if crowd.auth is CrowdAuth.BASIC:
            from awsfed.broker.identity.application_login import BasicLogin

            return BasicLogin(application=crowd.application, secret=self.crowd_secret)
        from awsfed.broker.identity.application_login import ClientCredentialsLogin

        return ClientCredentialsLogin(
            client_id=crowd.application,
            secret=self.crowd_secret,
            token_url=crowd.token_url or f"{crowd.url}/rest/oauth2/latest/token",
            http=self.http,
            clock=self.clock,
        )

    @cached_property
    def identities(self) -> "CrowdIdentitySource":
        """Crowd."""
        from awsfed.broker.identity.crowd import CrowdIdentitySource

        login = self._application_login()
        return CrowdIdentitySource(url=self.crowd.url, http=self.http, login=login, retries=self.retries)

    @cached_property
    def broker(self) -> "Broker":
        """Whoever decides and vends."""
        from awsfed.broker.direct import DirectBroker
        from awsfed.broker.services.console import ConsoleSignIn

        return DirectBroker(
            identities=self.identities,
            catalogue=self.catalogue,
            keys=self.access_key_source,
            vendor=self.vendor,
            console=ConsoleSignIn(http=self.http, retries=self.retries, endpoint=self.settings.aws.signin_endpoint),
            clock=self.clock,
            administrators=self.settings.administrators,
            session_s=self.settings.session_hours * 3600,
        )

    @cached_property
    def vendor(self) -> "StsVendor":
        """STS."""
        from awsfed.broker.sts.vendor import StsVendor
        from awsfed.outside.aws import AwsDoor

        aws = self.settings.aws
        door = AwsDoor(
            clock=self.clock,
            environ=self.environ,
            ca_bundle=self.settings.ca_bundle,
            endpoint=aws.endpoint,
        )
        return StsVendor(door=door, retries=self.retries, clock=self.clock, region=aws.region)

    @cached_property
    def catalogue(self) -> "Catalogue":
        """Where connectors come from: the settings themselves, and the catalogue that they name."""
        from awsfed.broker.catalogue.merged import MergedCatalogue

        return MergedCatalogue(parts=self.catalogues())

    def catalogues(self) -> "tuple[LocalCatalogue | FileCatalogue | WebCatalogue, ...]":
        """Return each source of connectors by itself; `config check` looks into them one by one."""
        from awsfed.broker.catalogue.local import LocalCatalogue

        settings = self.settings
        source = settings.catalogue.source
        local = LocalCatalogue(settings=settings)
        if source is None:
            return (local,)
        if source.startswith(("https://", "http://")):
            from awsfed.broker.catalogue.sources.web import WebCatalogue

            web = WebCatalogue(
                url=source,
                keys=settings.keys,
                max_age_s=settings.catalogue.max_age_s,
                folder=self.cache_directory / "catalogue",
                http=self.http,
                clock=self.clock,
                retries=self.retries,
            )
            return (local, web)
        from awsfed.broker.catalogue.sources.file import FileCatalogue

        return (local, FileCatalogue(path=Path(source), keys=settings.keys))

    def problems(self) -> "tuple[Problem, ...]":
        """Return every mistake in settings and connectors at once, warnings among them."""
        from awsfed.broker.catalogue.local import LocalCatalogue
        from awsfed.settings.load import examine

        found = examine(environ=self.environ, options=self.options)
        problems = (*found.problems, *LocalCatalogue(settings=found.settings).check())
        if any(problem.severity is Severity.ERROR for problem in problems):
            return problems
        return (*problems, *(problem for part in self.catalogues()[1:] for problem in part.check()))

    def write_settings(self, path: Path, answers: Mapping[str, object]) -> None:
        """Write a commented settings file with these values set."""
        from awsfed.outside.files import write_atomic
        from awsfed.settings.template import template

        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomic(path, template(answers).encode("utf-8"))

    @cached_property
    def access_keys(self) -> "AccessKeys":
        """Entering and checking access keys."""
        from awsfed.tasks.access_keys import AccessKeys

        return AccessKeys(
            source=self.access_key_source,
            entry=self.keyring_key,
            vendor=lambda: self.vendor,
            region=self.settings.aws.region,
        )

    def access_key_source(self, name: str) -> "AccessKeySource":
        """Return the place where an access key lives: where the settings say, or else the keyring."""
        key = self.settings.keys.get(name) or KeySettings(name=name, source=KeySource.KEYRING)
        match key.source:
            case KeySource.KEYRING:
                return self.keyring_key(name)
            case KeySource.ENVIRONMENT:
                from awsfed.broker.keys.environment import EnvironmentKey

                return EnvironmentKey(name=key.name, environ=self.environ)
            case KeySource.PROFILE:
                from awsfed.broker.keys.profile import ProfileKey
                from awsfed.workstation.awsfiles import places

                file = key.file or places.credentials_path(self.environ)
                return ProfileKey(name=key.name, profile=key.profile or "default", file=file)

    def keyring_key(self, name: str) -> "KeyringKey":
        """Return the keyring's entry for an access key."""
        from awsfed.broker.keys.keyring import KeyringKey

        return KeyringKey(name=name, store=lambda: self.keyring)

    @cached_property
    def obtain_credentials(self) -> "ObtainCredentials":
        """The story of every delivery."""
        from awsfed.workstation.credentials import ObtainCredentials

        return ObtainCredentials(
            issuer=self.issuer,
            broker=lambda: self.broker,
            sessions=self.sessions,
            known=self.known,
            cache=self.cache,
            lock_directory=self.cache_directory / "locks",
            clock=self.clock,
            withdraw=self._withdraw,
            long_block_left_s=self.settings.long_block_left_s,
        )

    def _withdraw(self, connector: str) -> None:
        for section in self.credentials_file.ours():
            if section.connector == connector:
                self.credentials_file.remove(section.profile)

    @cached_property
    def log_in(self) -> "LogIn":
        """Signing in."""
        from awsfed.tasks.log_in import LogIn

        return LogIn(broker=self.broker, sessions=self.sessions, known=self.known, log_out=self.log_out)

    @cached_property
    def log_out(self) -> "LogOut":
        """Signing out."""
        from awsfed.tasks.log_out import LogOut

        return LogOut(
            sessions=self.sessions, known=self.known, cache=self.cache, credentials_file=self.credentials_file
        )

    @cached_property
    def configure(self) -> "Configure":
        """Profiles in `~/.aws/config`."""
        from awsfed.tasks.configure import Configure

        return Configure(config_file=self.config_file, credentials_file=self.credentials_file, known=self.known)
