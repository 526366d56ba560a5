"""The TOML file of a directory, read into entities; every complaint names the file and the key."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from awsfed.sandbox.crowd.entities import (
    Application,
    Auth,
    Group,
    Server,
    UnknownUserGroups,
    User,
    derived_uuid,
    folded,
)
from awsfed.sandbox.crowd.toml_table import DirectoryFileError, TomlTable

_FIRST_ERROR = 400
_LAST_ERROR = 599


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All that one file says."""

    application: Application
    server: Server
    groups: tuple[Group, ...]
    users: tuple[User, ...]


def read(path: Path) -> Contents:
    """The contents of a file; raises DirectoryFileError with one plain sentence."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DirectoryFileError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DirectoryFileError(f"{path}: is not TOML: {error}") from error
    top = TomlTable(path, "", values)
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


def _application(table: TomlTable) -> Application:
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


def _server(table: TomlTable, directory_id: int, password_max_attempts: int) -> Server:
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


def _group(name: str, table: TomlTable) -> Group:
    group = Group(
        name=name,
        description=table.text("description", ""),
        active=table.truth("active", True),
        groups=table.texts("groups"),
        attributes=table.attributes(),
    )
    table.end()
    return group


def _user(name: str, table: TomlTable, directory_id: int) -> User:
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
