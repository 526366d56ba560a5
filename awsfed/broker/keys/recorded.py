"""Denials with a trail: which policy was put where, by whom, or why it was not."""

from collections.abc import Callable
from dataclasses import dataclass

from awsfed.broker.audit.interface import Changes
from awsfed.broker.keys.interface import Denials
from awsfed.errors import AwsfedError, StoreError
from awsfed.model.credentials import AccessKey
from awsfed.model.revocation import Denial


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDenials:
    """The Denials port over another. What the trail cannot hold is put all the same: it ends something."""

    denials: Denials
    trail: Changes
    actor: str
    """User of this machine."""
    tell: Callable[[str], None]
    """Is given what the trail does not hold."""

    def put(self, denial: Denial, key: AccessKey) -> Denial:
        """Put a policy once, and note it; see the port."""
        about = {
            "principal": denial.principal_arn,
            "policy": denial.policy_name,
            "sessions": ", ".join(denial.user_ids),
            "key": key.name,
        }
        put: list[Denial | AwsfedError] = []
        try:
            with self.trail.change(f"local:{self.actor}", self.actor, f"put denial {denial.policy_name}", about):
                put.append(self._tried(denial, key))
                if isinstance(put[0], AwsfedError):
                    raise put[0]
        except StoreError as error:
            self.tell(f"the trail does not hold what becomes of {denial.principal_arn}: {error.message}")
        done = put[0] if put else self._tried(denial, key)
        if isinstance(done, AwsfedError):
            raise done
        return done

    def _tried(self, denial: Denial, key: AccessKey) -> Denial | AwsfedError:
        try:
            return self.denials.put(denial, key)
        except AwsfedError as error:
            return error
