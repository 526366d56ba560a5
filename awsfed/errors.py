"""One family of errors.

An error is a message (what happened, in the user's own names), perhaps a hint (what to type next) and its cause.
It knows neither exit codes nor HTTP statuses: each shell maps the classes below by itself.

    AwsfedError
      ConfigError            the settings are wrong
        InvalidValue         one value breaks a rule of its kind
      NotFound               something the user named does not exist
      AuthenticationError    who is asking is not known
        LoginRequired        no session, or one that ended
          MfaCodeRequired    the session is there, but the connector needs a code too
        LoginRefused         name and password were not accepted
        PasswordExpired      right, but it must be changed first
      AccessDenied           who is asking may not
        NotGranted           no such connector for this user
        UserInactive         the user was switched off, removed or replaced
        RoleRefused          AWS said no
      Unavailable            try again later; the only family worth a retry
        IdentityUnavailable, CatalogueUnavailable, AwsUnavailable, BrokerUnavailable, Busy, TooManyAttempts
      StoreError             a place on this machine cannot be used
        KeyringLocked, NoKeyring, UnsafePermissions, CorruptEntry, UnwritableFile
      ProtocolError          a peer answered something we do not understand
      Refused                what was asked would do harm here
"""

from math import ceil


class AwsfedError(Exception):
    """What every error of awsfed is: a message, a hint, and a cause set with `raise … from`."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        """Keep the message (lower case, no full stop, no secret) and what the user may type next."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.outward: AwsfedError | None = None
        """What may be said to somebody who does not look after the broker, where that is less."""


class ConfigError(AwsfedError):
    """The settings are wrong; the message names file, line and key."""


class NotInstalled(ConfigError):
    """A library of one of the extras is missing.

    Args:
        what: needs it.
        library: the library.
        extra: the extra that brings it.
    """

    def __init__(self, what: str, library: str, extra: str) -> None:
        super().__init__(
            f"{what} needs a package that is not installed: {library}",
            hint=f"install awsfed with the extra {extra}, in a clone: pip install '.[{extra}]'",
        )


class InvalidValue(ConfigError):
    """One value breaks a rule of its kind; the message reads after the name of the value."""


class NotFound(AwsfedError):
    """Something the user named does not exist: a key, a file, a command."""


class AuthenticationError(AwsfedError):
    """Who is asking is not known."""


class LoginRequired(AuthenticationError):
    """There is no session, or it ended."""


class MfaCodeRequired(LoginRequired):
    """AWS wants a code of an MFA device, and nobody is there who could be asked for it."""


class LoginRefused(AuthenticationError):
    """Name and password were not accepted; which of the two is never said."""


CHECK_LOGIN = "check name and password, and that the account is not locked: awsfed login"
"""The hint where a password was wrong; its last words stand for the command that was typed."""


class PasswordExpired(AuthenticationError):
    """The password was right but has to be changed before it can be used."""


class AccessDenied(AwsfedError):
    """Who is asking is known, and may not."""


class NotGranted(AccessDenied):
    """No such connector for this user: unknown and not allowed are one answer."""


class UserInactive(AccessDenied):
    """The user of the session was switched off, removed, or replaced by another of the same name."""


class RoleRefused(AccessDenied):
    """AWS refused the call that the connector describes.

    Attributes:
        request_id: under which AWS logged the call; None where it did not tell.
    """

    def __init__(self, message: str, *, hint: str | None = None, request_id: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.request_id = request_id


class Unavailable(AwsfedError):
    """Not now; the same request may succeed later."""


class IdentityUnavailable(Unavailable):
    """Crowd cannot be asked."""


class CatalogueUnavailable(Unavailable):
    """The source of the connectors cannot be read, and no good copy is at hand."""


class AwsUnavailable(Unavailable):
    """AWS cannot be reached, throttles, or failed."""


class BrokerUnavailable(Unavailable):
    """The remote broker cannot be asked."""


class Busy(Unavailable):
    """Another process holds what is needed for too long."""


class TooManyAttempts(Unavailable):
    """Signing in failed too often from there; it is worth trying again after a while.

    Attributes:
        wait_s: that while, in seconds.
    """

    def __init__(self, message: str, *, hint: str | None = None, wait_s: float) -> None:
        super().__init__(message, hint=hint)
        self.wait_s = wait_s

    @property
    def retry_after_s(self) -> int:
        """The same in whole seconds, one at least."""
        return max(1, ceil(self.wait_s))


class StoreError(AwsfedError):
    """A place on this machine that should keep something cannot be used."""


class KeyringLocked(StoreError):
    """The keyring is there but will not open without its owner."""


class NoKeyring(StoreError):
    """This machine has no keyring that can be used."""


class UnsafePermissions(StoreError):
    """A file or folder belongs to, or is open to, somebody else."""


class CorruptEntry(StoreError):
    """What was stored is not what we write."""


class UnwritableFile(StoreError):
    """A file cannot be written: read-only, full, or not ours to change."""


class ProtocolError(AwsfedError):
    """A peer answered something we do not understand."""


class Refused(AwsfedError):
    """What was asked would lose something or do harm; the message says what."""
