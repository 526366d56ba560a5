"""What STS gives, and the long-term keys that it gives it for."""

from dataclasses import dataclass

from awsfed.model.secret import Secret


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
