"""On which line of a TOML text a key stands; `tomllib` reads values and forgets where they were.

Knows tables, dotted and quoted keys and steps over every kind of value. Keys inside inline tables and arrays have no
line of their own: they are found at whatever holds them. Meant for text that `tomllib` has accepted.
"""

import re
import tomllib

Path = tuple[str, ...]

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_KEY = re.compile(rf"[ \t]*({_PART}(?:[ \t]*\.[ \t]*{_PART})*)[ \t]*")
_PIECE = re.compile(_PART)
_HEADER = re.compile(r"[ \t]*\[\[?")
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'  # a text over several lines
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}\n]"
    r"|[^\"'\#\[\]{}\n]+",
    re.DOTALL,
)


def lines(text: str) -> dict[Path, int]:
    """Return the line (from 1) of every table and key, by path; the first one where a table stands in pieces."""
    text = text.replace("\r\n", "\n")
    found: dict[Path, int] = {}
    table: Path = ()
    position, line = 0, 1
    while position < len(text):
        header = _HEADER.match(text, position)
        key = _KEY.match(text, header.end() if header else position)
        if key:
            path = _path(key[1])
            table = path if header else table
            found.setdefault(path if header else table + path, line)
        end = _end(text, key.end() if key else position)
        line += text.count("\n", position, end)
        position = end
    return found


def nearest(found: dict[Path, int], path: Path) -> int | None:
    """Return the line of a path or of the closest thing that holds it."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return None


def _path(key: str) -> Path:
    return tuple(_unquoted(piece) for piece in _PIECE.findall(key))


def _unquoted(piece: str) -> str:
    if piece.startswith("'"):
        return piece[1:-1]
    if not piece.startswith('"'):
        return piece
    try:
        return next(iter(tomllib.loads(f"{piece} = 0")))
    except tomllib.TOMLDecodeError:
        return piece


def _end(text: str, position: int) -> int:
    """Return where the next statement begins: after the first line end outside all brackets and texts."""
    depth = 0
    while token := _TOKEN.match(text, position):
        position = token.end()
        if token[0] in {"[", "{"}:
            depth += 1
        elif token[0] in {"]", "}"}:
            depth -= 1
        elif token[0] == "\n" and depth <= 0:
            return position
    return len(text)
