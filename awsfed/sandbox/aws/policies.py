"""A small part of policy evaluation: Allow and Deny, wildcards, principals, and some condition operators."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from typing import Any

from awsfed.sandbox.aws.refusals import unsupported

_CONDITION_KEYS = {
    "sts:externalid": frozenset({"StringEquals", "StringLike"}),
    "sts:sourceidentity": frozenset({"StringEquals", "StringLike"}),
    "sts:rolesessionname": frozenset({"StringEquals", "StringLike"}),
    "aws:userid": frozenset({"StringEquals", "StringLike"}),
    "aws:tokenissuetime": frozenset({"DateLessThan"}),
    "aws:multifactorauthpresent": frozenset({"Bool", "BoolIfExists"}),
}
"""Each with the operators that fit its type."""
_OPERATORS = frozenset().union(*_CONDITION_KEYS.values())
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


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


def is_denied(documents: Iterable[str], question: Question) -> bool:
    """Tell whether documents deny everything to somebody: statements about single actions do not count here.

    Raises:
        Refusal: such a statement uses something the sandbox does not support.
    """
    return any(
        statement.get("Effect") == "Deny"
        and "*" in _listed(statement.get("Action", []))
        and _fits(statement, question, None)
        for document in documents
        for statement in statements(document)
    )


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
    if operator not in _CONDITION_KEYS.get(key.lower(), ()):
        raise unsupported(f"the condition key {key} with {operator}")
    if any("${" in pattern for pattern in patterns):
        raise unsupported("policy variables")
    value = values.get(key.lower())
    if value is None:
        return operator.endswith("IfExists")
    if operator == "DateLessThan":
        return any(value < _moment(pattern) for pattern in patterns)
    if operator == "StringEquals" or operator.startswith("Bool"):
        return value in patterns
    return any(_like(pattern, value, re.NOFLAG) for pattern in patterns)


def _moment(text: str) -> str:
    """Return a moment that can be compared as text."""
    if not _MOMENT.fullmatch(text):
        raise unsupported(f"the moment {text}")
    return text


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _like(pattern: str, value: str, flags: re.RegexFlag) -> bool:
    """Tell whether a pattern with `*` and `?` covers all of a value."""
    expression = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, value, flags | re.DOTALL) is not None
