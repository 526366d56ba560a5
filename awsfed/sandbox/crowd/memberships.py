"""Who belongs to what, directly and through nested groups; circles of groups are walked once."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from awsfed.sandbox.crowd.entities import Group, User, folded

Groups = Mapping[str, Group]
Named = TypeVar("Named", User, Group)


def direct_groups(member: User | Group, groups: Groups) -> list[Group]:
    """The groups that a user or group is a direct member of."""
    return by_name(groups[folded(name)] for name in member.groups if folded(name) in groups)


def all_groups(member: User | Group, groups: Groups) -> list[Group]:
    """Direct groups, their parents, and so on; a superset of the direct ones."""
    found: dict[str, Group] = {}
    waiting = direct_groups(member, groups)
    while waiting:
        group = waiting.pop()
        if folded(group.name) not in found:
            found[folded(group.name)] = group
            waiting.extend(direct_groups(group, groups))
    return by_name(found.values())


def direct_children(parent: Group, groups: Groups) -> list[Group]:
    """The groups that are direct members of a group."""
    return by_name(group for group in groups.values() if _names(group, parent))


def all_children(parent: Group, groups: Groups) -> list[Group]:
    """The groups below a group, at any depth."""
    return by_name(group for group in groups.values() if parent in all_groups(group, groups))


def direct_users(group: Group, users: Iterable[User]) -> list[User]:
    """The users that are direct members of a group."""
    return by_name(user for user in users if _names(user, group))


def all_users(group: Group, users: Iterable[User], groups: Groups) -> list[User]:
    """The users of a group and of every group below it."""
    return by_name(user for user in users if group in all_groups(user, groups))


def by_name(found: Iterable[Named]) -> list[Named]:
    """In Crowd's order: by name, without regard to case."""
    return sorted(found, key=lambda one: folded(one.name))


def _names(member: User | Group, group: Group) -> bool:
    return folded(group.name) in map(folded, member.groups)
