"""The directory behind the server: looked up by name, changed by tests, safe to use from several threads."""

import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from awsfed.sandbox.crowd import document, memberships
from awsfed.sandbox.crowd.document import Contents
from awsfed.sandbox.crowd.entities import Application, Group, Server, User, derived_uuid, folded
from awsfed.sandbox.crowd.toml_table import DirectoryFileError

__all__ = ["Application", "Directory", "DirectoryFileError", "Group", "Server", "User"]

_DEFAULT = Path(__file__).with_name("default.toml")


class Directory:
    """Users, groups and the application; every name is compared without regard to case."""

    def __init__(self, contents: Contents) -> None:
        self._lock = threading.RLock()
        self._application = contents.application
        self._server = contents.server
        self._groups = {folded(group.name): group for group in contents.groups}
        self._users = {folded(user.name): user for user in contents.users}
        self._keys = {user.key for user in contents.users}

    @classmethod
    def default(cls) -> Self:
        """The people of the demo."""
        return cls.from_toml(_DEFAULT)

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """The people of a file in the shape of `default.toml`; raises DirectoryFileError."""
        return cls(document.read(path))

    @property
    def application(self) -> Application:
        """The application as it is now."""
        return self._application

    @property
    def server(self) -> Server:
        """The server's settings as they are now."""
        return self._server

    def user(self, name: str) -> User | None:
        """The user of this name, in any case."""
        return self._users.get(folded(name))

    def user_by_key(self, key: str) -> User | None:
        """The user with this key, whatever the name is now."""
        return next((user for user in self.users() if user.key == key), None)

    def group(self, name: str) -> Group | None:
        """The group of this name, in any case."""
        return self._groups.get(folded(name))

    def users(self) -> list[User]:
        """Every user, by name."""
        with self._lock:
            return memberships.by_name(self._users.values())

    def groups(self) -> list[Group]:
        """Every group, by name."""
        with self._lock:
            return memberships.by_name(self._groups.values())

    def groups_of(self, member: User | Group, *, nested: bool) -> list[Group]:
        """The groups that a user or group belongs to."""
        with self._lock:
            find = memberships.all_groups if nested else memberships.direct_groups
            return find(member, self._groups)

    def children_of(self, group: Group, *, nested: bool) -> list[Group]:
        """The groups that belong to a group."""
        with self._lock:
            find = memberships.all_children if nested else memberships.direct_children
            return find(group, self._groups)

    def users_of(self, group: Group, *, nested: bool) -> list[User]:
        """The users that belong to a group."""
        with self._lock:
            if nested:
                return memberships.all_users(group, self._users.values(), self._groups)
            return memberships.direct_users(group, self._users.values())

    def change_application(self, **changes: Any) -> None:
        """Replace fields of the application, such as `auth="basic"`."""
        with self._lock:
            self._application = replace(self._application, **changes)

    def change_server(self, **changes: Any) -> None:
        """Replace settings of the server, such as `session_timeout_s=60`."""
        with self._lock:
            self._server = replace(self._server, **changes)

    def add_user(
        self, name: str, *, password: str, groups: Iterable[str] = (), uuid: str | None = None, **fields: Any
    ) -> User:
        """Add a user; further fields are those of User. A name that was used before gets a new key."""
        with self._lock:
            if not name or folded(name) in self._users:
                raise ValueError(f"user '{name}' is empty or exists")
            key = self._new_key(name) if uuid is None else f"{self._server.directory_id}:{uuid}"
            fields.setdefault("display_name", name)
            user = User(name=name, key=key, password=password, groups=self._known(groups), **fields)
            self._users[folded(name)] = user
            self._keys.add(key)
            return user

    def add_group(self, name: str, *, groups: Iterable[str] = (), **fields: Any) -> Group:
        """Add a group; `groups` are those it is a member of."""
        with self._lock:
            if not name or folded(name) in self._groups:
                raise ValueError(f"group '{name}' is empty or exists")
            group = Group(name=name, groups=self._known(groups), **fields)
            self._groups[folded(name)] = group
            return group

    def change_user(self, name: str, **changes: Any) -> User:
        """Replace fields of a user, such as `password=` or `expired=`."""
        with self._lock:
            user = replace(self._users[folded(name)], **changes)
            self._users[folded(name)] = user
            return user

    def count_attempt(self, name: str, *, right: bool) -> User:
        """Note a password attempt: a wrong one counts, a right one clears the count."""
        with self._lock:
            before = self._users[folded(name)].invalid_attempts
            return self.change_user(name, invalid_attempts=0 if right else before + 1)

    def set_active(self, name: str, active: bool) -> None:
        """Switch a user on or off."""
        self.change_user(name, active=active)

    def set_group_active(self, name: str, active: bool) -> None:
        """Switch a group on or off; its memberships stay."""
        with self._lock:
            self._groups[folded(name)] = replace(self._groups[folded(name)], active=active)

    def nest_group(self, child: str, parent: str) -> None:
        """Make a group a direct member of another."""
        with self._lock:
            group = self._groups[folded(child)]
            self._groups[folded(child)] = replace(group, groups=(*group.groups, *self._known([parent])))

    def add_to_group(self, user: str, group: str) -> None:
        """Make a user a direct member of a group."""
        with self._lock:
            self.remove_from_group(user, group)
            now = self._users[folded(user)].groups
            self.change_user(user, groups=(*now, *self._known([group])))

    def remove_from_group(self, user: str, group: str) -> None:
        """End a user's direct membership, if there is one."""
        with self._lock:
            now = self._users[folded(user)].groups
            self.change_user(user, groups=tuple(one for one in now if folded(one) != folded(group)))

    def rename_user(self, old: str, new: str) -> None:
        """Give a user another name; the key stays."""
        with self._lock:
            user = self._users.pop(folded(old))
            if not new or folded(new) in self._users:
                self._users[folded(old)] = user
                raise ValueError(f"user '{new}' is empty or exists")
            self._users[folded(new)] = replace(user, name=new)

    def delete_user(self, name: str) -> None:
        """Remove a user; the key is never given out again."""
        with self._lock:
            del self._users[folded(name)]

    def _known(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._groups[folded(name)].name for name in names)

    def _new_key(self, name: str) -> str:
        generation = 0
        while (key := f"{self._server.directory_id}:{derived_uuid(name, generation)}") in self._keys:
            generation += 1
        return key
