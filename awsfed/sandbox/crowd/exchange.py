"""What a resource is given and what it gives back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from awsfed.sandbox.crowd.bodies import Body
from awsfed.sandbox.crowd.directory import Directory, Group, User
from awsfed.sandbox.crowd.entity_views import Views
from awsfed.sandbox.crowd.errors import ContainerRefusal, group_not_found, illegal_argument, user_not_found
from awsfed.sandbox.crowd.rendering import Element
from awsfed.sandbox.crowd.sessions import Sessions

PAGE = 1000

One = TypeVar("One")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status with an entity, or with nothing."""

    status: int = 200
    entity: Element | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request of an admitted application, with all that a resource may look at."""

    directory: Directory
    sessions: Sessions
    views: Views
    query: MultiDict[str, str]
    path: Mapping[str, str]
    body: Body | None

    def sent(self) -> Body:
        """The body; routes that reach here always have one."""
        if self.body is None:
            raise ContainerRefusal(400, "the body is missing")
        return self.body

    def required(self, name: str) -> str:
        """A query parameter; missing is an illegal argument, empty is not."""
        if name not in self.query:
            raise illegal_argument(f"{name} must not be null")
        return self.query[name]

    def user(self) -> User:
        """The user that `username` names."""
        asked = self.required("username")
        found = self.directory.user(asked)
        if found is None:
            raise user_not_found(asked)
        return found

    def group(self) -> Group:
        """The group that `groupname` names."""
        asked = self.required("groupname")
        found = self.directory.group(asked)
        if found is None:
            raise group_not_found(asked)
        return found

    def expands(self, what: str) -> bool:
        """Whether the client asked to see more than links."""
        return what in self.query.get("expand", "").split(",")

    def page(self, found: Sequence[One]) -> Sequence[One]:
        """One page of a list: 1000 entries unless the client says otherwise, and -1 for all."""
        start = self._number("start-index", 0)
        size = self._number("max-results", PAGE)
        if start < 0 or size < -1:
            raise illegal_argument("start-index and max-results must not be negative")
        return found[start:] if size == -1 else found[start : start + size]

    def _number(self, name: str, default: int) -> int:
        """A parameter that is no number has no resource: the container's 404, as JAX-RS wants it."""
        try:
            return int(self.query.get(name, default))
        except ValueError as error:
            raise ContainerRefusal(404) from error


Resource = Callable[[Exchange], Answer]
