"""Resources as rows: what is asked for, who may ask, and what answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from awsfed.broker.administration import Administration
from awsfed.broker.direct import DirectBroker
from awsfed.model.identity import Identity, Session
from awsfed.model.once import once
from awsfed.model.secret import Secret
from awsfed.server.front import BODY_LIMIT, Noted
from awsfed.server.statuses import BadRequest

if TYPE_CHECKING:
    from awsfed.server.shared import Shared
    from awsfed.wiring.serving import Request, Serving

Body = TypeVar("Body", bound=BaseModel)

_MOST_MISTAKES = 50
"""In one body that are told one by one."""
_WORDS = {"missing": "this is needed", "extra_forbidden": "there is nothing of this name here"}
"""What some of the library's errors are called here, by their type."""
_BODY_OF_ANYBODY = 16_384
OWN_SITES = {"none", "same-origin"}
"""What browsers say of a request that the person began, or that a page of this very server sent."""


class Who(Enum):
    """Who may use a resource."""

    ANYBODY = "anybody"
    USER = "whoever is signed in"
    GRANTED = "who may use the connector"
    """Whoever is signed in gets this far; the broker decides about the connector."""
    ADMINISTRATOR = "administrators"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request, read to its end."""

    method: str
    path: Mapping[str, str]
    """The parts of the path that stand for something, by name."""
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str] = field(repr=False)
    """By lower-case name."""
    cookies: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    noted: Noted


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who is signed in."""

    session: Session
    token: Secret
    """What shows the session."""
    is_new: bool = False
    """Whether the session was made for this very request, so that its cookie has to be sent."""


@dataclass(kw_only=True)
class Call:
    """One request to one resource, for whoever answers it."""

    shared: "Shared"
    received: Received
    caller: Caller | None = None
    on_behalf_of: Session | None = None
    """Who brought a ticket, which shows nobody's session."""
    may_ask_password: bool = False
    """Whether a password may be looked at here."""

    @property
    def serving(self) -> "Serving":
        """What all requests share of the broker."""
        return self.shared.serving

    @once
    def request(self) -> "Request":
        """What this request has of the broker for itself."""
        noted = self.received.noted
        return self.serving.request(noted.way.source, noted.request_id, noted.hold)

    @property
    def broker(self) -> DirectBroker:
        """The broker of this request, which writes the trail of this request."""
        return self.request.broker

    @once
    def administration(self) -> Administration:
        """What administrators change; for resources that nobody else gets to."""
        return self.request.administration(self.identity)

    @property
    def session(self) -> Session:
        """The session of the caller."""
        return self.signed_in.session

    @property
    def signed_in(self) -> Caller:
        """The caller, of a resource that nobody gets to without being one."""
        if self.caller is None:
            raise AssertionError
        return self.caller

    @once
    def identity(self) -> Identity:
        """Who the caller is right now."""
        return self.broker.identity(self.session)

    @property
    def is_administrator(self) -> bool:
        """Whether the caller is one right now."""
        return self.serving.is_administrator(self.identity)

    @property
    def id(self) -> str:
        """The id that stands in the path."""
        return self.received.path["id"]

    def body(self, model: type[Body]) -> Body:
        """Return the body as its model; raise BadRequest, with what is wrong by field."""
        try:
            return model.model_validate_json(self.received.body or b"{}")
        except ValidationError as error:
            wrong = _not_its_model(error)
        except RecursionError:
            wrong = BadRequest("the body is nested too deeply")
        raise wrong  # here, where the error that holds the body is gone

    def queried(self, *names: str) -> dict[str, str]:
        """Return these of the query, as far as they are there; raise BadRequest for one that is there twice.

        Others are left alone, as by the vendor's server: its clients add some that are meant for its hosts.
        """
        found: dict[str, str] = {}
        for name, value in self.received.query:
            if name in found:
                raise BadRequest(f"{name} stands in the query twice")
            if name in names:
                found[name] = value
        return found


def _not_its_model(error: ValidationError) -> BadRequest:
    """Return what is wrong with a body; nothing of the body itself is repeated."""
    if error.error_count() > _MOST_MISTAKES:
        return BadRequest(f"the body has {error.error_count()} members or values that do not belong here")
    fields: dict[str, str] = {}
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        name = ".".join(map(str, problem["loc"]))
        fields.setdefault(name[:80], _WORDS.get(problem["type"], problem["msg"]))
    if "" in fields:
        return BadRequest("the body is not the JSON object that belongs here")
    named = ", ".join(list(fields)[:5])
    return BadRequest(f"the body is not what belongs here: {named}", fields=fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One method of one path."""

    method: str
    path: str
    """Below the base; parts in braces stand for something."""
    who: Who
    answer: Callable[[Call], Response]
    summary: str
    returns: type[BaseModel] | None = None
    """What an answer looks like, for the document; None for one without a body."""
    status: int = 200
    takes: type[BaseModel] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    """Names and sentences."""
    media: str = "application/json"
    vends: str | None = None
    """What is given out, for the counters."""
    statuses: tuple[int, ...] = ()
    """Failures that the document should name besides the usual ones."""
    versions: tuple[str, ...] = ()
    """Of the vendor's interface; none for our own resources."""
    signs_in: bool = False
    """Whether passwords come here."""
    waits: bool = True
    """Whether anything else is asked for the answer; what is not waits for no thread."""
    leads_on: bool = False
    """Whether anybody gets an answer, and whoever is signed in another one."""
    is_apart: bool = False
    """Whether it has threads of its own, since somebody may need it just when all others are busy."""
    is_probe: bool = False
    """Whether it has others, since anybody may ask for it as often as they like."""

    @property
    def body_limit(self) -> int:
        """Bytes that a body may have: few from whom nobody knows."""
        return _BODY_OF_ANYBODY if self.who is Who.ANYBODY else BODY_LIMIT

    @property
    def knows_callers(self) -> bool:
        """Tell whether it matters who asks: no probe looks at a password."""
        return self.who is not Who.ANYBODY or self.leads_on

    @property
    def changes(self) -> bool:
        """Tell whether a page of somebody else must not be able to ask for it."""
        return self.method not in {"GET", "HEAD"}
