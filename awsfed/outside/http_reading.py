"""Reading an answer of HTTP/1.1: its head, its body in pieces or as a whole, and its compression.

The rules are those of RFC 9112, and a peer that breaks one is not asked to explain itself. Sizes and numbers are
bounded before anything is kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from awsfed.errors import ProtocolError
from awsfed.outside.http_failures import bad_compression, bad_headers, broken, no_http

if TYPE_CHECKING:
    from awsfed.outside.lines import Line

_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9]{2})( [^\r\n]*)?")
_FIELD = re.compile(r"^([A-Za-z0-9!#$%&'*+.^_`|~-]+):([^\r\n\0]*)\r?\n", re.MULTILINE)
_EMPTY, _END = re.compile(rb"\r?\n"), re.compile(rb"\n\r?\n")
"""What ends the fields where there is none, and where there are some."""
_MOST_MEMBERS = 16
"""Parts of gzip that follow each other; each takes as long as all that stands behind it."""
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(;.*)?")
_LENGTH = re.compile("[0-9]{1,15}")
_LINE_LIMIT = 65_536
"""Bytes of one line, or of all fields together."""
_FIELDS_LIMIT = 100
_CODING_SLACK = 1024
"""By how much compression may make something longer."""
_NO_BODY = {204, 304}
_SWITCHING, _FINAL = 101, 200
_CR = 13


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    """Decompressed, and complete."""
    set_cookies: tuple[str, ...] = ()
    """Each `Set-Cookie` header; nobody keeps one."""


class Incoming:
    """What comes along a line, in pieces of the size that is wanted."""

    __slots__ = ("_at", "_held", "_line", "peer")

    def __init__(self, line: "Line") -> None:
        self._line, self.peer = line, line.peer
        self._held, self._at = b"", 0

    @property
    def has_more(self) -> bool:
        """Tell whether anything came that nobody took."""
        return self._at < len(self._held)

    def line(self) -> bytes:
        """Return the next line without its end; raise ProtocolError where it is too long."""
        found = self._held.find(b"\n", self._at, self._at + _LINE_LIMIT)
        while found < 0:
            seen = len(self._held) - self._at
            if seen >= _LINE_LIMIT:
                raise bad_headers(self.peer)
            self._receive()
            found = self._held.find(b"\n", self._at + seen, self._at + _LINE_LIMIT)
        start, self._at = self._at, found + 1
        return self._held[start : found - 1 if found > start and self._held[found - 1] == _CR else found]

    def fields(self) -> bytes:
        """Return the lines up to an empty one, which is left out; raise ProtocolError where they are too long."""
        seen = 0
        while True:
            end = _EMPTY.match(self._held, self._at) or _END.search(self._held, self._at + max(0, seen - 2))
            seen = (end.end() if end else len(self._held)) - self._at
            if seen > _LINE_LIMIT:
                raise bad_headers(self.peer)
            if end:
                break
            self._receive()
        start, self._at = self._at, end.end()
        return self._held[start : end.start() + 1] if end.start() > start else b""

    def exactly(self, size: int) -> bytes:
        """Return so many bytes."""
        pieces, missing = [], size
        while True:
            piece = self._held[self._at : self._at + missing]
            self._at += len(piece)
            missing -= len(piece)
            pieces.append(piece)
            if not missing:
                return piece if len(pieces) == 1 else b"".join(pieces)
            self._receive()

    def rest(self, limit: int) -> bytes:
        """Return everything up to the end of the connection, or a little more than the limit."""
        pieces, size = [], 0
        while True:
            piece, self._held, self._at = self._held[self._at :], b"", 0
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                break
            self._held = self._line.receive()
            if not self._held:
                break
        return b"".join(pieces)

    def _receive(self) -> None:
        data = self._line.receive()
        if not data:
            raise broken(None, self.peer)
        self._held, self._at = (self._held[self._at :] + data if self.has_more else data), 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Head:
    """What comes before a body."""

    status: int
    fields: Mapping[str, list[str]]
    """Values in their order, by lower-case name."""
    keeps_open: bool
    """Whether the connection may go on behind the body."""

    def value(self, name: str) -> str | None:
        """Return all values of a field as one; None where it is not there."""
        values = self.fields.get(name)
        return None if values is None else ", ".join(values)


def read_answer(line: "Line", method: str, limit: int, *, decompress: bool) -> tuple[Answer, bool]:
    """Return the answer to a request that was sent, and whether the connection can be used for another one.

    Raises:
        TryAgain: the connection broke, or the peer is too slow.
        ProtocolError: it is not HTTP, or its body has more than `limit` bytes, also after decompression.
    """
    incoming = Incoming(line)
    head = read_head(incoming)
    coding = (head.value("content-encoding") if decompress else None) or "identity"
    is_plain = coding == "identity"
    body, has_end = _body(incoming, method, head, limit if is_plain else limit + _CODING_SLACK)
    if not is_plain and body:
        body = _decompressed(body, coding, limit, incoming)
    if len(body) > limit:
        raise _too_long(incoming, limit)
    answer = Answer(
        status=head.status,
        headers=MappingProxyType({name: ", ".join(values) for name, values in head.fields.items()}),
        body=body,
        set_cookies=tuple(head.fields.get("set-cookie", ())),
    )
    return answer, head.keeps_open and has_end and not incoming.has_more


def read_head(incoming: Incoming) -> Head:
    """Return the head of an answer; those that only announce it are left out. Raises as `read_answer` does."""
    while True:
        first = _STATUS.fullmatch(incoming.line())
        if first is None:
            raise no_http(incoming.peer)
        fields = _fields(incoming)
        status = int(first[2])
        if status == _SWITCHING:
            raise bad_headers(incoming.peer)
        if status >= _FINAL:
            closes = "close" in ", ".join(fields.get("connection", ())).lower()
            return Head(status=status, fields=fields, keeps_open=first[1] == b"1" and not closes)


def _fields(incoming: Incoming) -> dict[str, list[str]]:
    written = incoming.fields().decode("latin-1")
    found = _FIELD.findall(written)
    if not len(found) == written.count("\n") <= _FIELDS_LIMIT:
        raise bad_headers(incoming.peer)
    fields: dict[str, list[str]] = {}
    for name, value in found:
        fields.setdefault(name.lower(), []).append(value.strip(" \t"))
    return fields


def _body(incoming: Incoming, method: str, head: Head, limit: int) -> tuple[bytes, bool]:
    """Return a body as it was sent, and whether its end could be told from that of the connection."""
    if method == "HEAD" or head.status in _NO_BODY:
        return b"", True
    coding, lengths = head.value("transfer-encoding"), head.fields.get("content-length")
    if coding is not None:
        if coding.lower() != "chunked":
            raise bad_headers(incoming.peer)
        return _chunks(incoming, limit), lengths is None
    if lengths is None:
        return incoming.rest(limit), False
    if len(set(lengths)) != 1 or not _LENGTH.fullmatch(lengths[0]):
        raise bad_headers(incoming.peer)
    length = int(lengths[0])
    if length > limit:
        raise _too_long(incoming, limit)
    return incoming.exactly(length), True


def _chunks(incoming: Incoming, limit: int) -> bytes:
    pieces: list[bytes] = []
    total = 0
    while True:
        size = _SIZE.fullmatch(incoming.line())
        if size is None:
            raise bad_headers(incoming.peer)
        length = int(size[1], 16)
        if length == 0:
            _fields(incoming)  # what comes behind a body is nothing to us
            return b"".join(pieces)
        total += length
        if total > limit:
            raise _too_long(incoming, limit)
        pieces.append(incoming.exactly(length))
        if incoming.line():
            raise bad_headers(incoming.peer)


def _decompressed(body: bytes, coding: str, limit: int, incoming: Incoming) -> bytes:
    """Return what was compressed, or a little more of it than the limit."""
    import zlib

    if coding.lower() not in {"gzip", "x-gzip"}:
        raise bad_compression(incoming.peer)
    pieces: list[bytes] = []
    total = 0
    try:
        for _ in range(_MOST_MEMBERS):
            if not body or total > limit:
                return b"".join(pieces)
            member = zlib.decompressobj(zlib.MAX_WBITS | 16)
            piece = member.decompress(body, limit + 1 - total)
            if not member.eof and len(piece) + total <= limit:
                raise bad_compression(incoming.peer)
            pieces.append(piece)
            total += len(piece)
            body = member.unused_data
    except zlib.error:
        raise bad_compression(incoming.peer) from None
    raise bad_compression(incoming.peer)


def _too_long(incoming: Incoming, limit: int) -> ProtocolError:
    return ProtocolError(f"{incoming.peer.place} sent an answer of more than {limit} bytes")
