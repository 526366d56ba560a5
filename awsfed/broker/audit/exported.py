"""A trail outside of its database: JSON, one link or signature a line, for whoever verifies it elsewhere."""

import base64
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from awsfed.broker.audit.interface import Head, Link
from awsfed.broker.audit.reading import Readable
from awsfed.errors import ConfigError, CorruptEntry, NotFound

_STDIN = Path("-")
_LINE_LIMIT = 4_194_304
"""A change holds what was there and what is there then, each of up to 64 KiB, escaped twice."""
_TYPES: dict[str, dict[str, type]] = {
    "link": {"writer": str, "number": int, "text": str, "previous": str, "digest": str},
    "head": {"writer": str, "number": int, "digest": str, "signed_at": int, "public_key": str, "signature": str},
}


def lines(trail: Readable, *, heads_only: bool = False, after: "Sequence[Exported]" = ()) -> Iterator[str]:
    """Yield a trail line by line, each chain followed by its signatures.

    Args:
        trail: may be written to meanwhile: a chain ends with what is there when its turn comes, and no signature is
            over what comes later.
        heads_only: leave out the links.
        after: what was exported earlier, and is left out.
    """
    for writer in trail.writers():
        known = {head for one in after for head in one.heads(writer)}
        heads = [head for head in trail.heads(writer) if head not in known]
        for link in () if heads_only else trail.links(writer, _last_known(trail, writer, known, after)):
            yield _line("link", asdict(link))
        for head in heads:
            yield _line("head", {**asdict(head), "signature": base64.b64encode(head.signature).decode()})


def _last_known(trail: Readable, writer: str, heads: Iterable[Head], after: "Sequence[Exported]") -> int:
    """Return behind which link to go on: the last that was exported, or that one of the signatures is over.

    Where there are links, signatures say nothing: one of a number that no link has could be anybody's.
    """
    links = [link.number for one in after if (link := one.last(writer))]
    newest = trail.last(writer) if after and not links else None
    signed = [head.number for head in heads if newest and head.number <= newest.number]
    return max((*links, *signed), default=0)


def _line(kind: str, members: dict[str, Any]) -> str:
    return json.dumps({kind: members}, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A trail in a file; its links stay there until they are walked along."""

    name: str
    file: BinaryIO
    _places: dict[str, list[tuple[int, int]]] = field(default_factory=dict, init=False, repr=False)
    """By writer, the numbers of its links, and where they stand."""
    _heads: dict[str, list[Head]] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    @contextmanager
    def opened(cls, path: Path, *, missing: str | None = None) -> "Iterator[Exported]":
        """Look through a file, which is read until the block ends; `-` is the standard input.

        Args:
            path: of the file.
            missing: what to do where there is none.

        Raises:
            NotFound: there is none.
            ConfigError: it cannot be read.
            CorruptEntry: a line is none of a trail.
        """
        name = "standard input" if path == _STDIN else str(path)
        with ExitStack() as stack:
            try:
                given = sys.stdin.buffer if path == _STDIN else stack.enter_context(path.open("rb"))
                file = given if given.seekable() else stack.enter_context(_copy(given))
                exported = cls(name=name, file=file)
                exported._look_through()
            except FileNotFoundError as error:
                raise NotFound(f"there is no file {name}", hint=missing) from error
            except OSError as error:
                raise ConfigError(f"{name} cannot be read: {(error.strerror or 'no file').lower()}") from error
            yield exported

    def writers(self) -> tuple[str, ...]:
        """Return everybody who wrote or signed; see the port."""
        return tuple(sorted({*self._places, *self._heads}))

    def links(self, writer: str, after: int = 0) -> Iterator[Link]:
        """Walk a chain in the order of the file; see the port."""
        for number, place in self._places.get(writer, ()):
            if number <= after:
                continue
            self.file.seek(place)
            found = _parsed(self.file.readline(_LINE_LIMIT + 1), self.name, 0)
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

    def last(self, writer: str) -> Link | None:
        """Return the link of the highest number; see the port."""
        number = max((number for number, _ in self._places.get(writer, ())), default=1)
        return next(self.links(writer, number - 1), None)

    def _look_through(self) -> None:
        place = 0
        self.file.seek(place)
        for number, line in enumerate(iter(lambda: self.file.readline(_LINE_LIMIT + 1), b""), start=1):
            found = _parsed(line, self.name, number)
            if isinstance(found, Link):
                self._places.setdefault(found.writer, []).append((found.number, place))
            else:
                self._heads.setdefault(found.writer, []).append(found)
            place += len(line)


@contextmanager
def _copy(stream: BinaryIO) -> Iterator[BinaryIO]:
    """Return a file with all that comes, which nobody else sees and which is gone once the block ends."""
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(stream, file)
        yield cast("BinaryIO", file)


def _parsed(line: bytes, name: str, number: int) -> Link | Head:
    try:
        found = _made(json.loads(line))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        found = None
    if found is None:
        raise CorruptEntry(f"line {number} of {name} is none of a trail", hint="awsfed audit export writes one")
    return found


def _made(document: dict[str, dict[str, Any]]) -> Link | Head | None:
    ((kind, members),) = document.items()
    if {name: type(value) for name, value in members.items()} != _TYPES[kind]:
        return None
    "".join(value for value in members.values() if type(value) is str).encode()  # no half of a character is in a trail
    if kind == "link":
        return Link(**members)
    return Head(**{**members, "signature": base64.b64decode(members["signature"], validate=True)})
