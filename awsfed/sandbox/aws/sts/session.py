"""What a caller hands over for a new session besides its name: session policies and tags."""

import json
import re
import zlib
from dataclasses import dataclass
from typing import Any

from awsfed.sandbox.aws.iam import ACCOUNT
from awsfed.sandbox.aws.refusals import Refusal, invalid
from awsfed.sandbox.aws.sts.parameters import POLICY_TEXT, Parameters

PARAMETERS = ("Policy", "PolicyArns", "Tags", "TransitiveTagKeys")
_PLAIN_LIMIT = 2048
_PACKED_LIMIT_BYTES = 1024
_POLICY_ARN = re.compile(rf"arn:aws:iam::({ACCOUNT}|aws):policy/[\x21-\x7e]+")
_TAG = re.compile(r"[\w\s.:/=+\-@]*")
_VERSIONS = ("2012-10-17", "2008-10-17", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionExtras:
    """Parsed and within AWS's limits."""

    policy: str | None
    policy_arns: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]
    transitive_tags: tuple[str, ...]

    @property
    def policies(self) -> tuple[str, ...]:
        """The session policy, if any."""
        return () if self.policy is None else (self.policy,)

    def packed_percent(self) -> int | None:
        """How much of the packed limit is used; None where nothing was handed over. Simulated: deflate, 1024 bytes.

        Raises:
            Refusal: more than there is.
        """
        if not (self.policy or self.policy_arns or self.tags):
            return None
        plain = json.dumps([self.policy, self.policy_arns, self.tags], separators=(",", ":"))
        percent = -(-len(zlib.compress(plain.encode(), 9)) * 100 // _PACKED_LIMIT_BYTES)
        if percent > 100:  # noqa: PLR2004 - percent
            message = f"Packed policy consumes {percent}% of allotted space, please use smaller policy."
            raise Refusal(400, "PackedPolicyTooLarge", message)
        return percent


def read(parameters: Parameters) -> SessionExtras:
    """Read and limit them; the caller of this calls `parameters.check()` next and then `check_policy`."""
    policy = parameters.text("Policy", POLICY_TEXT, 1, _PLAIN_LIMIT)
    arns = parameters.listed("PolicyArns", 10, "arn")
    for arn in arns:
        parameters.limit("policyArns", arn, _POLICY_ARN, 20, 2048)
    total = len(policy or "") + sum(map(len, arns))
    if policy is not None and len(policy) <= _PLAIN_LIMIT < total:
        raise invalid(f"The session policies together have {total} characters; at most {_PLAIN_LIMIT} are possible")
    tags = tuple(zip(parameters.listed("Tags", 50, "Key"), parameters.listed("Tags", 50, "Value"), strict=False))
    for key, value in tags:
        parameters.limit("tags", key, _TAG, 1, 128)
        parameters.limit("tags", value, _TAG, 0, 256)
    transitive = tuple(parameters.listed("TransitiveTagKeys", 50))
    return SessionExtras(policy=policy, policy_arns=tuple(arns), tags=tags, transitive_tags=transitive)


def check(extras: SessionExtras, inherited: tuple[str, ...] = ()) -> None:
    """Refuse a policy that is none, and tags that contradict each other or those of the calling session."""
    keys = [key.lower() for key, _ in extras.tags]
    if len(set(keys)) < len(keys):
        message = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        raise Refusal(400, "InvalidParameterValue", message)
    if any(key.startswith("aws:") for key in keys):
        raise Refusal(400, "InvalidParameterValue", "Tag keys that begin with aws: are reserved.")
    if not {key.lower() for key in extras.transitive_tags} <= set(keys):
        raise Refusal(400, "InvalidParameterValue", "The specified transitive tag key must be included in the tags.")
    if {key.lower() for key in inherited} & set(keys):
        message = "One of the specified tag keys conflicts with a transitive tag key from the calling session."
        raise Refusal(400, "InvalidParameterValue", message)
    if extras.policy is not None and not _is_policy(extras.policy):
        raise Refusal(400, "MalformedPolicyDocument", "Syntax errors in policy.")


def _is_policy(text: str) -> bool:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(document, dict) or document.get("Version") not in _VERSIONS:
        return False
    statements = document.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    return bool(listed) and all(map(_is_statement, listed))


def _is_statement(statement: Any) -> bool:
    if not isinstance(statement, dict) or statement.get("Effect") not in {"Allow", "Deny"}:
        return False
    if "Principal" in statement or "NotPrincipal" in statement:
        return False
    return all(_has_one(statement, name) for name in ("Action", "Resource"))


def _has_one(statement: dict[str, Any], name: str) -> bool:
    """Either the element or its opposite, as one text or a list of texts."""
    if (name in statement) == (f"Not{name}" in statement):
        return False
    value = statement.get(name, statement.get(f"Not{name}"))
    listed = value if isinstance(value, list) else [value]
    return bool(listed) and all(isinstance(one, str) and one for one in listed)
