"""The one parser of long-term access keys, wherever they come from."""

import re
from collections.abc import Mapping

from awsfed.errors import InvalidValue
from awsfed.model.credentials import AccessKey, parse_issued
from awsfed.model.secret import Secret

_ID = re.compile(r"A[A-Z0-9]{15,127}", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9/+=]{16,256}", re.ASCII)
_TOKEN_LIMIT = 16_384


def parse_access_key(name: str, parts: Mapping[str, object]) -> AccessKey:
    """Return the key of `aws_access_key_id`, `aws_secret_access_key` and perhaps `aws_session_token`.

    Raises:
        InvalidValue: one of them is not of its form; the secret ones are not repeated.
    """
    key_id, secret = parts.get("aws_access_key_id"), parts.get("aws_secret_access_key")
    given = parts.get("aws_session_token") or None
    if not isinstance(key_id, str) or not _ID.fullmatch(key_id):
        raise InvalidValue("has no access key id of the form AKIA…")
    if not isinstance(secret, str) or not _SECRET.fullmatch(secret):
        raise InvalidValue("has no secret access key of the right form")
    try:
        token = None if given is None else parse_issued(given, limit=_TOKEN_LIMIT)
    except InvalidValue:
        raise InvalidValue("has a session token that is none") from None
    return AccessKey(
        name=name,
        access_key_id=key_id,
        secret_access_key=Secret(secret),
        session_token=token,
    )
