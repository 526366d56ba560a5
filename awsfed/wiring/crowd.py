"""Crowd: who this application is there, and how it is asked."""

from typing import TYPE_CHECKING

from awsfed.errors import ConfigError, NotFound, StoreError
from awsfed.model.once import once
from awsfed.settings.values import CrowdAuth, CrowdSettings, SecretSource
from awsfed.wiring.stores import Stores

if TYPE_CHECKING:
    from awsfed.broker.identity.application_login import ApplicationLogin
    from awsfed.broker.identity.crowd import CrowdIdentitySource
    from awsfed.model.secret import Secret


class Crowd(Stores):
    """The directory of direct mode."""

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
                try:
                    return given.from_file(reference.path)
                except NotFound as error:
                    raise NotFound(error.message, hint="awsfed config set-secret") from None
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

    def keep_crowd_secret(self, secret: "Secret") -> str:
        """Keep the application's password or client secret in the keyring, or in the file that the settings name.

        Returns:
            where it is now, for people.

        Raises:
            StoreError: there is no keyring that can be used.
            UnwritableFile: the file cannot be written.
        """
        reference = self.crowd.secret
        if reference.source is SecretSource.FILE and reference.path:
            from awsfed.outside.secrets.given import into_file

            into_file(reference.path, secret)
            return str(reference.path)
        self.keyring.put(self.crowd_entry, secret)
        return "the keyring"

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

    def check_crowd_secret(self) -> None:
        """Raise what keeps the application's password from being read; nobody is asked."""
        if self.crowd.auth is CrowdAuth.BASIC:
            self.application_login.authorization()

    @once
    def identities(self) -> "CrowdIdentitySource":
        """Crowd."""
        from awsfed.broker.identity.crowd import CrowdIdentitySource

        return CrowdIdentitySource(
            url=self.crowd.url,
            http=self.http("crowd"),
            login=self.application_login,
            retries=self.retries,
            at_once=self.is_server,
        )
