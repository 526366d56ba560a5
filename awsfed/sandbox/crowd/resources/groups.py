"""Groups, their users, and the groups above and below them."""

from awsfed.sandbox.crowd.entities import Group, User, folded
from awsfed.sandbox.crowd.errors import membership_not_found
from awsfed.sandbox.crowd.exchange import Answer, Exchange


def group(exchange: Exchange) -> Answer:
    """One group; inactive ones too."""
    return Answer(entity=exchange.views.group(exchange.group(), attributes=exchange.expands("attributes")))


def attributes(exchange: Exchange) -> Answer:
    """The attributes of one group."""
    return Answer(entity=exchange.views.group_attributes(exchange.group()))


def direct_users(exchange: Exchange) -> Answer:
    """The direct users of a group."""
    return _users(exchange, exchange.directory.users_of(exchange.group(), nested=False))


def nested_users(exchange: Exchange) -> Answer:
    """The users of a group and of the groups below it."""
    return _users(exchange, exchange.directory.users_of(exchange.group(), nested=True))


def direct_children(exchange: Exchange) -> Answer:
    """The groups that are direct members of a group."""
    return _groups(exchange, "child-groupname", exchange.directory.children_of(exchange.group(), nested=False))


def nested_children(exchange: Exchange) -> Answer:
    """The groups below a group, at any depth."""
    return _groups(exchange, "child-groupname", exchange.directory.children_of(exchange.group(), nested=True))


def direct_parents(exchange: Exchange) -> Answer:
    """The groups that a group is a direct member of."""
    return _groups(exchange, "parent-groupname", exchange.directory.groups_of(exchange.group(), nested=False))


def nested_parents(exchange: Exchange) -> Answer:
    """The groups above a group, at any height."""
    return _groups(exchange, "parent-groupname", exchange.directory.groups_of(exchange.group(), nested=True))


def memberships(exchange: Exchange) -> Answer:
    """Every group with its direct members."""
    directory = exchange.directory
    rows = [
        (one, directory.users_of(one, nested=False), directory.children_of(one, nested=False))
        for one in directory.groups()
    ]
    return Answer(entity=exchange.views.memberships(rows))


def _users(exchange: Exchange, users: list[User]) -> Answer:
    """A page of the users, or the one asked for.

    An empty `username` asks for none, so the whole list comes back with 200: the trap of CWD-2474.
    """
    wanted = exchange.query.get("username", "")
    if not wanted:
        return Answer(entity=exchange.views.users(exchange.page(users), expand=exchange.expands("user")))
    for user in users:
        if folded(user.name) == folded(wanted):
            return Answer(entity=exchange.views.user(user))
    raise membership_not_found(wanted, exchange.required("groupname"))


def _groups(exchange: Exchange, parameter: str, groups: list[Group]) -> Answer:
    wanted = exchange.query.get(parameter, "")
    if not wanted:
        return Answer(entity=exchange.views.groups(exchange.page(groups), expand=exchange.expands("group")))
    for one in groups:
        if folded(one.name) == folded(wanted):
            return Answer(entity=exchange.views.group(one))
    raise membership_not_found(wanted, exchange.required("groupname"))
