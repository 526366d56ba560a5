"""The port to whoever knows people: checks a password, and tells who somebody is now."""

from dataclasses import dataclass
from typing import Protocol

from awsfed.errors import ConfigError
from awsfed.model.identity import Identity
from awsfed.model.secret import Secret


class ApplicationRefused(ConfigError):
    """The directory does not accept awsfed itself; this says nothing about any user or password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody whose password was right: an identity whose groups were not asked for."""

    key: str
    name: str
    """As the directory spells it."""
    display_name: str


class IdentitySource(Protocol):
    """A directory of people and their groups.

    Every verb raises `IdentityUnavailable` when the directory cannot be asked now, `ApplicationRefused` when it does
    not accept awsfed, another `ConfigError` when its own settings keep awsfed out, and `ProtocolError` for an answer
    that is not understood, one about somebody else than was asked for among them.
    """

    @property
    def issuer(self) -> str:
        """The URL that sessions of this directory belong to, without a slash at its end."""

    def authenticate(self, name: str, password: Secret) -> Person:
        """Check a password with exactly one try; no trouble on the way makes it two.

        Raises:
            LoginRefused: the name is unknown, the password wrong, the account switched off or locked (one answer), or
                one of the two is nothing that can be asked for, in which case nobody is asked.
            PasswordExpired: the password has to be changed first.
            AccessDenied: the directory lets this user into other applications only.
        """

    def look_up(self, name: str, *, even_inactive: bool = False) -> Identity:
        """Return who a user is now, with the active groups, direct and nested; never from memory.

        The caller compares the key: another user may have taken the name.

        Args:
            name: the user name, in any upper and lower case.
            even_inactive: whether one who is switched off counts too, to take away what they got before. Nothing is
                ever given on the strength of such an answer.

        Raises:
            UserInactive: there is no such user, or it is switched off.
        """

    def ping(self) -> str:
        """Return what the server calls itself, such as `Crowd/7.2.2`, after it has accepted awsfed."""
