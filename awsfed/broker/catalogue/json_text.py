"""JSON as somebody else wrote it: names once, numbers that exist, and mistakes with their line."""

import json
from collections import Counter
from typing import Any

from awsfed.model.text import shown
from awsfed.settings.problems import InvalidSettings, Problem


def parse_json(data: bytes, name: str) -> object:
    """Return what a JSON document holds; `name` is its file or URL, for people.

    Raises:
        InvalidSettings: it is not JSON in UTF-8, is nested too deeply, or has a name twice in one object.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) != len(pairs):
            twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
            raise InvalidSettings([Problem(file=name, key=shown(twice), message="stands twice in the same object")])
        return table

    def refuse(text: str) -> None:
        raise ValueError(text)

    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=once, parse_constant=refuse)
    except json.JSONDecodeError as error:
        problem = Problem(file=name, line=error.lineno, message=f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}")
    except RecursionError:
        problem = Problem(file=name, message="nested too deeply")
    except ValueError:
        problem = Problem(file=name, message="not JSON: text that is not UTF-8, or a number out of range")
    raise InvalidSettings([problem])
