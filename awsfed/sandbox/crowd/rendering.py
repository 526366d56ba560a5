"""One description of an answer, written as Crowd's JSON or as Crowd's XML."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from xml.etree import ElementTree as ET


class Format(Enum):
    """The two formats, by media type."""

    XML = "application/xml"
    JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Moment:
    """Epoch milliseconds in JSON, ISO 8601 with offset and milliseconds in XML."""

    epoch_ms: int

    def iso(self) -> str:
        """Such as `2033-01-30T16:38:27.369+00:00`."""
        return datetime.fromtimestamp(self.epoch_ms / 1000, UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Listing:
    """An array in JSON; in XML its items in a row, inside an element of their own where `wrapped`."""

    item_tag: str
    items: Sequence["Element | str"]
    wrapped: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """An object in JSON; in XML an element whose `attributes` are XML attributes."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: Mapping[str, "Child"] = field(default_factory=dict)


_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Child = str | bool | Moment | Listing | Element


def render(element: Element, wanted: Format) -> bytes:
    """The bytes of an answer, in UTF-8."""
    if wanted is Format.JSON:
        return json.dumps(_to_json(element), ensure_ascii=False, separators=(",", ":")).encode()
    body: bytes = ET.tostring(_to_xml(element), encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + body


def _to_json(value: Child) -> Any:
    match value:
        case Element():
            return {**value.attributes, **{name: _to_json(child) for name, child in value.children.items()}}
        case Listing():
            return [_to_json(item) for item in value.items]
        case Moment():
            return value.epoch_ms
        case _:
            return value


def _to_xml(element: Element) -> ET.Element:
    node = ET.Element(element.tag, {name: _NOT_XML.sub("\ufffd", text) for name, text in element.attributes.items()})
    for name, child in element.children.items():
        match child:
            case Listing():
                parent = ET.SubElement(node, name) if child.wrapped else node
                for item in child.items:
                    _append(parent, child.item_tag, item)
            case _:
                _append(node, name, child)
    return node


def _append(parent: ET.Element, name: str, child: Child) -> None:
    """Empty text is left out, as Crowd leaves out what it has no value for."""
    match child:
        case Element():
            parent.append(_to_xml(child))
        case Moment():
            ET.SubElement(parent, name).text = child.iso()
        case bool():
            ET.SubElement(parent, name).text = str(child).lower()
        case str() if child:
            ET.SubElement(parent, name).text = _NOT_XML.sub("\ufffd", child)
