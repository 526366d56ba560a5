"""The ports to long-term access keys: where they live, who makes new ones, and what ends sessions made with them."""

from dataclasses import dataclass
from typing import Protocol

from awsfed.model.credentials import AccessKey
from awsfed.model.revocation import Denial


class AccessKeySource(Protocol):
    """One place in which one access key lives."""

    @property
    def place(self) -> str:
        """Where it is, for people."""

    def load(self) -> AccessKey | None:
        """Return the key; None when this place has none.

        Raises:
            StoreError: the place is there but cannot be read, or holds something else than a key.
            AwsUnavailable: the place is a service that cannot be asked now.
            ProtocolError: it answers in a form that is not its own.
            ConfigError: the place is described wrongly.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """An access key of a user as AWS lists it, without its secret."""

    access_key_id: str
    is_active: bool
    created_at: int
    """Epoch seconds on this machine's clock."""


class KeyIssuer(Protocol):
    """Makes and removes access keys of one user, in the user's own name; `key` signs each request.

    Every verb raises `RoleRefused` where AWS does not want to, and `AwsUnavailable` where it cannot be asked.
    """

    def keys(self, user: str, key: AccessKey) -> tuple[IssuedKey, ...]:
        """Return the keys of a user, by its ARN; AWS allows two."""

    def create(self, user: str, key: AccessKey) -> AccessKey:
        """Make another key; when AwsUnavailable is raised there may be one even so, whose secret nobody knows."""

    def was_used(self, user: str, access_key_id: str, key: AccessKey) -> bool:
        """Tell whether AWS has ever seen a request that was signed with a key."""

    def deactivate(self, user: str, access_key_id: str, key: AccessKey) -> None:
        """Let a key open nothing any more; one that is gone is fine."""

    def delete(self, user: str, access_key_id: str, key: AccessKey) -> None:
        """Delete a key; one that is gone is fine."""


class Denials(Protocol):
    """Puts policies that end sessions."""

    def put(self, denial: Denial, key: AccessKey) -> Denial:
        """Put a policy, in place of any other of its name, and return it as it is now, its moment on AWS's own clock.

        Raises:
            RoleRefused: AWS does not want to; the hint says what is probably missing.
            AwsUnavailable: it cannot be asked.
        """
