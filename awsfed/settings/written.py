"""Values as text: for people, and for a TOML file."""

import json
from enum import Enum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from awsfed.settings.values import Listening, SealingReference, SecretReference, SecretSource


def plain(value: object) -> object:
    """Return what stands for a parsed value in a file: text, a number, a list or a table."""
    match value:
        case SecretReference():
            return _reference(value)
        case Enum():
            return value.value
        case Path() | Listening() | SealingReference() | IPv4Network() | IPv6Network():
            return str(value)
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {str(name): plain(item) for name, item in value.items()}
        case _:
            return value


def _reference(reference: SecretReference) -> str:
    if reference.source is SecretSource.FILE:
        return f"file:{reference.path}"
    if reference.source is SecretSource.DESCRIPTOR:
        return f"fd:{reference.descriptor}"
    return str(reference.source.value)


def as_text(value: object) -> str:
    """Return a value for people; nothing for None."""
    readable = plain(value)
    if readable is None:
        return ""
    if isinstance(readable, list) and all(isinstance(item, str) for item in readable):
        return ", ".join(readable)
    return readable if isinstance(readable, str) else as_toml(readable)


def as_toml(value: object) -> str:
    """Return a value as it is written on the right side of a TOML line."""
    readable = plain(value)
    match readable:
        case bool():
            return "true" if readable else "false"
        case str():
            # JSON's texts are TOML's, but for one character that TOML wants escaped too.
            return json.dumps(readable, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list():
            return f"[{', '.join(as_toml(item) for item in readable)}]"
        case dict():
            return f"{{ {', '.join(f'{as_key(name)} = {as_toml(item)}' for name, item in readable.items())} }}"
        case _:
            return str(readable)


def as_key(name: str) -> str:
    """Return a name as it is written on the left side of a TOML line."""
    is_bare = name and all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in name)
    return name if is_bare else as_toml(name)
