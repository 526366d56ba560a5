"""An application that calls the sandbox's Crowd, and the little that its tests share."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import requests

APPLICATION = ("awsfed", "sandbox-application")


def new_http() -> "requests.Session":
    """A session that knows nothing of the machine it runs on."""
    import requests

    session = requests.Session()
    session.trust_env = False
    return session


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Caller:
    """An application that calls the server; every part of a request can be changed."""

    origin: str
    context: str = "/crowd"
    auth: tuple[str, str] | None = APPLICATION
    http: "requests.Session" = field(default_factory=new_http)

    def __call__(self, method: str, path: str, *, accept: str = "application/json", **more: Any) -> "requests.Response":
        """Ask for a path below the REST address."""
        headers = {"Accept": accept, **more.pop("headers", {})}
        url = f"{self.origin}{self.context}/rest/usermanagement/1{path}"
        more.setdefault("auth", self.auth)
        return self.http.request(method, url, headers=headers, timeout=5, **more)

    def raw(self, method: str, path: str, **more: Any) -> "requests.Response":
        """Ask for a path below the origin, without credentials."""
        return self.http.request(method, self.origin + path, timeout=5, **more)

    def sign_in(self, username: str, password: str, **more: Any) -> "requests.Response":
        """Check a password."""
        return self("POST", "/authentication", params={"username": username}, json={"value": password}, **more)


def reason(response: "requests.Response") -> tuple[int, str]:
    """Status and reason of a refusal."""
    return response.status_code, response.json()["reason"]


def names(response: "requests.Response") -> list[str]:
    """The names in a list of users or groups."""
    (listed,) = (value for key, value in response.json().items() if key != "expand")
    return [one["name"] for one in listed]
