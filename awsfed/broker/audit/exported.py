"""A trail outside of its database: JSON, one link or signature a line, for whoever verifies it elsewhere."""

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from awsfed.broker.audit.interface import Head, Link
from awsfed.broker.audit.reading import Readable
from awsfed.errors import ConfigError, CorruptEntry, NotFound

_LINE_LIMIT = 4_194_304
"""A change holds what was there and what is there then, each of up to 64 KiB, escaped twice."""
_TYPES: dict[str, dict[str, type]] = {
    "link": {"writer": str, "number": int, "text": str, "previous": str, "digest": str},
    "head": {"writer": str, "number": int, "digest": str, "signed_at": int, "public_key": str, "signature": str},
}


def lines(trail: Readable, *, heads_only: bool = False) -> Iterator[str]:
    """Yield a trail line by line, each chain followed by its signatures."""
    for writer in trail.writers():
        if not heads_only:
            for link in trail.links(writer):
                yield _line("link", asdict(link))
        for head in trail.heads(writer):
            yield _line("head", {**asdict(head), "signature": base64.b64encode(head.signature).decode()})


def _line(kind: str, members: dict[str, Any]) -> str:
    return json.dumps({kind: members}, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A trail in a file; its links stay there until they are walked along."""

    path: Path
    _places: dict[str, list[int]] = field(default_factory=dict, init=False, repr=False)
    """By writer, where its links stand."""
    _heads: dict[str, list[Head]] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def open(cls, path: Path) -> "Exported":
        """Look through a file.

        Raises:
            NotFound: there is none.
            ConfigError: it cannot be read.
            CorruptEntry: a line is none of a trail.
        """
        exported = cls(path=path)
        try:
            with path.open("rb") as file:
                place = 0
                for number, line in enumerate(iter(lambda: file.readline(_LINE_LIMIT + 1), b""), start=1):
                    exported._note(_parsed(line, path, number), place)
                    place += len(line)
        except FileNotFoundError as error:
            raise NotFound(f"there is no file {path}") from error
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {(error.strerror or 'no file').lower()}") from error
        return exported

    def writers(self) -> tuple[str, ...]:
        """Return everybody who wrote or signed; see the port."""
        return tuple(sorted({*self._places, *self._heads}))

    def links(self, writer: str) -> Iterator[Link]:
        """Walk a chain in the order of the file; see the port."""
        with self.path.open("rb") as file:
            for place in self._places.get(writer, ()):
                file.seek(place)
                found = _parsed(file.readline(_LINE_LIMIT + 1), self.path, 0)
                if isinstance(found, Link):
                    yield found

    def links_with(self, words: str) -> Iterator[Link]:
        """Yield the links that hold some words; see the port."""
        return (link for writer in self.writers() for link in self.links(writer) if words in link.text)

    def heads(self, writer: str) -> tuple[Head, ...]:
        """Return the signatures over a chain; see the port."""
        return tuple(self._heads.get(writer, ()))

    def all_heads(self) -> Iterator[Head]:
        """Yield every signature there is."""
        for heads in self._heads.values():
            yield from heads

    def _note(self, found: Link | Head, place: int) -> None:
        if isinstance(found, Link):
            self._places.setdefault(found.writer, []).append(place)
        else:
            self._heads.setdefault(found.writer, []).append(found)


def _parsed(line: bytes, path: Path, number: int) -> Link | Head:
    try:
        found = _made(json.loads(line))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        found = None
    if found is None:
        raise CorruptEntry(f"line {number} of {path} is none of a trail", hint="awsfed audit export writes one")
    return found


def _made(document: dict[str, dict[str, Any]]) -> Link | Head | None:
    ((kind, members),) = document.items()
    if {name: type(value) for name, value in members.items()} != _TYPES[kind]:
        return None
    "".join(value for value in members.values() if type(value) is str).encode()  # no half of a character is in a trail
    if kind == "link":
        return Link(**members)
    return Head(**{**members, "signature": base64.b64decode(members["signature"], validate=True)})
