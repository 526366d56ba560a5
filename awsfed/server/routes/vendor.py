"""What the vendor's resources share."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from awsfed.server.calls import Call, Resource, Who
from awsfed.server.statuses import BadRequest

BASE = "/rest/identity-federation-for-aws/{version}"
ALL = ("2.0", "2.1", "2.2")
LATER = ("2.1", "2.2")
Administrator, Granted, User = Who.ADMINISTRATOR, Who.GRANTED, Who.USER


def row(method: str, path: str, who: Who, answer: Callable[[Call], Response], summary: str, **others: Any) -> Resource:
    """Return a resource of every version, unless others are given."""
    return Resource(method=method, path=path, who=who, answer=answer, summary=summary, **{"versions": ALL, **others})


def check_own(call: Call, given: str | None) -> None:
    """Raise BadRequest for a body with the id of something else than the path names."""
    if given is not None and given != call.received.path.get("id"):
        raise BadRequest("id is given by the server", fields={"id": "is given by the server"})
