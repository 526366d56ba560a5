"""Searches for users and groups, by query language or by a restriction in the body."""

from collections.abc import Callable

from awsfed.sandbox.crowd import restrictions
from awsfed.sandbox.crowd.entities import Group, User
from awsfed.sandbox.crowd.errors import illegal_argument
from awsfed.sandbox.crowd.exchange import Answer, Exchange

Matches = Callable[[User | Group], bool]


def by_query(exchange: Exchange) -> Answer:
    """Everything, or what the `restriction` parameter lets through."""
    text = exchange.query.get("restriction", "")
    return _search(exchange, restrictions.from_query(text) if text else lambda _: True)


def by_body(exchange: Exchange) -> Answer:
    """What the restriction in the body lets through."""
    return _search(exchange, restrictions.from_body(exchange.sent()))


def _search(exchange: Exchange, matches: Matches) -> Answer:
    match exchange.required("entity-type").lower():
        case "user":
            users = [user for user in exchange.directory.users() if matches(user)]
            return Answer(entity=exchange.views.users(exchange.page(users), expand=exchange.expands("user")))
        case "group":
            groups = [group for group in exchange.directory.groups() if matches(group)]
            return Answer(entity=exchange.views.groups(exchange.page(groups), expand=exchange.expands("group")))
        case other:
            raise illegal_argument(f"Unknown entity type <{other}>")
