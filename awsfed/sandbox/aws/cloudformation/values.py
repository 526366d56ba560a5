"""What stands for something else in a template: references, conditions and functions."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from awsfed.sandbox.aws.refusals import unsupported

Look = Callable[[str, str | None], Any]
"""Gives what a name stands for, or one of its attributes."""
NO_VALUE = object()
_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9:]+)(?:\.([A-Za-z0-9.]+))?\}")


def resolved(value: Any, look: Look, conditions: Mapping[str, bool]) -> Any:
    """Return a value with everything in place."""
    if isinstance(value, list):
        parts = (resolved(part, look, conditions) for part in value)
        return [part for part in parts if part is not NO_VALUE]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, argument),) = value.items()
        if name == "Ref" or name.startswith("Fn::"):
            return _function(name, argument, look, conditions)
    parts_by_name = {name: resolved(part, look, conditions) for name, part in value.items()}
    return {name: part for name, part in parts_by_name.items() if part is not NO_VALUE}


def _function(name: str, argument: Any, look: Look, conditions: Mapping[str, bool]) -> Any:  # noqa: PLR0911 - one return a function
    match name:
        case "Ref" if argument == "AWS::NoValue":
            return NO_VALUE
        case "Ref":
            return look(argument, None)
        case "Fn::GetAtt":
            return look(argument[0], argument[1])
        case "Fn::Sub" if isinstance(argument, str):
            return _IN_TEXT.sub(lambda found: str(look(found[1], found[2])), argument)
        case "Fn::Join":
            return str(argument[0]).join(resolved(argument[1], look, conditions))
        case "Fn::If":
            return resolved(argument[1 if conditions[argument[0]] else 2], look, conditions)
        case "Fn::Equals":
            first, second = resolved(argument, look, conditions)
            return first == second
        case "Fn::Not":
            return not resolved(argument[0], look, conditions)
    raise unsupported(f"the function {name}")


def names_in(value: Any) -> Iterator[str]:
    """Yield every name that a value refers to."""
    if isinstance(value, list):
        for part in value:
            yield from names_in(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name == "Ref":
                yield part
            elif name == "Fn::GetAtt":
                yield part[0]
            elif name == "Fn::Sub":
                yield from (found[1] for found in _IN_TEXT.finditer(part))
            elif name == "Fn::If":
                yield from names_in(part[1:])
            else:
                yield from names_in(part)
