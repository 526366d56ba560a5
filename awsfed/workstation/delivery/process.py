"""The answer of credential_process: one line of JSON, as every SDK can read it."""

import json
from datetime import datetime

from awsfed.errors import CorruptEntry
from awsfed.model.credentials import Credentials
from awsfed.model.secret import Secret


def document(credentials: Credentials) -> bytes:
    """Return the answer, with its line end.

    `Version` is a number and `Expiration` ends in `Z`, on which SDKs insist; an absent `AccountId` is left out, since
    some of them stumble over null.
    """
    answer: dict[str, object] = {
        "Version": 1,
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
        "SessionToken": credentials.session_token.reveal(),
        "Expiration": credentials.expiration,
    }
    if credentials.account_id:
        answer["AccountId"] = credentials.account_id
    return json.dumps(answer, separators=(",", ":")).encode("ascii") + b"\n"


def parse_document(answer: bytes, issued_at: int) -> Credentials:
    """Return the credentials of an answer that `document` made.

    Raises:
        CorruptEntry: it is not such an answer.
    """
    try:
        parts = json.loads(answer)
        expires_at = datetime.fromisoformat(parts["Expiration"]).timestamp()
        return Credentials(
            access_key_id=str(parts["AccessKeyId"]),
            secret_access_key=Secret(str(parts["SecretAccessKey"])),
            session_token=Secret(str(parts["SessionToken"])),
            issued_at=issued_at,
            expires_at=int(expires_at),
            expiration=str(parts["Expiration"]),
            account_id=parts.get("AccountId"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise CorruptEntry("a cached answer is not one of ours", hint="awsfed logout, then awsfed login") from None
