"""Vending at STS, through its door."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from awsfed.broker.answers import CallerIdentity
from awsfed.broker.sts.calls import call_of
from awsfed.broker.sts.mfa import MfaCodes
from awsfed.broker.sts.passing import check_chained, passed_on
from awsfed.broker.sts.refusals import explained
from awsfed.errors import AwsUnavailable, InvalidValue, ProtocolError
from awsfed.model.arns import account_of
from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.credentials import AccessKey, Credentials, parse_access_key_id, parse_issued
from awsfed.model.identity import Identity
from awsfed.model.partitions import PARTITIONS, partition_of_region
from awsfed.model.secret import Secret
from awsfed.model.text import parse_name, shown
from awsfed.outside.aws_answers import AwsAnswer, AwsRefusal
from awsfed.outside.clock import Clock
from awsfed.outside.retry import Retries, Trouble, TryAgain
from awsfed.outside.sts import StsDoor

_TOKEN_LIMIT = 16_384
_SHORTEST_LIFE_S = 60
_NOTABLE_SKEW_S = 30
"""A smaller difference of clocks is the age of an answer and its whole seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StsVendor:
    """The Vendor port against AWS."""

    door: StsDoor
    retries: Retries
    clock: Clock
    region: str | None
    """The region of the settings; used where it belongs to the connector's partition."""
    mfa_code: Callable[[Connector], Secret] = field(default_factory=MfaCodes)
    """Asked once for each call of a connector that names an MFA device."""

    def vend(self, connector: Connector, identity: Identity, key: AccessKey) -> Credentials:
        """Make the connector's call; see the port."""
        if connector.type is ConnectorType.PROVIDED:
            return passed_on(connector, key, self.clock.now())
        check_chained(connector, key)
        mfa_code = self.mfa_code(connector) if connector.mfa_serial else None
        operation, parameters = call_of(connector, identity, mfa_code)
        try:
            answer = self._ask(operation, parameters, key, self.region_of(connector), once=mfa_code is not None)
        except AwsRefusal as refusal:
            raise explained(refusal, connector, key) from refusal
        return self._parsed(answer)

    def caller_identity(self, key: AccessKey, region: str) -> CallerIdentity:
        """Ask AWS whose key it is; see the port."""
        data = self._ask("GetCallerIdentity", {}, key, region).data
        try:
            return CallerIdentity(account=str(data["Account"]), arn=shown(data["Arn"]), user_id=shown(data["UserId"]))
        except (KeyError, TypeError) as error:
            raise ProtocolError("the answer of STS lacks an account, ARN or user id") from error

    def region_of(self, connector: Connector) -> str:
        """Return the connector's region, else that of the settings if its partition fits, else the partition's own."""
        if connector.region:
            return connector.region
        if self.region and partition_of_region(self.region) == connector.partition:
            return self.region
        return PARTITIONS[connector.partition].default_region

    def _ask(
        self, operation: str, parameters: Mapping[str, Any], key: AccessKey, region: str, *, once: bool = False
    ) -> AwsAnswer:
        """Make a call; with `once`, again only where AWS said that it did nothing: a code of a device counts once."""

        def attempt() -> AwsAnswer:
            try:
                return self.door.call(operation, parameters, key, region)
            except TryAgain as error:
                if once and error.trouble is not Trouble.THROTTLED:
                    raise AwsUnavailable(error.message, hint=error.hint) from error
                raise

        try:
            return self.retries.run("AWS", attempt)
        except TryAgain as error:
            raise AwsUnavailable(error.message, hint=error.hint) from error

    def _parsed(self, answer: AwsAnswer) -> Credentials:
        given = answer.data.get("Credentials") or {}
        principal = answer.data.get("AssumedRoleUser") or answer.data.get("FederatedUser") or {}
        try:
            arn = principal.get("Arn")
            skew_s = answer.skew_s if answer.skew_s and abs(answer.skew_s) > _NOTABLE_SKEW_S else 0.0
            expires = given["Expiration"].astimezone(UTC) + timedelta(seconds=round(skew_s))
            now = self.clock.now()
            credentials = Credentials(
                access_key_id=parse_access_key_id(given["AccessKeyId"]),
                secret_access_key=parse_issued(given["SecretAccessKey"], limit=1024),
                session_token=parse_issued(given["SessionToken"], limit=_TOKEN_LIMIT),
                issued_at=int(now),
                expires_at=int(expires.timestamp()),
                expiration=rfc3339(expires),
                principal_arn=parse_name(arn, limit=2048) if arn else None,
                account_id=account_of(arn) if arn else None,
                packed_policy_percent=_percent(answer.data.get("PackedPolicySize")),
                request_id=answer.request_id,
            )
        except (KeyError, AttributeError, TypeError, ValueError, InvalidValue) as error:
            raise ProtocolError("the answer of STS lacks credentials or their expiration") from error
        if credentials.expires_at - now < _SHORTEST_LIFE_S:
            raise ProtocolError("the credentials that STS sent have expired already")
        return credentials


def _percent(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def rfc3339(moment: datetime) -> str:
    """Return a moment in UTC to the second, with the `Z` that every SDK can read."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
