"""Policies that end sessions, put at IAM through the AWS door."""

from dataclasses import dataclass, replace

from awsfed.errors import AwsUnavailable, RoleRefused
from awsfed.model.arns import partition_of
from awsfed.model.credentials import AccessKey
from awsfed.model.partitions import PARTITIONS
from awsfed.model.revocation import LONGEST_SESSION_S, POLICY_PREFIX, Denial
from awsfed.outside.aws import AwsDoor
from awsfed.outside.aws_answers import AwsRefusal
from awsfed.outside.clock import Clock
from awsfed.outside.retry import Retries, TryAgain

_BEHIND_S, _AHEAD_S = -1.0, 5.0
"""Between these, a difference of clocks is the age of an answer and its whole seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IamDenials:
    """The Denials port against AWS."""

    door: AwsDoor
    retries: Retries
    clock: Clock

    def put(self, denial: Denial, key: AccessKey) -> Denial:
        """Put it, and once more where this machine's clock turns out to be wrong; see the port."""
        skew_s = self._put(denial, key)
        if skew_s is None or _BEHIND_S <= skew_s <= _AHEAD_S:
            return denial
        corrected = replace(denial, before=int(self.clock.now() - skew_s) + 1)
        self._put(corrected, key)
        return corrected

    def _put(self, denial: Denial, key: AccessKey) -> float | None:
        kind = "Role" if denial.is_of_role else "User"
        operation = f"Put{kind}Policy"
        parameters = {
            f"{kind}Name": denial.principal_name,
            "PolicyName": denial.policy_name,
            "PolicyDocument": denial.compact,
        }
        region = PARTITIONS[partition_of(denial.principal_arn)].default_region
        try:
            return self.retries.run("AWS", lambda: self.door.call("iam", operation, parameters, key, region)).skew_s
        except TryAgain as error:
            raise AwsUnavailable(error.message, hint=error.hint) from error
        except AwsRefusal as refusal:
            raise RoleRefused(
                f"AWS refused iam:{operation} with access key {key.name!r}: {refusal.message}",
                hint=_hint(refusal, operation, denial, key),
            ) from refusal


def _hint(refusal: AwsRefusal, operation: str, denial: Denial, key: AccessKey) -> str:
    match refusal.code:
        case "AccessDenied":
            return (
                f"allow iam:{operation} on {denial.principal_arn} to the user of access key {key.name!r}, or name a key"
                " that may: --key NAME"
            )
        case "LimitExceeded":
            hours = LONGEST_SESSION_S // 3600
            return f"delete policies {POLICY_PREFIX}… that are older than {hours} h: they deny nothing any more"
        case "NoSuchEntity":
            return f"{denial.principal_arn} is not in the account of access key {key.name!r}; name another: --key NAME"
    return f"awsfed keys check {key.name}"
