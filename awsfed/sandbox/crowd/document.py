"""The TOML file of a directory, read into entities; every complaint names the file and the key."""

import ipaddress
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from awsfed.sandbox.crowd.entities import (
    Application,
    Auth,
    Group,
    Network,
    Server,
    UnknownUserGroups,
    User,
    derived_uuid,
    folded,
)

_FIRST_ERROR = 400
_LAST_ERROR = 599


class DirectoryFileError(ValueError):
    """The file does not describe a directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All that one file says."""

    application: Application
    server: Server
    groups: tuple[Group, ...]
    users: tuple[User, ...]


class _Table:
    """One TOML table whose keys are taken one by one; what is left at the end is unknown."""

    def __init__(self, file: Path, where: str, values: object) -> None:
        if not isinstance(values, dict):
            raise DirectoryFileError(f"{file}: {where} must be a table")
        self._file = file
        self._where = where
        self._left: dict[str, Any] = dict(values)

    def wrong(self, key: str, complaint: str) -> DirectoryFileError:
        return DirectoryFileError(
            f"{self._file}: {self._where}.{key} {complaint}" if key else f"{self._file}: {complaint}"
        )

    def text(self, key: str, default: str | None = None) -> str:
        value = self._left.pop(key, default)
        if value is None:
            raise self.wrong(key, "is missing")
        if not isinstance(value, str):
            raise self.wrong(key, "must be text")
        return value

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.text(key, choices[0])
        if value not in choices:
            raise self.wrong(key, f"must be one of {', '.join(choices)}")
        return value

    def truth(self, key: str, default: bool) -> bool:
        value = self._left.pop(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def number(self, key: str, default: int) -> int:
        value = self._left.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.wrong(key, "must be a whole number, zero or more")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._left.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(key, "must be a list of texts")
        return tuple(value)

    def networks(self, key: str) -> tuple[Network, ...]:
        try:
            return tuple(ipaddress.ip_network(one, strict=False) for one in self.texts(key))
        except ValueError as error:
            raise self.wrong(key, "must hold addresses or networks") from error

    def attributes(self) -> dict[str, tuple[str, ...]]:
        table = _Table(self._file, f"{self._where}.attributes", self._left.pop("attributes", {}))
        return {name: table.texts(name) for name in tuple(table._left)}

    def tables(self, key: str) -> Iterator[tuple[str, "_Table"]]:
        """Every named table below a key; two names that differ only in case are refused."""
        named = self._left.pop(key, {})
        if not isinstance(named, dict):
            raise DirectoryFileError(f"{self._file}: {key} must be a table of tables")
        seen: set[str] = set()
        for name, values in named.items():
            where = f"{key}.{name}"
            if not name or folded(name) in seen:
                raise DirectoryFileError(f"{self._file}: {where} is empty or there twice")
            seen.add(folded(name))
            yield name, _Table(self._file, where, values)

    def table(self, key: str, default: object = None) -> "_Table":
        if key not in self._left and default is None:
            raise DirectoryFileError(f"{self._file}: the table {key} is missing")
        return _Table(self._file, key, self._left.pop(key, default))

    def end(self) -> None:
        for key in self._left:
            raise (
                self.wrong(key, "is not known")
                if self._where
                else DirectoryFileError(f"{self._file}: {key} is not known")
            )


def read(path: Path) -> Contents:
    """The contents of a file; raises DirectoryFileError with one plain sentence."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DirectoryFileError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DirectoryFileError(f"{path}: is not TOML: {error}") from error
    top = _Table(path, "", values)
    directory = top.table("directory", {})
    directory_id = directory.number("id", 32769)
    server = _server(top.table("server", {}), directory_id, directory.number("password_max_attempts", 0))
    application = _application(top.table("application"))
    groups = tuple(_group(name, table) for name, table in top.tables("groups"))
    users = tuple(_user(name, table, directory_id) for name, table in top.tables("users"))
    directory.end()
    top.end()
    _check_references(path, application, groups, users)
    return Contents(application=application, server=server, groups=groups, users=users)


def _application(table: _Table) -> Application:
    application = Application(
        name=table.text("name"),
        password=table.text("password"),
        auth=cast("Auth", table.choice("auth", ("both", "basic", "client_credentials"))),
        client_id=table.text("client_id", ""),
        client_secret=table.text("client_secret", ""),
        allowed_addresses=table.networks("allowed_addresses"),
        trusted_proxies=table.networks("trusted_proxies"),
        allowed_groups=table.texts("allowed_groups"),
        lower_case_output=table.truth("lower_case_output", False),
    )
    table.end()
    return application


def _server(table: _Table, directory_id: int, password_max_attempts: int) -> Server:
    server = Server(
        version=table.text("version", "Crowd/7.2.2"),
        session_timeout_s=table.number("session_timeout_s", 1800),
        token_timeout_s=table.number("token_timeout_s", 3600),
        expired_status=table.number("expired_status", 403),
        unknown_user_groups=cast("UnknownUserGroups", table.choice("unknown_user_groups", ("not-found", "empty"))),
        cookie_domain=table.text("cookie_domain", ""),
        cookie_name=table.text("cookie_name", "crowd.token_key"),
        cookie_secure=table.truth("cookie_secure", False),
        directory_id=directory_id,
        password_max_attempts=password_max_attempts,
    )
    if not _FIRST_ERROR <= server.expired_status <= _LAST_ERROR:
        raise table.wrong("expired_status", "must be between 400 and 599")
    table.end()
    return server


def _group(name: str, table: _Table) -> Group:
    group = Group(
        name=name,
        description=table.text("description", ""),
        active=table.truth("active", True),
        groups=table.texts("groups"),
        attributes=table.attributes(),
    )
    table.end()
    return group


def _user(name: str, table: _Table, directory_id: int) -> User:
    first_name = table.text("first_name", "")
    last_name = table.text("last_name", name)
    user = User(
        name=name,
        key=f"{directory_id}:{table.text('uuid', derived_uuid(name))}",
        password=table.text("password"),
        first_name=first_name,
        last_name=last_name,
        display_name=table.text("display_name", f"{first_name} {last_name}".strip()),
        email=table.text("email", ""),
        active=table.truth("active", True),
        expired=table.truth("expired", False),
        groups=table.texts("groups"),
        attributes=table.attributes(),
    )
    table.end()
    return user


def _check_references(path: Path, application: Application, groups: tuple[Group, ...], users: tuple[User, ...]) -> None:
    known = {folded(group.name) for group in groups}
    named = [(f"groups.{group.name}.groups", group.groups) for group in groups]
    named += [(f"users.{user.name}.groups", user.groups) for user in users]
    named.append(("application.allowed_groups", application.allowed_groups))
    for where, names in named:
        for name in names:
            if folded(name) not in known:
                raise DirectoryFileError(f"{path}: {where} names '{name}', which is no group here")
    keys: dict[str, str] = {}
    for user in users:
        if keys.setdefault(user.key, user.name) != user.name:
            raise DirectoryFileError(f"{path}: users.{user.name}.uuid is already {keys[user.key]}'s")
