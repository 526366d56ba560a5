"""Denials with a trail: which policy was put where, by whom, or why it was not."""

from dataclasses import dataclass

from awsfed.broker.audit.interface import Changes
from awsfed.broker.keys.interface import Denials
from awsfed.errors import StoreError
from awsfed.model.credentials import AccessKey
from awsfed.model.revocation import Denial


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDenials:
    """The Denials port over another. What the trail cannot hold is put all the same: it ends something."""

    denials: Denials
    trail: Changes
    actor: str
    """User of this machine."""

    def put(self, denial: Denial, key: AccessKey) -> Denial:
        """Put a policy, and note it; see the port."""
        about = {
            "principal": denial.principal_arn,
            "policy": denial.policy_name,
            "sessions": ", ".join(denial.user_ids),
            "key": key.name,
        }
        done: Denial | None = None
        try:
            with self.trail.change(f"local:{self.actor}", self.actor, "put denial", about):
                done = self.denials.put(denial, key)
        except StoreError:
            done = done or self.denials.put(denial, key)
        return done
