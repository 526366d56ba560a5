"""AssumeRole."""

import re
from dataclasses import dataclass

from awsfed.sandbox.aws.iam import ACCOUNT, Role
from awsfed.sandbox.aws.keys import Issued, Kind, conditions, mint
from awsfed.sandbox.aws.policies import Decision, Question, decide
from awsfed.sandbox.aws.refusals import Refusal, access_denied, invalid
from awsfed.sandbox.aws.sts import session
from awsfed.sandbox.aws.sts.call import Call, Result, credentials_of, may
from awsfed.sandbox.aws.sts.parameters import EXTERNAL_ID, NAME, Parameters
from awsfed.sandbox.aws.sts.session import SessionExtras

_LEAST_S, _LONGEST_S, _CHAINED_LONGEST_S, _DEFAULT_S = 900, 43_200, 3600, 3600
_ARN_TEXT = re.compile("[\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd]+")
_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\x21-\x7e]+")
_PARAMETERS = (
    *("RoleArn", "RoleSessionName", "ExternalId", "SourceIdentity", "DurationSeconds", "SerialNumber", "TokenCode"),
    *("Policy", "PolicyArns", "Tags", "TransitiveTagKeys"),
)
_CHAINED = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
_OVER_MAXIMUM = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """The parameters, each within its limits."""

    arn: str
    name: str
    external_id: str | None
    source_identity: str | None
    duration_s: int
    extras: SessionExtras
    mfa: bool


def answer(call: Call) -> Result:
    """Check the parameters, the permissions, the duration and the policies, in this order, and issue."""
    wanted = _read(call)
    source_identity = call.caller.source_identity or wanted.source_identity
    role = _authorized_role(call, wanted, source_identity)
    _check_duration(call.caller, role, wanted.duration_s)
    session.check(wanted.extras, call.caller.transitive_tags)
    percent = wanted.extras.packed_percent()
    issued = call.keys.keep(
        mint(
            Issued(
                kind=Kind.ROLE,
                arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.name}/{wanted.name}",
                user_id=f"{role.role_id}:{wanted.name}",
                principal_arn=role.arn,
                expires_at=call.keys.now() + wanted.duration_s,
                session_policies=wanted.extras.policies,
                chained=call.caller.kind is not Kind.LONG_TERM,
                source_identity=source_identity,
                transitive_tags=(*call.caller.transitive_tags, *wanted.extras.transitive_tags),
                mfa=wanted.mfa,
            )
        )
    )
    return {
        "Credentials": credentials_of(issued),
        "AssumedRoleUser": {"AssumedRoleId": issued.user_id, "Arn": issued.arn},
        "PackedPolicySize": percent,
        "SourceIdentity": source_identity,
    }


def _read(call: Call) -> _Wanted:
    parameters = Parameters(call.form)
    parameters.only(*_PARAMETERS)
    wanted = _Wanted(
        arn=parameters.required("RoleArn", _ARN_TEXT, 20, 2048),
        name=parameters.required("RoleSessionName", NAME, 2, 64),
        external_id=parameters.text("ExternalId", EXTERNAL_ID, 2, 1224),
        source_identity=parameters.text("SourceIdentity", NAME, 2, 64),
        duration_s=parameters.duration_s(_LEAST_S, _LONGEST_S, _DEFAULT_S),
        extras=session.read(parameters),
        mfa=call.read_mfa(parameters),
    )
    parameters.check()
    if not _ROLE_ARN.fullmatch(wanted.arn):
        raise invalid(f"{wanted.arn} is invalid")
    if wanted.source_identity is not None and wanted.source_identity.startswith("aws:"):
        raise invalid("SourceIdentity must not begin with aws:")
    return wanted


def _authorized_role(call: Call, wanted: _Wanted, source_identity: str | None) -> Role:
    """Find the role for a caller who may assume it in this way; a missing one is refused in the same words."""
    role = call.iam.role(wanted.arn)
    if role is None or call.caller.kind is Kind.FEDERATION:
        raise _not_authorized(call, "sts:AssumeRole", wanted.arn)
    call.check_mfa()
    values = {
        **conditions(call.caller),
        "sts:externalid": wanted.external_id,
        "sts:sourceidentity": source_identity,
        "sts:rolesessionname": wanted.name,
    }
    if wanted.mfa:
        values["aws:multifactorauthpresent"] = "true"
    _authorize(call, role, "sts:AssumeRole", values)
    if wanted.extras.tags or call.caller.transitive_tags:
        _authorize(call, role, "sts:TagSession", values)
    if source_identity is not None:
        _authorize(call, role, "sts:SetSourceIdentity", values)
    if wanted.source_identity not in {None, source_identity}:
        raise access_denied("The source identity of the calling session cannot be changed")
    return role


def _authorize(call: Call, role: Role, action: str, values: dict[str, str | None]) -> None:
    """Both sides have to agree: the caller's own policies and the role's trust policy."""
    question = Question(action=action, resource=role.arn, values=values)
    trusted = decide((role.trust,), question, _principals(call.caller))
    if trusted is not Decision.ALLOWED or not may(call, question):
        raise _not_authorized(call, action, role.arn)


def _principals(caller: Issued) -> frozenset[str]:
    """The names under which a trust policy can mean this caller."""
    return frozenset({caller.arn, caller.principal_arn, f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT})


def _not_authorized(call: Call, action: str, resource: str) -> Refusal:
    return access_denied(f"User: {call.caller.arn} is not authorized to perform: {action} on resource: {resource}")


def _check_duration(caller: Issued, role: Role, duration_s: int) -> None:
    if caller.kind is not Kind.LONG_TERM and duration_s > _CHAINED_LONGEST_S:
        raise invalid(_CHAINED)
    if duration_s > role.max_session_s:
        raise invalid(_OVER_MAXIMUM)
