"""From the name of a Crowd user to the name that AWS writes into its logs."""

import hashlib
import re

from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.identity import Identity

ROLE_SESSION_LIMIT = 64
FEDERATED_USER_LIMIT = 32
_MINIMUM = 2
_DIGEST = 16
SERVICE_SESSION = "service="
"""What the names of sessions of services begin with, and those of nobody else."""
_FOREIGN = re.compile(r"[^\w+=,.@-]", re.ASCII)
_LOOKS_DIGESTED = re.compile(rf"-[0-9a-f]{{{_DIGEST}}}")


def session_name(user_name: str, *, limit: int = ROLE_SESSION_LIMIT, is_service: bool = False) -> str:
    """Return a name of 2 to `limit` characters of `[A-Za-z0-9_+=,.@-]`, the same for the same user every time.

    A name that fits is kept, that of a service behind `service=`. Any other is cleaned, cut, and given 64 bits of a
    digest of the whole name, so that two users never share one; a name that merely looks as if it had such a digest,
    or were a service's, gets one too. AWS documents both limits, with AssumeRole and with GetFederationToken.
    """
    whole = f"{SERVICE_SESSION}{user_name}" if is_service else user_name
    clean = _FOREIGN.sub("-", whole)
    fits = clean == whole and _MINIMUM <= len(clean) <= limit and is_service == whole.startswith(SERVICE_SESSION)
    if fits and not _LOOKS_DIGESTED.fullmatch(clean[-_DIGEST - 1 :]):
        return clean
    kind = "service" if is_service else "person"
    digest = hashlib.sha256(f"{kind}\n{user_name}".encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return f"{clean[: limit - _DIGEST - 1]}-{digest}"


def names_of_service(name: str) -> frozenset[str]:
    """Return what a service may be called where people and services are named: `service=` before it, as AWS logs it."""
    made = (session_name(name, limit=limit, is_service=True) for limit in (ROLE_SESSION_LIMIT, FEDERATED_USER_LIMIT))
    return frozenset((f"{SERVICE_SESSION}{name}", *made))


def looks_made(name: str, *, limit: int = ROLE_SESSION_LIMIT) -> bool:
    """Tell whether AWS may have logged a name that `session_name` made of another one: a person's, or a service's."""
    if len(name) > limit or _FOREIGN.search(name):
        return False
    return name.startswith(SERVICE_SESSION) or bool(_LOOKS_DIGESTED.fullmatch(name[-_DIGEST - 1 :]))


def session_name_of(connector: Connector, identity: Identity) -> str | None:
    """Return the name that somebody's session of a connector has at AWS; None where its call knows no names."""
    is_service = identity.service_grants is not None
    match connector.type:
        case ConnectorType.ASSUME_ROLE:
            return session_name(identity.name, is_service=is_service)
        case ConnectorType.FEDERATION_TOKEN:
            return session_name(identity.name, limit=FEDERATED_USER_LIMIT, is_service=is_service)
        case ConnectorType.SESSION_TOKEN | ConnectorType.PROVIDED:
            return None
