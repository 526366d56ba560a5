"""Service principals: callers that are no person, such as a build. Each has a token and grants of its own.

Tokens are random, so a plain SHA-256 of one is kept and nothing else; whoever reads the records learns no token.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from awsfed.errors import LoginRefused, NotFound, Refused
from awsfed.model.identity import SERVICE
from awsfed.model.secret import Secret
from awsfed.model.slugs import parse_slug
from awsfed.outside.clock import Clock

_PREFIX = "awsfed-service"
_NOBODY = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service principal."""

    name: str
    connectors: tuple[str, ...]
    """Ids of the connectors that it may use, if their scope is SYSTEM."""
    token_digest: str
    """Hexadecimal SHA-256 of its token."""
    created_at: int
    """Epoch seconds at which the token was made."""

    @property
    def key(self) -> str:
        """The key of its sessions, which changes with its token."""
        return f"{SERVICE}{self.name}:{self.token_digest[:16]}"


Change = Callable[[dict[str, Service]], None]
"""Changes services by their names, in place; what it raises leaves everything as it was."""


class ServiceRecords(Protocol):
    """Where services are kept. Every verb raises StoreError where the place cannot be used."""

    def all(self) -> tuple[Service, ...]:
        """Return them by name."""

    def get(self, name: str) -> Service | None:
        """Return a service; None where there is none of that name."""

    def change(self, change: Change) -> None:
        """Change them, nobody else at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All service principals of this broker."""

    records: ServiceRecords
    clock: Clock

    def all(self) -> tuple[Service, ...]:
        """Return them by name; errors are those of the records."""
        return self.records.all()

    def get(self, name: str) -> Service | None:
        """Return a service; None where there is none of that name."""
        return self.records.get(name)

    def add(self, name: str, connectors: tuple[str, ...]) -> Secret:
        """Create a service and return its token, which is shown this once.

        Raises:
            Refused: there is one of that name.
            InvalidValue: the name is no slug.
        """
        parse_slug(name)

        def added(before: dict[str, Service], digest: str) -> None:
            if name in before:
                raise Refused(f"there is a service named {name!r} already", hint=f"awsfed services rotate {name}")
            now = int(self.clock.now())
            before[name] = Service(name=name, connectors=connectors, token_digest=digest, created_at=now)

        return self._with_token(name, added)

    def rotate(self, name: str) -> Secret:
        """Give a service a new token; the old one, and sessions made with it, end at once. Raises NotFound."""

        def rotated(before: dict[str, Service], digest: str) -> None:
            service = _existing(before, name)
            before[name] = replace(service, token_digest=digest, created_at=int(self.clock.now()))

        return self._with_token(name, rotated)

    def edit(self, name: str, connectors: tuple[str, ...]) -> None:
        """Let a service use these connectors and no others; its token and its sessions stay. Raises NotFound."""

        def edited(before: dict[str, Service]) -> None:
            before[name] = replace(_existing(before, name), connectors=connectors)

        self.records.change(edited)

    def revoke(self, name: str) -> None:
        """Delete a service; its token and its sessions end at once. Raises NotFound."""

        def revoked(before: dict[str, Service]) -> None:
            _existing(before, name)
            del before[name]

        self.records.change(revoked)

    def authenticate(self, name: str, token: Secret) -> Service:
        """Return the service whose token this is; raise LoginRefused for an unknown name and a wrong token alike."""
        service = self.get(name)
        digest = hashlib.sha256(token.reveal().encode("utf-8", "surrogatepass")).hexdigest()
        if not hmac.compare_digest(service.token_digest if service else _NOBODY, digest) or service is None:
            raise LoginRefused("name or token of the service is wrong", hint="awsfed services list")
        return service

    def _with_token(self, name: str, change: Callable[[dict[str, Service], str], None]) -> Secret:
        token = Secret(f"{_PREFIX}.{name}.{secrets.token_urlsafe(32)}")
        digest = hashlib.sha256(token.reveal().encode("ascii")).hexdigest()
        self.records.change(lambda before: change(before, digest))
        return token


def _existing(services: dict[str, Service], name: str) -> Service:
    if name not in services:
        raise NotFound(f"no service named {name!r}", hint="awsfed services list")
    return services[name]
