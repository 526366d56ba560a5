"""What the face needs to know of moto's IAM: users by key, roles by ARN, policies of both."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from moto.iam.models import IAMBackend, iam_backends

ACCOUNT = "123456789012"
_SHORTEST_MAXIMUM_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user in IAM."""

    arn: str
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role in IAM."""

    arn: str
    role_id: str
    name: str
    max_session_s: int
    trust: str = field(repr=False)


class Iam:
    """Reads moto's memory; what changes there, by IAM calls through the face, counts at once."""

    def active_key(self, access_key_id: str) -> tuple[User, str] | None:
        """Return the user and the secret of a long-term key, or None if there is no active one."""
        for user in _backend().users.values():
            for key in user.access_keys:
                if key.access_key_id == access_key_id and key.status == "Active":
                    return User(arn=user.arn, user_id=user.id), key.secret_access_key
        return None

    def role(self, arn: str) -> Role | None:
        """Return the role with exactly this ARN."""
        for role in _backend().roles.values():
            if role.arn == arn:
                return Role(
                    arn=role.arn,
                    role_id=role.id,
                    name=role.name,
                    max_session_s=int(role.max_session_duration or _SHORTEST_MAXIMUM_S),
                    trust=role.assume_role_policy_document,
                )
        return None

    def policies(self, principal_arn: str) -> tuple[str, ...]:
        """Return the documents of a user or role: inline, attached, and of the user's groups."""
        backend = _backend()
        holders: list[Any] = [one for one in backend.roles.values() if one.arn == principal_arn]
        for user in backend.users.values():
            if user.arn == principal_arn:
                holders.append(user)
                holders += [group for group in backend.groups.values() if user in group.users]
        return tuple(_documents(holders))


def _backend() -> IAMBackend:
    return iam_backends[ACCOUNT]["aws"]


def _documents(holders: Iterable[Any]) -> Iterable[str]:
    for holder in holders:
        yield from holder.policies.values()
        for policy in holder.managed_policies.values():
            yield from (version.document for version in policy.versions if version.is_default)
