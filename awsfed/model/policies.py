"""Session policies, held to the limits that STS documents before STS sees them."""

import json
import re

from awsfed.errors import InvalidValue

PLAINTEXT_LIMIT = 2048
"""Characters of the inline policy and the managed policy ARNs of one call, together."""
MANAGED_LIMIT = 10
_CHARACTERS = r"[\u0009\u000A\u000D\u0020-\u00FF]+"


def parse_policy(text: object) -> str:
    """Return an inline policy as compact JSON.

    Raises:
        InvalidValue: not a JSON object with statements, too long, or with characters that STS refuses.
    """
    if not isinstance(text, str):
        raise InvalidValue("must be a text that holds a JSON policy document")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidValue("is not JSON") from error
    if not isinstance(document, dict) or not document.get("Statement"):
        raise InvalidValue("is not a policy: a JSON object with a Statement")
    compact = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    if not re.fullmatch(_CHARACTERS, compact):
        raise InvalidValue("has characters that AWS does not accept in a policy")
    check_size(compact, ())
    return compact


def check_size(policy: str | None, policy_arns: tuple[str, ...]) -> None:
    """Raise InvalidValue when an inline policy and managed policies together are more than STS takes."""
    if len(policy_arns) > MANAGED_LIMIT:
        raise InvalidValue(f"are {len(policy_arns)} managed policies; AWS takes {MANAGED_LIMIT}")
    size = len(policy or "") + sum(map(len, policy_arns))
    if size > PLAINTEXT_LIMIT:
        raise InvalidValue(f"are {size} characters of policy together; AWS takes {PLAINTEXT_LIMIT}")
