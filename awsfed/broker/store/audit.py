"""The trail: the links of each writer's chain, and the signatures over it.

Whoever owns the database can put anything into its columns. What has not the types and numbers of a link is none: it is
read by nobody, and where it was a link before, that one is missing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import BigInteger, ColumnElement, LargeBinary, Table, Text, and_, bindparam, func, insert, select, union
from sqlalchemy.dialects import sqlite

from awsfed.broker.audit.interface import Head, Link
from awsfed.broker.store.database import Database, Quick
from awsfed.broker.store.tables import EVENTS, HEADS

_ADD, _ADD_HEAD = Quick(insert(EVENTS)), Quick(insert(HEADS))
_TYPES = {Text: "text", BigInteger: "integer", LargeBinary: "blob"}


def _well_formed(table: Table) -> ColumnElement[bool]:
    return and_(table.c.number > 0, *(func.typeof(one) == _TYPES[type(one.type)] for one in table.columns))


_IS_LINK, _IS_HEAD = _well_formed(EVENTS), _well_formed(HEADS)
_WITH = select(EVENTS).where(_IS_LINK, func.instr(EVENTS.c.text, bindparam("wanted")) > 0)
_NAMES = tuple(column.name for column in EVENTS.columns)
_PAGE = 1000
"""Links read in one transaction: a walk over years must not keep the write-ahead log from being folded in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvents:
    """The port EventRecords over the tables."""

    database: Database

    def append(self, links: Sequence[Link], head: Head | None = None, *, durable: bool = True) -> None:
        """Keep the next links of a chain; see the port."""
        heads = [] if head is None else [(_ADD_HEAD, asdict(head))]
        self.database.insert(*((_ADD, _row(link)) for link in links), *heads, durable=durable)

    def last(self, writer: str) -> Link | None:
        """Return the newest link of a chain; see the port."""
        newest = select(EVENTS).where(_IS_LINK, EVENTS.c.writer == writer).order_by(EVENTS.c.number.desc()).limit(1)
        with self.database.reading() as connection:
            row = connection.execute(newest).mappings().first()
        return None if row is None else Link(**row)

    def writers(self) -> tuple[str, ...]:
        """Return everybody who ever wrote, by name; see the port."""
        wrote, signed = select(EVENTS.c.writer).where(_IS_LINK), select(HEADS.c.writer).where(_IS_HEAD)
        with self.database.reading() as connection:
            return tuple(connection.scalars(union(wrote, signed).order_by("writer")))

    def links(self, writer: str, after: int = 0) -> Iterator[Link]:
        """Walk a chain; see the port."""
        newest = self.last(writer)
        number, end = after, newest.number if newest else 0
        while number < end:
            is_next = (EVENTS.c.writer == writer) & EVENTS.c.number.between(number + 1, end)
            page = select(EVENTS).where(_IS_LINK, is_next).order_by(EVENTS.c.number).limit(_PAGE)
            with self.database.reading() as connection:
                links = [Link(**row) for row in connection.execute(page).mappings()]
            yield from links
            number = links[-1].number if links else end

    def links_with(self, words: str) -> Iterator[Link]:
        """Yield the links that hold some words; see the port."""
        with self.database.reading() as connection:
            found = connection.execute(_WITH, {"wanted": words}).mappings()
            links = [Link(**row) for row in found]
        yield from links

    def add_head(self, head: Head) -> None:
        """Keep a signature; see the port."""
        kept = sqlite.insert(HEADS).values(asdict(head)).on_conflict_do_nothing()
        with self.database.writing() as connection:
            connection.execute(kept)

    def heads(self, writer: str) -> tuple[Head, ...]:
        """Return the signatures over a chain, the oldest first; see the port."""
        kept = select(HEADS).where(_IS_HEAD, HEADS.c.writer == writer).order_by(HEADS.c.number)
        with self.database.reading() as connection:
            return tuple(Head(**row) for row in connection.execute(kept).mappings())


def _row(link: Link) -> dict[str, object]:
    return {name: getattr(link, name) for name in _NAMES}
