"""What clients send: the few bodies that Crowd reads, as JSON or as XML, in the spelling of the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never
from xml.etree import ElementTree as ET

from awsfed.sandbox.crowd.errors import ContainerRefusal, illegal_argument
from awsfed.sandbox.crowd.rendering import Format
from awsfed.sandbox.crowd.sessions import Factors


@dataclass(frozen=True, slots=True)
class XmlBody:
    """A parsed XML body."""

    root: ET.Element


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A parsed JSON body, which is always an object."""

    members: Mapping[str, Any]


Body = XmlBody | JsonBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """The body of a new session."""

    username: str
    password: str | None = field(repr=False)
    factors: Factors


def parse(data: bytes, sent: Format) -> Body:
    """The body in its format; one that cannot be read is answered by the container with 400."""
    try:
        if sent is Format.XML:
            if b"<!DOCTYPE" in data:
                raise ContainerRefusal(400, "a document type is not allowed")
            return XmlBody(ET.fromstring(data))  # noqa: S314 - without a document type there are no entities
        members = json.loads(data)
        json.dumps(members, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ET.ParseError, ValueError) as error:
        raise ContainerRefusal(400, "the body cannot be read") from error
    if not isinstance(members, dict):
        raise ContainerRefusal(400, "the body must be an object")
    return JsonBody(members)


def password(body: Body) -> str:
    """The password of `{"value": ...}` or `<password><value/></password>`."""
    match body:
        case XmlBody(root):
            value = _text(_rooted(root, "password"), "value")
        case JsonBody(members):
            value = members.get("value")
        case _:
            assert_never(body)
    if not isinstance(value, str):
        raise illegal_argument("password must not be null")
    return value


def login(body: Body) -> Login:
    """The user, password and factors of a new session; the factors may be missing."""
    match body:
        case XmlBody(root):
            _rooted(root, "authentication-context")
            username, secret = _text(root, "username"), _text(root, "password")
            factors = _xml_factors(root.find("validation-factors"))
        case JsonBody(members):
            username, secret = members.get("username"), members.get("password")
            factors = _json_factors(members.get("validation-factors"))
        case _:
            assert_never(body)
    if not isinstance(username, str) or not username:
        raise illegal_argument("username must not be null")
    return Login(username=username, password=secret if isinstance(secret, str) else None, factors=factors)


def factors(body: Body) -> Factors:
    """The factors that a token is validated against: the inner object alone."""
    match body:
        case XmlBody(root):
            return _xml_factors(_rooted(root, "validation-factors"))
        case JsonBody(members):
            return _json_factors(members)


def _rooted(root: ET.Element, tag: str) -> ET.Element:
    if root.tag != tag:
        raise ContainerRefusal(400, f"the root element must be {tag}")
    return root


def _text(parent: ET.Element, tag: str) -> str | None:
    child = parent.find(tag)
    return None if child is None else child.text or ""


def _xml_factors(parent: ET.Element | None) -> Factors:
    if parent is None:
        return frozenset()
    found = parent.findall("validation-factor")
    return frozenset((_text(one, "name") or "", _text(one, "value") or "") for one in found)


def _json_factors(holder: object) -> Factors:
    if holder is None:
        return frozenset()
    listed = holder.get("validationFactors", []) if isinstance(holder, Mapping) else None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ContainerRefusal(400, "validation factors must be a list of objects")
    return frozenset((str(one.get("name", "")), str(one.get("value", ""))) for one in listed)
