"""Which path and verb reaches which resource, what it reads and in which formats it answers."""

from dataclasses import dataclass

from werkzeug.routing import Map, Rule

from awsfed.sandbox.crowd.exchange import Resource
from awsfed.sandbox.crowd.rendering import Format
from awsfed.sandbox.crowd.resources import groups, login, search, users, writes

_BOTH = (Format.XML, Format.JSON)
_XML = (Format.XML,)


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table; XML stands first because it is what a client without preference gets."""

    verb: str
    path: str
    resource: Resource
    reads_body: bool = False
    formats: tuple[Format, ...] = _BOTH


ROUTES = (
    Route("POST", "/authentication", login.authenticate, reads_body=True),
    Route("POST", "/authentication/notify", login.notify),
    Route("GET", "/config/cookie", login.cookie),
    Route("POST", "/session", login.begin_session, reads_body=True),
    Route("DELETE", "/session", login.end_sessions),
    Route("GET", "/session/<token>", login.read_session),
    Route("POST", "/session/<token>", login.validate_session, reads_body=True),
    Route("DELETE", "/session/<token>", login.end_session),
    Route("GET", "/user", users.user),
    Route("GET", "/user/attribute", users.attributes),
    Route("GET", "/user/group/direct", users.direct_groups),
    Route("GET", "/user/group/nested", users.nested_groups),
    Route("GET", "/group", groups.group),
    Route("GET", "/group/attribute", groups.attributes),
    Route("GET", "/group/user/direct", groups.direct_users),
    Route("GET", "/group/user/nested", groups.nested_users),
    Route("GET", "/group/child-group/direct", groups.direct_children),
    Route("GET", "/group/child-group/nested", groups.nested_children),
    Route("GET", "/group/parent-group/direct", groups.direct_parents),
    Route("GET", "/group/parent-group/nested", groups.nested_parents),
    Route("GET", "/group/membership", groups.memberships, formats=_XML),
    Route("GET", "/search", search.by_query),
    Route("POST", "/search", search.by_body, reads_body=True),
    Route("POST", "/user", writes.refuse, reads_body=True),
    Route("PUT", "/user", writes.refuse, reads_body=True),
    Route("DELETE", "/user", writes.refuse),
    Route("POST", "/user/attribute", writes.refuse, reads_body=True),
    Route("DELETE", "/user/attribute", writes.refuse),
    Route("PUT", "/user/password", writes.refuse, reads_body=True),
    Route("DELETE", "/user/password", writes.refuse),
    Route("POST", "/user/rename", writes.refuse, reads_body=True),
    Route("POST", "/user/mail/password", writes.refuse),
    Route("POST", "/user/mail/usernames", writes.refuse),
    Route("POST", "/user/group/direct", writes.refuse, reads_body=True),
    Route("DELETE", "/user/group/direct", writes.refuse),
    Route("POST", "/group", writes.refuse, reads_body=True),
    Route("PUT", "/group", writes.refuse, reads_body=True),
    Route("DELETE", "/group", writes.refuse),
    Route("POST", "/group/attribute", writes.refuse, reads_body=True),
    Route("DELETE", "/group/attribute", writes.refuse),
    Route("POST", "/group/user/direct", writes.refuse, reads_body=True),
    Route("DELETE", "/group/user/direct", writes.refuse),
    Route("POST", "/group/child-group/direct", writes.refuse, reads_body=True),
    Route("DELETE", "/group/child-group/direct", writes.refuse),
    Route("POST", "/group/parent-group/direct", writes.refuse, reads_body=True),
    Route("DELETE", "/group/parent-group/direct", writes.refuse),
)


def table() -> Map:
    """The routes as werkzeug matches them; the route itself is the endpoint."""
    rules = [Rule(route.path, methods=[route.verb], endpoint=route) for route in ROUTES]
    return Map(rules, strict_slashes=False, merge_slashes=False, redirect_defaults=False)
