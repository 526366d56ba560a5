"""From an action's name to its answer in XML."""

from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from awsfed.sandbox.aws.refusals import STS_NAMESPACE, unsupported
from awsfed.sandbox.aws.sts import assume_role, tokens, who
from awsfed.sandbox.aws.sts.call import Call, Result

_ACTIONS: Mapping[str, Callable[[Call], Result]] = {
    "AssumeRole": assume_role.answer,
    "GetFederationToken": tokens.get_federation_token,
    "GetSessionToken": tokens.get_session_token,
    "GetCallerIdentity": who.get_caller_identity,
    "GetAccessKeyInfo": who.get_access_key_info,
}


def answer(call: Call, request_id: str) -> Response:
    """Answer one call.

    Raises:
        Refusal: AWS would not, or the sandbox cannot.
    """
    action = call.form.get("Action", "")
    if action not in _ACTIONS:
        raise unsupported(f"the action sts:{action}")
    result = _ACTIONS[action](call)
    body = (
        f'<{action}Response xmlns="{STS_NAMESPACE}"><{action}Result>{_xml(result)}</{action}Result>'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{action}Response>"
    )
    return Response(body, 200, {"x-amzn-RequestId": request_id}, content_type="text/xml")


def _xml(result: Result) -> str:
    return "".join(
        f"<{name}>{_xml(value) if isinstance(value, dict) else escape(str(value))}</{name}>"
        for name, value in result.items()
        if value is not None
    )
