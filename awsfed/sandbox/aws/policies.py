"""A small part of policy evaluation: Allow and Deny, wildcards, principals, and two condition operators."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from typing import Any

from awsfed.sandbox.aws.refusals import unsupported

_CONDITION_KEYS = frozenset({"sts:externalid", "sts:sourceidentity", "sts:rolesessionname"})
_OPERATORS = frozenset({"StringEquals", "StringLike"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """May this be done to that, with these condition values; a key without a value is absent."""

    action: str
    resource: str
    values: Mapping[str, str | None]
    """By condition key in lower case."""


class Decision(Enum):
    """What documents say to a question; silence is no permission."""

    ALLOWED = "allowed"
    DENIED = "denied"
    SILENT = "silent"


def decide(documents: Iterable[str], question: Question, principals: AbstractSet[str] | None = None) -> Decision:
    """Ask all documents together; with principals they are trust policies, without them a caller's own.

    Raises:
        Refusal: a statement that would count uses something the sandbox does not support.
    """
    decision = Decision.SILENT
    for document in documents:
        for statement in statements(document):
            if _fits(statement, question, principals):
                if statement.get("Effect") == "Deny":
                    return Decision.DENIED
                decision = Decision.ALLOWED
    return decision


def statements(document: str) -> Iterator[dict[str, Any]]:
    """The statements of a policy, which may be one object or a list."""
    found = json.loads(document).get("Statement", [])
    yield from found if isinstance(found, list) else [found]


def _fits(statement: dict[str, Any], question: Question, principals: AbstractSet[str] | None) -> bool:
    if not _names(statement, "Action", question.action, re.IGNORECASE):
        return False
    if principals is not None:
        if not _trusts(statement, principals):
            return False
    elif not _names(statement, "Resource", question.resource, re.NOFLAG):
        return False
    return _holds(statement.get("Condition", {}), question.values)


def _names(statement: dict[str, Any], key: str, value: str, flags: re.RegexFlag) -> bool:
    if f"Not{key}" in statement:
        return not any(_like(pattern, value, flags) for pattern in _listed(statement[f"Not{key}"]))
    return any(_like(pattern, value, flags) for pattern in _listed(statement.get(key, [])))


def _trusts(statement: dict[str, Any], principals: AbstractSet[str]) -> bool:
    if "NotPrincipal" in statement:
        raise unsupported("NotPrincipal in trust policies")
    named = statement.get("Principal", {})
    if named == "*":
        return True
    return any(one == "*" or one in principals for one in _listed(named.get("AWS", [])))


def _holds(condition: dict[str, Any], values: Mapping[str, str | None]) -> bool:
    met = True
    for operator, wanted in condition.items():
        if operator not in _OPERATORS:
            raise unsupported(f"the condition operator {operator}")
        for key, patterns in wanted.items():
            met = _met(operator, key, _listed(patterns), values) and met
    return met


def _met(operator: str, key: str, patterns: list[str], values: Mapping[str, str | None]) -> bool:
    if key.lower() not in _CONDITION_KEYS:
        raise unsupported(f"the condition key {key}")
    if any("${" in pattern for pattern in patterns):
        raise unsupported("policy variables")
    value = values.get(key.lower())
    if value is None:
        return False
    if operator == "StringEquals":
        return value in patterns
    return any(_like(pattern, value, re.NOFLAG) for pattern in patterns)


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _like(pattern: str, value: str, flags: re.RegexFlag) -> bool:
    """Tell whether a pattern with `*` and `?` covers all of a value."""
    expression = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, value, flags | re.DOTALL) is not None
