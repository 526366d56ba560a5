"""GetFederationToken and GetSessionToken, which take a user's long-term key."""

from dataclasses import replace

from awsfed.sandbox.aws.iam import ACCOUNT
from awsfed.sandbox.aws.keys import Issued, Kind, mint
from awsfed.sandbox.aws.refusals import access_denied
from awsfed.sandbox.aws.sts import session
from awsfed.sandbox.aws.sts.call import Call, Result, authorize, credentials_of
from awsfed.sandbox.aws.sts.parameters import NAME, Parameters

_LEAST_S, _LONGEST_S, _DEFAULT_S = 900, 129_600, 43_200


def get_federation_token(call: Call) -> Result:
    """A federated user with at most the rights of both the caller and the session policy."""
    parameters = Parameters(call.form)
    parameters.only("Name", "DurationSeconds", "Policy", "PolicyArns", "Tags")
    name = parameters.required("Name", NAME, 2, 32)
    duration_s = parameters.duration_s(_LEAST_S, _LONGEST_S, _DEFAULT_S)
    extras = session.read(parameters)
    parameters.check()
    _only_long_term(call.caller, "GetFederationToken")
    arn = f"arn:aws:sts::{ACCOUNT}:federated-user/{name}"
    authorize(call, "sts:GetFederationToken", arn)
    if extras.tags:
        authorize(call, "sts:TagSession", arn)
    session.check(extras)
    percent = extras.packed_percent()
    issued = call.keys.keep(
        mint(
            Issued(
                kind=Kind.FEDERATION,
                arn=arn,
                user_id=f"{ACCOUNT}:{name}",
                principal_arn=call.caller.principal_arn,
                expires_at=call.keys.now() + duration_s,
                session_policies=extras.policies,
            )
        )
    )
    return {
        "Credentials": credentials_of(issued),
        "FederatedUser": {"FederatedUserId": issued.user_id, "Arn": issued.arn},
        "PackedPolicySize": percent,
    }


def get_session_token(call: Call) -> Result:
    """The same user with temporary credentials; needs no permission."""
    parameters = Parameters(call.form)
    parameters.only("DurationSeconds", "SerialNumber", "TokenCode")
    duration_s = parameters.duration_s(_LEAST_S, _LONGEST_S, _DEFAULT_S)
    mfa = call.read_mfa(parameters)
    parameters.check()
    _only_long_term(call.caller, "GetSessionToken")
    call.check_mfa()
    identity = replace(call.caller, kind=Kind.SESSION_TOKEN, expires_at=call.keys.now() + duration_s, mfa=mfa)
    return {"Credentials": credentials_of(call.keys.keep(mint(identity)))}


def _only_long_term(caller: Issued, operation: str) -> None:
    if caller.kind is not Kind.LONG_TERM:
        raise access_denied(f"Cannot call {operation} with session credentials")
