"""Access keys of a user, made and removed at IAM through the AWS door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from awsfed.broker.keys.interface import IssuedKey
from awsfed.broker.keys.parsing import parse_access_key
from awsfed.errors import AwsUnavailable, InvalidValue, ProtocolError, RoleRefused
from awsfed.model.arns import partition_of
from awsfed.model.credentials import AccessKey
from awsfed.model.partitions import PARTITIONS
from awsfed.outside.aws import AwsDoor
from awsfed.outside.aws_answers import AwsAnswer, AwsRefusal
from awsfed.outside.retry import Retries, Trouble, TryAgain

_GONE = "NoSuchEntity"


@dataclass(frozen=True, slots=True, kw_only=True)
class IamKeys:
    """The KeyIssuer port against AWS."""

    door: AwsDoor
    retries: Retries

    def keys(self, user: str, key: AccessKey) -> tuple[IssuedKey, ...]:
        """List the keys of a user; see the port."""
        answer = self._ask("ListAccessKeys", {"UserName": _name(user)}, key, user)
        try:
            return tuple(_listed(one, answer) for one in answer.data["AccessKeyMetadata"])
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ProtocolError("IAM's list of access keys lacks an id, a status or a date") from error

    def create(self, user: str, key: AccessKey) -> AccessKey:
        """Make a key, with one request; see the port.

        It is repeated only where AWS said that it did nothing: otherwise a second one would make a second key.
        """
        made = self._ask("CreateAccessKey", {"UserName": _name(user)}, key, user, once=True)
        given: Mapping[str, Any] = made.data.get("AccessKey") or {}
        parts = {
            "aws_access_key_id": given.get("AccessKeyId"),
            "aws_secret_access_key": given.get("SecretAccessKey"),
        }
        try:
            return parse_access_key(key.name, parts)
        except InvalidValue as error:
            raise ProtocolError(f"the access key that IAM made {error.message}") from error

    def was_used(self, user: str, access_key_id: str, key: AccessKey) -> bool:
        """Ask when a key was last used; see the port."""
        answer = self._ask("GetAccessKeyLastUsed", {"AccessKeyId": access_key_id}, key, user)
        return bool((answer.data.get("AccessKeyLastUsed") or {}).get("LastUsedDate"))

    def deactivate(self, user: str, access_key_id: str, key: AccessKey) -> None:
        """Set the status of a key; see the port."""
        parameters = {"UserName": _name(user), "AccessKeyId": access_key_id, "Status": "Inactive"}
        self._ask_unless_gone("UpdateAccessKey", parameters, key, user)

    def delete(self, user: str, access_key_id: str, key: AccessKey) -> None:
        """Delete a key; see the port."""
        parameters = {"UserName": _name(user), "AccessKeyId": access_key_id}
        self._ask_unless_gone("DeleteAccessKey", parameters, key, user)

    def _ask_unless_gone(self, operation: str, parameters: Mapping[str, Any], key: AccessKey, user: str) -> None:
        try:
            self._ask(operation, parameters, key, user)
        except RoleRefused as error:
            if not isinstance(error.__cause__, AwsRefusal) or error.__cause__.code != _GONE:
                raise

    def _ask(
        self, operation: str, parameters: Mapping[str, Any], key: AccessKey, user: str, *, once: bool = False
    ) -> AwsAnswer:
        region = PARTITIONS[partition_of(user)].default_region

        def attempt() -> AwsAnswer:
            try:
                return self.door.call("iam", operation, parameters, key, region)
            except TryAgain as error:
                if once and error.trouble is not Trouble.THROTTLED:
                    raise AwsUnavailable(error.message, hint=error.hint) from error
                raise

        try:
            return self.retries.run("AWS", attempt)
        except TryAgain as error:
            raise AwsUnavailable(error.message, hint=error.hint) from error
        except AwsRefusal as refusal:
            raise RoleRefused(
                f"AWS refused iam:{operation} with access key {key.name!r}: {refusal.message}",
                hint=_hint(refusal, operation, user),
            ) from refusal


def _hint(refusal: AwsRefusal, operation: str, user: str) -> str:
    if refusal.code == "AccessDenied":
        return f"allow iam:{operation} on {user} in a policy of that user"
    if refusal.code == "LimitExceeded":
        return "a user has at most two access keys; delete the one that nobody uses"
    return "awsfed keys check"


def _name(user: str) -> str:
    """Return the name of a user, which is the last part of its ARN; what stands before it is a path."""
    return user.rpartition("/")[2]


def _listed(one: Mapping[str, Any], answer: AwsAnswer) -> IssuedKey:
    created: datetime = one["CreateDate"]
    return IssuedKey(
        access_key_id=str(one["AccessKeyId"]),
        is_active=one["Status"] == "Active",
        created_at=round(created.timestamp() + (answer.skew_s or 0.0)),
    )
