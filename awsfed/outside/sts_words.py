"""What STS is asked and what it answers, in the words of the AWS Query protocol: forms out, XML back."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from awsfed.errors import ProtocolError
from awsfed.outside.forms import form

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_VERSION = "2011-06-15"
_NUMBERS = {"PackedPolicySize"}
_MOMENTS = {"Expiration"}
_DECLARATION = "<!DOCTYPE"


def asked(operation: str, parameters: Mapping[str, Any]) -> bytes:
    """Return the form for an operation; lists and objects become names with dots, counted from 1."""
    fields = {"Action": operation, "Version": _VERSION}
    for name, value in parameters.items():
        _add(fields, name, value)
    return form(fields).encode("ascii")


def _add(fields: dict[str, str], name: str, value: object) -> None:
    if isinstance(value, Mapping):
        for part, inner in value.items():
            _add(fields, f"{name}.{part}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            _add(fields, f"{name}.member.{number}", inner)
    else:
        fields[name] = str(value)


def read(body: bytes) -> Mapping[str, Any]:
    """Return an answer as nested texts: `Result` or `Error`, and `RequestId`; `Expiration` is a moment.

    Raises:
        ProtocolError: it is no XML, or none of STS.
    """
    root = _parsed(body)
    found: dict[str, Any] = {}
    for part in root:
        name = _name(part)
        if name.endswith("Result"):
            found["Result"] = _content(part)
        elif name == "Error":
            found["Error"] = _content(part)
        elif name == "RequestId":
            found["RequestId"] = part.text or ""
        elif name == "ResponseMetadata":
            found |= {_name(inner): inner.text or "" for inner in part}
    return found


def _parsed(body: bytes) -> "Element":
    from xml.etree.ElementTree import ParseError, XMLParser

    parser = XMLParser()  # noqa: S314 - nothing is declared in it, see below
    try:
        text = body.decode("utf-8")
        # No answer of AWS declares a document type; what that could hold are entities, endless or from elsewhere.
        if _DECLARATION in text:
            raise ProtocolError("the answer of STS is not one we understand")
        parser.feed(text)
        return parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise ProtocolError("the answer of STS is not one we understand") from error


def _content(element: "Element") -> dict[str, Any]:
    """Return the parts of an element by name, to the depth that STS has; the last of a name counts."""
    found: dict[str, Any] = {}
    for part in element:
        found[_name(part)] = {_name(inner): _value(inner) for inner in part} if len(part) else _value(part)
    return found


def _value(element: "Element") -> object:
    name, text = _name(element), (element.text or "").strip()
    try:
        if name in _MOMENTS:
            return datetime.fromisoformat(text)
        return int(text) if name in _NUMBERS else text
    except ValueError:
        raise ProtocolError(f"the answer of STS has a {name} that is none") from None


def _name(element: "Element") -> str:
    return str(element.tag).rpartition("}")[2]
