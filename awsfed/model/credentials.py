"""What STS gives, and the long-term keys that it gives it for."""

import re
from dataclasses import dataclass

from awsfed.errors import InvalidValue
from awsfed.model.secret import Secret

_ISSUED = re.compile("[A-Za-z0-9+/=._-]+")
_ACCESS_KEY_ID = re.compile("[A-Z0-9]{16,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Temporary credentials."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret
    issued_at: int
    """Epoch seconds on this machine's clock."""
    expires_at: int
    """Epoch seconds on this machine's clock: what AWS said, corrected where the two clocks differ."""
    expiration: str
    """The same moment in RFC 3339 and UTC, such as `2026-01-31T12:00:00Z`."""
    principal_arn: str | None = None
    """The assumed role or federated user; None for a session token, whose principal is the key's own user."""
    account_id: str | None = None
    packed_policy_percent: int | None = None
    """How much of its limit AWS used for policies and tags; at more than 100 it refuses."""
    request_id: str | None = None
    """Under which AWS logged the call that made them; None where none was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey:
    """A key of an IAM user, or one with a session token that somebody else vended."""

    name: str
    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None
    expires_at: int | None = None
    """Epoch seconds; None for a key of a user, and where nobody told."""

    @property
    def is_long_term(self) -> bool:
        """Tell whether it belongs to a user: what such a key assumes is not a chained role."""
        return self.session_token is None


def parse_access_key_id(value: object) -> str:
    """Return an access key id; raise InvalidValue for what is none."""
    if not isinstance(value, str) or not _ACCESS_KEY_ID.fullmatch(value):
        raise InvalidValue("is no access key id")
    return value


def parse_issued(value: object, *, limit: int) -> Secret:
    """Return a secret, a token or a password that AWS issued; raise InvalidValue for what is none.

    They are base64 of either alphabet, in parts with dots between them. No shell, address or format that they are
    written in takes any of these characters for a sign of its own.
    """
    if not isinstance(value, str) or len(value) > limit or not _ISSUED.fullmatch(value):
        raise InvalidValue("is nothing that AWS issues")
    return Secret(value)
