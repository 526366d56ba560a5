"""The only place where parts meet; every implementation is imported when it is first needed."""

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from awsfed.settings.values import CacheMode
from awsfed.wiring.ground import INTERACTIVE_S, PROCESS_S
from awsfed.wiring.west import WestWing

if TYPE_CHECKING:
    from awsfed.tasks.configure import Configure
    from awsfed.tasks.log_in import LogIn
    from awsfed.tasks.log_out import LogOut
    from awsfed.workstation.awsfiles.config_file import ConfigFile
    from awsfed.workstation.awsfiles.credentials_file import CredentialsFile
    from awsfed.workstation.cache.interface import CredentialCache
    from awsfed.workstation.credentials import ObtainCredentials
    from awsfed.workstation.known import KnownStore
    from awsfed.workstation.session import Sessions

__all__ = ["INTERACTIVE_S", "PROCESS_S", "Wiring"]


class Wiring(WestWing):
    """Everything a command may ask for, built once."""

    def changed(self, **changes: object) -> "Wiring":
        """Return a wiring that differs in some of the fields."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the fields' own types are checked by callers

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
