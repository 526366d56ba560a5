"""The shapes of Crowd's entities: what of a user, a group or a session an answer shows, and under which names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from awsfed.sandbox.crowd.entities import Group, Server, User
from awsfed.sandbox.crowd.rendering import Child, Element, Listing, Moment
from awsfed.sandbox.crowd.sessions import SsoSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """Shows entities with links below one base address."""

    base: str
    lower_case: bool = False

    def user(self, user: User, *, attributes: bool = False) -> Element:
        """A whole user; the attributes themselves only when asked for."""
        name = self._spelled(user.name)
        own = {**_account_attributes(user), **user.attributes}
        children: dict[str, Child] = {
            "link": self._link("user", "username", name),
            "first-name": user.first_name,
            "last-name": user.last_name,
            "display-name": user.display_name,
            "email": user.email,
            "password": Element("password", {}, {"link": self._link("user/password", "username", name, rel="edit")}),
            "key": user.key,
            "created-date": Moment(user.created_ms),
            "updated-date": Moment(user.created_ms),
            "active": user.active,
            "attributes": self._attributes("user", "username", name, own if attributes else {}),
        }
        return Element("user", {"expand": "attributes", "name": name}, children)

    def user_link(self, user: User) -> Element:
        """Only name and link: a user inside an answer that was not expanded."""
        name = self._spelled(user.name)
        return Element("user", {"name": name}, {"link": self._link("user", "username", name)})

    def group(self, group: Group, *, attributes: bool = False) -> Element:
        """A whole group; the attributes themselves only when asked for."""
        name = self._spelled(group.name)
        children: dict[str, Child] = {
            "link": self._link("group", "groupname", name),
            "description": group.description,
            "type": "GROUP",
            "active": group.active,
            "attributes": self._attributes("group", "groupname", name, group.attributes if attributes else {}),
        }
        return Element("group", {"expand": "attributes", "name": name}, children)

    def group_link(self, group: Group) -> Element:
        """Only name and link: whether the group is active does not show."""
        name = self._spelled(group.name)
        return Element("group", {"name": name}, {"link": self._link("group", "groupname", name)})

    def users(self, users: Iterable[User], *, expand: bool) -> Element:
        """A list of users."""
        items = [self.user(user) if expand else self.user_link(user) for user in users]
        return Element("users", {"expand": "user"}, {"users": Listing("user", items)})

    def groups(self, groups: Iterable[Group], *, expand: bool) -> Element:
        """A list of groups."""
        items = [self.group(group) if expand else self.group_link(group) for group in groups]
        return Element("groups", {"expand": "group"}, {"groups": Listing("group", items)})

    def user_attributes(self, user: User) -> Element:
        """The attributes of a user alone."""
        own = {**_account_attributes(user), **user.attributes}
        return self._attributes("user", "username", self._spelled(user.name), own)

    def group_attributes(self, group: Group) -> Element:
        """The attributes of a group alone."""
        return self._attributes("group", "groupname", self._spelled(group.name), group.attributes)

    def session(self, session: SsoSession, user: User, *, expand: bool) -> Element:
        """A single sign-on session; dates are milliseconds in JSON and ISO 8601 in XML."""
        children: dict[str, Child] = {
            "token": session.token,
            "user": self.user(user) if expand else self.user_link(user),
            "created-date": Moment(session.created_ms),
            "expiry-date": Moment(session.expiry_ms),
            "link": Element("link", {"href": self.session_address(session), "rel": "self"}),
        }
        return Element("session", {"expand": "user"}, children)

    def session_address(self, session: SsoSession) -> str:
        """Where the session can be read."""
        return f"{self.base}/session/{quote(session.token, safe='')}"

    def memberships(self, rows: Iterable[tuple[Group, Iterable[User], Iterable[Group]]]) -> Element:
        """Every group with its direct users and child groups; written as XML only."""
        items = [
            Element(
                "membership",
                {"group": self._spelled(group.name)},
                {
                    "users": Listing("user", [self._named("user", user) for user in users], wrapped=True),
                    "groups": Listing("group", [self._named("group", child) for child in children], wrapped=True),
                },
            )
            for group, users, children in rows
        ]
        return Element("memberships", {}, {"memberships": Listing("membership", items)})

    def _named(self, tag: str, one: User | Group) -> Element:
        return Element(tag, {"name": self._spelled(one.name)})

    def _attributes(self, path: str, key: str, name: str, own: Mapping[str, tuple[str, ...]]) -> Element:
        items = [
            Element(
                "attribute",
                {"name": label},
                {
                    "link": Element(
                        "link",
                        {"href": self._address(f"{path}/attribute", key, name, attributename=label), "rel": "self"},
                    ),
                    "values": Listing("value", values, wrapped=True),
                },
            )
            for label, values in own.items()
        ]
        link = self._link(f"{path}/attribute", key, name)
        return Element("attributes", {}, {"link": link, "attributes": Listing("attribute", items)})

    def _link(self, path: str, key: str, name: str, rel: str = "self") -> Element:
        return Element("link", {"href": self._address(path, key, name), "rel": rel})

    def _address(self, path: str, key: str, name: str, **more: str) -> str:
        query = "&".join(f"{one}={quote(value, safe='')}" for one, value in {key: name, **more}.items())
        return f"{self.base}/{path}?{query}"

    def _spelled(self, name: str) -> str:
        return name.lower() if self.lower_case else name


def cookie(server: Server) -> Element:
    """How the single sign-on cookie is to be set."""
    children: dict[str, Child] = {
        "domain": server.cookie_domain,
        "secure": server.cookie_secure,
        "name": server.cookie_name,
    }
    return Element("cookie-config", {}, children)


def _account_attributes(user: User) -> dict[str, tuple[str, ...]]:
    return {
        "invalidPasswordAttempts": (str(user.invalid_attempts),),
        "requiresPasswordChange": (str(user.expired).lower(),),
        "passwordLastChanged": (str(user.created_ms),),
    }
