"""Users and the groups they belong to."""

from awsfed.sandbox.crowd.entities import Group, folded
from awsfed.sandbox.crowd.errors import membership_not_found
from awsfed.sandbox.crowd.exchange import Answer, Exchange


def user(exchange: Exchange) -> Answer:
    """One user; inactive ones too."""
    return Answer(entity=exchange.views.user(exchange.user(), attributes=exchange.expands("attributes")))


def attributes(exchange: Exchange) -> Answer:
    """The attributes of one user."""
    return Answer(entity=exchange.views.user_attributes(exchange.user()))


def direct_groups(exchange: Exchange) -> Answer:
    """The groups a user is a direct member of; older servers know unknown users as people without groups."""
    server = exchange.directory.server
    if server.unknown_user_groups == "empty" and exchange.directory.user(exchange.required("username")) is None:
        return _answer(exchange, [])
    return _answer(exchange, exchange.directory.groups_of(exchange.user(), nested=False))


def nested_groups(exchange: Exchange) -> Answer:
    """The groups a user is a member of in any way, the direct ones among them."""
    return _answer(exchange, exchange.directory.groups_of(exchange.user(), nested=True))


def _answer(exchange: Exchange, groups: list[Group]) -> Answer:
    """A page of the groups, or the one that `groupname` asks for; an empty `groupname` asks for none."""
    wanted = exchange.query.get("groupname", "")
    if not wanted:
        return Answer(entity=exchange.views.groups(exchange.page(groups), expand=exchange.expands("group")))
    for group in groups:
        if folded(group.name) == folded(wanted):
            return Answer(entity=exchange.views.group(group))
    raise membership_not_found(exchange.required("username"), wanted)
