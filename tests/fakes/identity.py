"""A directory of people in memory."""

from dataclasses import dataclass, replace

from awsfed.broker.identity.interface import Person
from awsfed.errors import IdentityUnavailable, LoginRefused, PasswordExpired, UserInactive
from awsfed.model.identity import Identity
from awsfed.model.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One user."""

    key: str
    name: str
    password: str
    groups: tuple[str, ...]
    is_active: bool = True
    is_expired: bool = False


class FakeIdentitySource:
    """Knows whom it was told of, in the way of Crowd.

    Attributes:
        logins: the names whose passwords were asked for.
        is_down: whether every question is answered with IdentityUnavailable.
    """

    def __init__(self, issuer: str = "https://crowd.test/crowd") -> None:
        self.logins: list[str] = []
        self.is_down = False
        self._issuer = issuer
        self._users: dict[str, Record] = {}
        self._inactive_groups: set[str] = set()
        self._made = 0

    @property
    def issuer(self) -> str:
        """The URL of sessions."""
        return self._issuer

    def authenticate(self, name: str, password: Secret) -> Person:
        """Check a password."""
        if not name.strip() or not password:
            raise LoginRefused("the user name or password is empty")
        self.logins.append(name)
        self._require_up()
        user = self._users.get(name.casefold())
        if user is None or not user.is_active or Secret(user.password) != password:
            raise LoginRefused("Crowd did not accept this name and password")
        if user.is_expired:
            raise PasswordExpired("your Crowd password has to be changed first")
        return Person(key=user.key, name=user.name, display_name=user.name)

    def look_up(self, name: str, *, even_inactive: bool = False) -> Identity:
        """Tell who a user is now."""
        self._require_up()
        user = self._users.get(name.casefold())
        if user is None or not (user.is_active or even_inactive):
            raise UserInactive(f"Crowd has no active user {name!r}")
        groups = tuple(group for group in user.groups if group.casefold() not in self._inactive_groups)
        return Identity(key=user.key, name=user.name, display_name=user.name, groups=groups)

    def ping(self) -> str:
        """Tell a version."""
        self._require_up()
        return "Fake/1.0"

    def add(self, name: str, password: str, *groups: str) -> None:
        """Add a user; each has a key that nobody had before."""
        self._made += 1
        self._users[name.casefold()] = Record(key=f"1:{self._made}", name=name, password=password, groups=groups)

    def delete(self, name: str) -> None:
        """Remove a user."""
        del self._users[name.casefold()]

    def rename(self, old: str, new: str) -> None:
        """Give a user another name; the key stays."""
        self._users[new.casefold()] = replace(self._users.pop(old.casefold()), name=new)

    def change_key(self, name: str, key: str) -> None:
        """Give a user another key."""
        self._change(name, key=key)

    def switch_off(self, name: str) -> None:
        """Make a user inactive."""
        self._change(name, is_active=False)

    def expire(self, name: str) -> None:
        """Make a password that has to be changed first."""
        self._change(name, is_expired=True)

    def put_in(self, name: str, *groups: str) -> None:
        """Put a user into these groups and no others."""
        self._change(name, groups=groups)

    def switch_off_group(self, group: str) -> None:
        """Make a group inactive."""
        self._inactive_groups.add(group.casefold())

    def _change(self, name: str, **changes: object) -> None:
        self._users[name.casefold()] = replace(self._users[name.casefold()], **changes)  # type: ignore[arg-type] # few callers, all here

    def _require_up(self) -> None:
        if self.is_down:
            raise IdentityUnavailable("cannot reach crowd.test:443 within 5 s")
