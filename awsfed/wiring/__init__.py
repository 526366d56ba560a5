"""The only place where parts meet; every implementation is imported when it is first needed."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from awsfed.errors import Busy, LoginRequired, StoreError
from awsfed.model.narrowing import NOTHING, Narrowing
from awsfed.model.once import once
from awsfed.settings.values import CacheMode
from awsfed.wiring.ground import INTERACTIVE_S, PROCESS_S
from awsfed.wiring.provisioning import Provisioning

if TYPE_CHECKING:
    from awsfed.model.identity import Session
    from awsfed.tasks.configure import Configure
    from awsfed.tasks.kubeconfig import MakeKubeconfig
    from awsfed.tasks.log_in import LogIn
    from awsfed.tasks.log_out import LogOut
    from awsfed.tasks.profiles import Profiles
    from awsfed.workstation.awsfiles.shadowing import ProfileFiles
    from awsfed.workstation.cache.interface import CredentialCache
    from awsfed.workstation.credentials import Need, ObtainCredentials, Obtained
    from awsfed.workstation.delivery.endpoint import Endpoint
    from awsfed.workstation.delivery.refresher import Trouble
    from awsfed.workstation.failures import Failures
    from awsfed.workstation.known import Known, KnownStore
    from awsfed.workstation.passwords import Passwords
    from awsfed.workstation.session import Sessions

_SPARE_S = 5.0
"""What is left for the answer when a lock was waited for in vain."""
__all__ = ["INTERACTIVE_S", "PROCESS_S", "Wiring"]


def _unseen(_: object) -> None:
    """Show nothing: the terminal belongs to the command that runs."""


class Wiring(Provisioning):
    """Everything a command may ask for, built once."""

    def changed(self, **changes: object) -> "Wiring":
        """Return a wiring that differs in some of the fields."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the fields' own types are checked by callers

    @once
    def sessions(self) -> "Sessions":
        """The sessions of this user."""
        from awsfed.workstation.session import Sessions

        return Sessions(store=lambda: self.session_store)

    @once
    def known(self) -> "KnownStore":
        """What earlier answers told."""
        from awsfed.workstation.known import KnownStore

        return KnownStore(
            directory=self.state_directory / "known", cache_directory=self.cache_directory, clock=self.clock
        )

    @once
    def kept_passwords(self) -> "Passwords":
        """Passwords that the user chose to keep in the keyring."""
        from awsfed.workstation.passwords import Passwords

        return Passwords(store=lambda: self.keyring, sessions=self.sessions, known=self.known)

    def ended(self, session: "Session") -> None:
        """Note that a session ended before its time, if that can be noted here."""
        with suppress(StoreError, Busy):
            self.known.end(session, int(self.clock.now()))

    def known_now(self) -> "Known":
        """Ask the broker what is granted, note it, and return it; raise LoginRequired where nobody is signed in."""
        granted = self.broker.connectors(self.sessions.load(self.issuer))
        self.known.remember_connectors(self.issuer, granted)
        known = self.known.load(self.issuer)
        if known is None:
            raise LoginRequired(f"login required for {self.issuer}", hint="awsfed login")
        return known

    @once
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

    @once
    def profile_files(self) -> "ProfileFiles":
        """`~/.aws/config` and `~/.aws/credentials`."""
        from awsfed.workstation.awsfiles.config_file import ConfigFile
        from awsfed.workstation.awsfiles.credentials_file import CredentialsFile
        from awsfed.workstation.awsfiles.places import places
        from awsfed.workstation.awsfiles.shadowing import ProfileFiles

        paths = places(self.environ)
        return ProfileFiles(
            config=ConfigFile(paths.config, self.clock), credentials=CredentialsFile(paths.credentials, self.clock)
        )

    @once
    def obtain_credentials(self) -> "ObtainCredentials":
        """The story of every delivery."""
        from awsfed.workstation.credentials import ObtainCredentials
        from awsfed.workstation.renewal import RenewBehind

        locks = self.cache_directory / "locks"
        retries = self.retries  # the deadline counts from here: waiting for a lock is part of it
        return ObtainCredentials(
            issuer=self.issuer,
            broker=lambda: self.broker,
            sessions=self.sessions,
            known=self.known,
            cache=self.cache,
            lock_directory=locks,
            clock=self.clock,
            failures=self.failures,
            withdraw=lambda connector: self.profiles.withdraw(connector),  # noqa: PLW0108 - built only when it is needed
            renew_behind=RenewBehind(
                directory=locks, clock=self.clock, arguments=self.arguments, start=self._start_ourselves
            ),
            answers_by_name=not self.arguments and not any(name.startswith("AWSFED_") for name in self.environ),
            lock_wait_s=retries.deadline_s - _SPARE_S,
            long_block_left_s=self.settings.long_block_left_s,
        )

    def _start_ourselves(self, command: "Sequence[str]") -> None:
        """Start this program again, behind, with all that it was given: it needs the secrets of its environment."""
        from awsfed.outside.processes import start_detached

        start_detached(command, self.environ)

    def endpoint(
        self, connector: str, first: "Obtained", tell: "Callable[[Trouble], None]", narrowing: Narrowing = NOTHING
    ) -> "Endpoint":
        """Build an endpoint for a connector; every renewal starts from settings and a deadline of its own."""
        from awsfed.workstation.awsfiles.places import places
        from awsfed.workstation.delivery.endpoint import Endpoint
        from awsfed.workstation.delivery.quiet_files import quiet_files
        from awsfed.workstation.delivery.refresher import Refresher

        def obtain(need: "Need") -> "Obtained":
            behind = self.changed(deadline_s=PROCESS_S, may_unlock=False, ask_code=None, show=_unseen, notice=_unseen)
            return behind.obtain_credentials(connector, replace(need, narrowing=narrowing, subject=first.subject))

        paths = places(self.environ)
        folder = self.cache_directory / "endpoints"
        return Endpoint(
            refresher=Refresher(
                first,
                obtain=obtain,
                clock=self.clock,
                tell=tell,
                long_block_left_s=self.settings.long_block_left_s,
            ),
            region=first.region,
            quiet_files=lambda: quiet_files(paths.config, paths.credentials, directory=folder, clock=self.clock),
        )

    @once
    def failures(self) -> "Failures":
        """What went wrong last, by connector."""
        from awsfed.workstation.failures import Failures

        return Failures(directory=self.cache_directory / "locks")

    @once
    def profiles(self) -> "Profiles":
        """Profiles in the credentials file."""
        from awsfed.tasks.profiles import Profiles

        return Profiles(files=self.profile_files, known=self.known, issuer=self.issuer)

    @once
    def make_kubeconfig(self) -> "MakeKubeconfig":
        """Files that lead kubectl to a cluster."""
        from awsfed.tasks.kubeconfig import MakeKubeconfig, own_program

        return MakeKubeconfig(
            door=self.aws_door,
            retries=self.retries,
            program=(own_program(), *self.arguments),
        )

    @once
    def log_in(self) -> "LogIn":
        """Signing in."""
        from awsfed.tasks.log_in import LogIn

        return LogIn(
            broker=self.broker,
            sessions=self.sessions,
            known=self.known,
            log_out=self.log_out,
            passwords=self.kept_passwords,
        )

    @once
    def log_out(self) -> "LogOut":
        """Signing out."""
        from awsfed.tasks.log_out import LogOut

        return LogOut(
            issuer=self.issuer,
            sessions=self.sessions,
            known=self.known,
            cache=self.cache,
            sweep=self.sweep_cache,
            failures=self.failures,
            credentials_file=self.profile_files.credentials,
            passwords=self.kept_passwords,
            end_there=lambda session: self.broker_at(session.issuer).log_out(session),
        )

    def sweep_cache(self, issuer: str | None) -> None:
        """Delete every cached credential in files: of an issuer, or all."""
        from awsfed.workstation.cache.file import sweep

        sweep(self.cache_directory, issuer)

    @once
    def configure(self) -> "Configure":
        """Profiles in `~/.aws/config`."""
        from awsfed.tasks.configure import Configure

        return Configure(files=self.profile_files, issuer=self.issuer)
