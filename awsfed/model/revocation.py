"""The policy that ends the sessions which one person has of a role or through a user, and nobody else's."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from awsfed.model.arns import account_of
from awsfed.model.connector import MAXIMUM_DURATION
from awsfed.model.session_names import FEDERATED_USER_LIMIT, ROLE_SESSION_LIMIT, looks_made, session_name

POLICY_PREFIX = "awsfed-revoked-"
LONGEST_SESSION_S = max(MAXIMUM_DURATION.values())
"""After this long such a policy has nothing left to deny."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """An inline policy for a role, or for the user whose key makes federated users."""

    principal_arn: str
    policy_name: str
    """The same for the same person every time, so that a later one takes the place of an earlier one."""
    user_ids: tuple[str, ...]
    """What the sessions may have as `aws:userid`; with a `*` for the id of a role."""
    before: int
    """Epoch seconds; sessions that were issued before them are denied everything."""

    @property
    def is_of_role(self) -> bool:
        """Tell whether it is for a role, not for a user."""
        return ":role/" in self.principal_arn

    @property
    def principal_name(self) -> str:
        """The name that IAM's own calls want: the last part of the ARN, without the path before it."""
        return self.principal_arn.rpartition("/")[2]

    @property
    def document(self) -> Mapping[str, Any]:
        """The policy. Both conditions have to hold, so long-term keys and other people's sessions go on."""
        issued = datetime.fromtimestamp(self.before, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        wanted = self.user_ids[0] if len(self.user_ids) == 1 else list(self.user_ids)
        condition = {
            "DateLessThan": {"aws:TokenIssueTime": issued},
            "StringLike" if self.is_of_role else "StringEquals": {"aws:userid": wanted},
        }
        statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
        return {"Version": "2012-10-17", "Statement": [statement]}

    @property
    def compact(self) -> str:
        """The policy in as few characters as it needs: those of a role's policies together are limited."""
        return json.dumps(self.document, separators=(",", ":"))

    @property
    def command(self) -> str:
        """The command line that puts it, for any shell and whoever may."""
        kind = "role" if self.is_of_role else "user"
        words = ["aws", "iam", f"put-{kind}-policy", f"--{kind}-name", self.principal_name]
        words += ["--policy-name", self.policy_name, "--policy-document", json.dumps(self.document, indent=2)]
        return shlex.join(words)


def deny(
    principal_arn: str, user_name: str, before: int, *, is_logged: bool = False, is_service: bool = False
) -> Denial:
    """Return the policy that ends what somebody got before a moment through a role, or through a user's key.

    Args:
        principal_arn: of the role, or of the user.
        user_name: of the person, or of the service.
        before: epoch seconds.
        is_logged: whether the name may be the one that AWS has logged already, because nobody knows the person.
        is_service: whether it is a service.
    """
    is_of_role = ":role/" in principal_arn
    limit = ROLE_SESSION_LIMIT if is_of_role else FEDERATED_USER_LIMIT
    names = [session_name(user_name, limit=limit, is_service=is_service)]
    if is_logged and looks_made(user_name, limit=limit):
        names.insert(0, user_name)
    whose = "*" if is_of_role else account_of(principal_arn)
    return Denial(
        principal_arn=principal_arn,
        policy_name=f"{POLICY_PREFIX}{names[0]}",
        user_ids=tuple(f"{whose}:{name}" for name in names),
        before=before,
    )
