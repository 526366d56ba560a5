"""Every credential that is good here: long-term keys, which live in IAM, and temporary ones, which the face issued."""

import secrets
import string
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum

from awsfed.sandbox.aws.iam import Iam

_ID_ALPHABET = string.ascii_uppercase + "234567"
_SECRET_ALPHABET = string.ascii_letters + string.digits + "+/"
_TOKEN_LENGTH = 352
_TOKEN_START = "IQoJb3JpZ2luX2Vj"  # noqa: S105 - how real ones begin


class Kind(Enum):
    """How credentials came into the world, which decides what they may do."""

    LONG_TERM = "long-term key of a user"
    ROLE = "assumed role"
    SESSION_TOKEN = "session token"  # noqa: S105 - a name
    FEDERATION = "federation token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """Credentials and who they stand for; until they are minted, only the latter."""

    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)
    kind: Kind
    arn: str
    """Of the caller as AWS names it: user, role session or federated user."""
    user_id: str
    principal_arn: str
    """Of the user or role in IAM whose policies count."""
    issued_at: float | None = None
    """None for a long-term key."""
    expires_at: float | None = None
    session_policies: tuple[str, ...] = ()
    chained: bool = False
    """A role that was assumed with temporary credentials."""
    source_identity: str | None = None
    transitive_tags: tuple[str, ...] = ()
    mfa: bool = False


def conditions(issued: Issued) -> dict[str, str | None]:
    """What policies may ask about a caller, by condition key in lower case; None is a key that is absent."""
    issued_at = issued.issued_at
    return {
        "aws:userid": issued.user_id,
        "aws:tokenissuetime": None
        if issued_at is None
        else datetime.fromtimestamp(issued_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:multifactorauthpresent": None if issued_at is None else str(issued.mfa).lower(),
    }


def mint(identity: Issued) -> Issued:
    """Give an identity temporary credentials that nobody had before."""
    return replace(
        identity,
        access_key_id="ASIA" + _random(_ID_ALPHABET, 16),
        secret_access_key=random_secret(),
        session_token=_TOKEN_START + _random(_SECRET_ALPHABET, _TOKEN_LENGTH - len(_TOKEN_START)),
    )


def random_secret() -> str:
    """A secret access key."""
    return _random(_SECRET_ALPHABET, 40)


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


class Keys:
    """Finds credentials by the id of their access key."""

    def __init__(self, iam: Iam, now: Callable[[], float]) -> None:
        self.now = now
        self._iam = iam
        self._lock = threading.Lock()
        self._temporary: dict[str, Issued] = {}

    def keep(self, issued: Issued) -> Issued:
        """Remember temporary credentials, and when they were issued."""
        issued = replace(issued, issued_at=self.now())
        with self._lock:
            self._temporary[issued.access_key_id] = issued
        return issued

    def find(self, access_key_id: str) -> Issued | None:
        """Return what belongs to an access key; None for unknown, inactive and deleted ones."""
        with self._lock:
            if access_key_id in self._temporary:
                return self._temporary[access_key_id]
        found = self._iam.active_key(access_key_id)
        if found is None:
            return None
        user, secret_access_key = found
        return Issued(
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            kind=Kind.LONG_TERM,
            arn=user.arn,
            user_id=user.user_id,
            principal_arn=user.arn,
        )

    def is_over(self, issued: Issued) -> bool:
        """Tell whether credentials have expired."""
        return issued.expires_at is not None and issued.expires_at <= self.now()
