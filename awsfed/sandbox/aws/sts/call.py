"""One verified STS call and what answers to all of them share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from awsfed.sandbox.aws.iam import Iam
from awsfed.sandbox.aws.keys import Issued, Keys, conditions
from awsfed.sandbox.aws.mfa import Devices
from awsfed.sandbox.aws.policies import Decision, Question, decide
from awsfed.sandbox.aws.refusals import access_denied, invalid
from awsfed.sandbox.aws.sts.parameters import SERIAL_NUMBER, TOKEN_CODE, Parameters

Result = dict[str, Any]
"""The elements of an answer in order; None is left out, a dictionary is nested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Who calls, with which parameters, in which world."""

    caller: Issued
    form: Mapping[str, str] = field(repr=False)
    keys: Keys
    iam: Iam
    devices: Devices

    def read_mfa(self, parameters: Parameters) -> bool:
        """Tell whether a second factor came along; `check_mfa` then says whether it is right."""
        serial_number = parameters.text("SerialNumber", SERIAL_NUMBER, 9, 256)
        code = parameters.text("TokenCode", TOKEN_CODE, 6, 6)
        if (serial_number is None) != (code is None):
            raise invalid("SerialNumber and TokenCode have to be given together")
        return code is not None

    def check_mfa(self) -> None:
        """Refuse a second factor that is not the caller's, or none of now; one that is right is used up."""
        if "TokenCode" in self.form:
            self.devices.check(self.caller.arn, self.form["SerialNumber"], self.form["TokenCode"])


def may(call: Call, question: Question) -> bool:
    """Tell whether the caller's policies in IAM allow it, and its session policies too where it has any."""
    documents = call.iam.policies(call.caller.principal_arn)
    if decide(documents, question) is not Decision.ALLOWED:
        return False
    session_policies = call.caller.session_policies
    return not session_policies or decide(session_policies, question) is Decision.ALLOWED


def authorize(call: Call, action: str, resource: str) -> None:
    """Refuse what the caller's policies do not allow."""
    if not may(call, Question(action=action, resource=resource, values=conditions(call.caller))):
        raise access_denied(f"User: {call.caller.arn} is not authorized to perform: {action} on resource: {resource}")


def credentials_of(issued: Issued) -> Result:
    """The element Credentials."""
    expires = datetime.fromtimestamp(issued.expires_at or 0, UTC)
    return {
        "AccessKeyId": issued.access_key_id,
        "SecretAccessKey": issued.secret_access_key,
        "SessionToken": issued.session_token,
        "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
