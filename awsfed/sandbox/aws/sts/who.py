"""GetCallerIdentity and GetAccessKeyInfo."""

from awsfed.sandbox.aws.iam import ACCOUNT
from awsfed.sandbox.aws.keys import Kind
from awsfed.sandbox.aws.refusals import access_denied, invalid
from awsfed.sandbox.aws.sts.call import Call, Result
from awsfed.sandbox.aws.sts.parameters import WORD, Parameters


def get_caller_identity(call: Call) -> Result:
    """Everybody may ask who they are."""
    Parameters(call.form).only()
    return {"UserId": call.caller.user_id, "Account": ACCOUNT, "Arn": call.caller.arn}


def get_access_key_info(call: Call) -> Result:
    """The account of an access key; the sandbox knows those of its one account only."""
    parameters = Parameters(call.form)
    parameters.only("AccessKeyId")
    access_key_id = parameters.required("AccessKeyId", WORD, 16, 128)
    parameters.check()
    if call.caller.kind in {Kind.FEDERATION, Kind.SESSION_TOKEN}:
        raise access_denied(f"User: {call.caller.arn} is not authorized to perform: sts:GetAccessKeyInfo")
    if call.keys.find(access_key_id) is None:
        raise invalid("Invalid access key")
    return {"Account": ACCOUNT}
