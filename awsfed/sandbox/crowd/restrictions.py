"""A useful part of Crowd's search: equality and wildcards, joined by AND and OR; the rest is an illegal argument."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from awsfed.sandbox.crowd.bodies import Body, JsonBody, XmlBody
from awsfed.sandbox.crowd.entities import Group, User, folded
from awsfed.sandbox.crowd.errors import Refusal, illegal_argument

Matches = Callable[[User | Group], bool]

_PROPERTIES = {
    "name": "name",
    "email": "email",
    "firstName": "first_name",
    "lastName": "last_name",
    "displayName": "display_name",
    "description": "description",
    "active": "active",
}
_MODES: Mapping[str, Callable[[str, str], bool]] = {
    "EXACTLY_MATCHES": str.__eq__,
    "CONTAINS": str.__contains__,
    "STARTS_WITH": str.startswith,
    "ENDS_WITH": str.endswith,
}
_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<mark>[()=])|(?P<word>[^\s()="'<>!]+))"""
)


def from_query(text: str) -> Matches:
    """A restriction in Crowd's query language, such as `active = true AND name = "aws-*"`."""
    return _Query(text).parse()


def from_body(body: Body) -> Matches:
    """A property restriction or a boolean one, as XML or as JSON with `restriction-type`."""
    match body:
        case XmlBody(root):
            return _restriction(_members(root))
        case JsonBody(members):
            return _restriction(members)


class _Query:
    """Recursive descent over tokens; OR binds weaker than AND."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise _unparsable(text)
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self._text = text

    def parse(self) -> Matches:
        matches = self._any()
        if self._tokens:
            raise _unparsable(self._text)
        return matches

    def _any(self) -> Matches:
        parts = [self._all()]
        while self._skip("word", "or"):
            parts.append(self._all())
        return lambda one: any(part(one) for part in parts)

    def _all(self) -> Matches:
        parts = [self._one()]
        while self._skip("word", "and"):
            parts.append(self._one())
        return lambda one: all(part(one) for part in parts)

    def _one(self) -> Matches:
        if self._skip("mark", "("):
            inner = self._any()
            self._expect("mark", ")")
            return inner
        name = self._take("word")
        self._expect("mark", "=")
        kind, value = self._tokens.pop(0) if self._tokens else ("", "")
        if kind == "quoted":
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        elif kind != "word":
            raise _unparsable(self._text)
        return _wildcard(name, value)

    def _skip(self, kind: str, text: str) -> bool:
        if self._tokens and self._tokens[0][0] == kind and self._tokens[0][1].lower() == text:
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, kind: str, text: str) -> None:
        if not self._skip(kind, text):
            raise _unparsable(self._text)

    def _take(self, kind: str) -> str:
        if not self._tokens or self._tokens[0][0] != kind:
            raise _unparsable(self._text)
        return self._tokens.pop(0)[1]


def _wildcard(name: str, value: str) -> Matches:
    """A star at either end makes the rest a beginning, an end or a part."""
    begins, ends = value.startswith("*"), value.endswith("*") and len(value) > 1
    inner = value[1:] if begins else value
    inner = inner[:-1] if ends else inner
    if "*" in inner:
        raise illegal_argument(f"A wildcard may stand only at the ends of <{value}>")
    modes = {(False, False): "EXACTLY_MATCHES", (True, False): "ENDS_WITH", (False, True): "STARTS_WITH"}
    return _property(name, modes.get((begins, ends), "CONTAINS"), inner)


def _property(name: str, mode: str, value: str) -> Matches:
    if name not in _PROPERTIES or mode not in _MODES:
        raise illegal_argument(f"Unsupported restriction on <{name}> with <{mode}>")
    if name == "active" and (mode != "EXACTLY_MATCHES" or value.lower() not in {"true", "false"}):
        raise illegal_argument("active must be true or false")
    wanted, compare = folded(value), _MODES[mode]

    def matches(one: User | Group) -> bool:
        own = getattr(one, _PROPERTIES[name], None)
        return own is not None and compare(folded(str(own)), wanted)

    return matches


def _restriction(members: Mapping[str, Any]) -> Matches:
    match members:
        case {
            "restriction-type": "property-search-restriction",
            "property": {"name": str(name)},
            "match-mode": str(mode),
            "value": str(value),
        }:
            return _property(name, mode, value)
        case {
            "restriction-type": "boolean-search-restriction",
            "boolean-logic": str(logic),
            "restrictions": list(inner),
        } if logic.lower() in {"and", "or"}:
            parts = [_restriction(one) for one in inner if isinstance(one, dict)]
            join = all if logic.lower() == "and" else any
            return lambda one: join(part(one) for part in parts)
        case {"restriction-type": "null-search-restriction"}:
            return lambda _: True
        case _:
            raise illegal_argument("Unsupported search restriction")


def _members(root: ET.Element) -> dict[str, Any]:
    """The members that the same restriction would have in JSON."""
    members: dict[str, Any] = {"restriction-type": root.tag}
    for child in root:
        if child.tag == "property":
            members["property"] = {part.tag: part.text or "" for part in child}
        elif child.tag == "restrictions":
            members["restrictions"] = [_members(inner) for inner in child]
        else:
            members[child.tag] = child.text or ""
    return members


def _unparsable(text: str) -> Refusal:
    return illegal_argument(f"Search restriction <{text}> cannot be parsed")
