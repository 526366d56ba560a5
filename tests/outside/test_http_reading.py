import gzip
import http.client
import io
import time
import zlib
from contextlib import suppress
from functools import partial
from typing import Any, cast

import pytest
from fakes.raw_peer import answer
from hypothesis import given
from hypothesis import strategies as st

from awsfed.errors import ProtocolError
from awsfed.outside.http_failures import Peer
from awsfed.outside.http_reading import Answer, read_answer
from awsfed.outside.legs import Leg
from awsfed.outside.lines import Line
from awsfed.outside.retry import TryAgain

PEER = Peer(place="host:443", leg=Leg(name="crowd"), proxy=None, connect_s=1, read_s=1, total_s=1)
packed = partial(gzip.compress, mtime=0)
"""The same in every process that names tests by their values."""
CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


class Pieces:
    """A line along which bytes come, so many at a time, and then the end."""

    def __init__(self, data: bytes, size: int) -> None:
        self.peer = PEER
        self._pieces = [data[at : at + size] for at in range(0, len(data), size)]

    def receive(self) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


def read(
    data: bytes, *, method: str = "GET", limit: int = 10_000, size: int = 65_536, decompress: bool = True
) -> tuple[Answer, bool]:
    """Read an answer that comes in pieces."""
    return read_answer(cast("Line", Pieces(data, size)), method, limit, decompress=decompress)


# Heads and bodies as real servers write them, in everything that a server is free to choose.
NAMES = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-", min_size=1, max_size=12)
VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f\x85\xa0"), max_size=20)
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=8)
SPECIAL = {"content-length", "transfer-encoding", "connection", "content-encoding"}


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """Return a well-formed answer."""
    status = draw(st.sampled_from([200, 201, 204, 301, 304, 400, 401, 404, 500, 503]))
    reason = draw(st.sampled_from([" OK", " Not Found", " ", " nicht gefunden", ""]))
    body = draw(st.binary(max_size=300))
    fields = [(name, value) for name, value in draw(FIELDS) if name.lower() not in SPECIAL]
    space = draw(st.sampled_from(["", " ", " \t "]))
    lines = [f"{name}:{space}{value}" for name, value in fields]
    end = draw(st.sampled_from(["\r\n", "\n"]))
    framed = draw(st.sampled_from(["length", "chunks", "close"]))
    if framed == "length":
        lines.append(f"content-length: {0 if status in {204, 304} else len(body)}")
    if framed == "chunks" and status not in {204, 304}:
        lines.append("TRANSFER-ENCODING: Chunked")
        body = in_chunks(body, draw(st.lists(st.integers(1, 90), max_size=6)), draw(st.sampled_from(["", ";a=b"])))
    if status in {204, 304}:
        body = b""
    early = draw(st.sampled_from(["", "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"]))
    head = end.join([f"HTTP/1.1 {status}{reason}", *lines, "", ""])
    return early.encode() + head.encode("latin-1") + body


def in_chunks(body: bytes, sizes: list[int], extension: str) -> bytes:
    """Return a body cut into pieces of these sizes, with a trailer behind them."""
    written, at = b"", 0
    for size in [*sizes, len(body)]:
        piece = body[at : at + size]
        at += len(piece)
        if piece:
            written += f"{len(piece):x}{extension}\r\n".encode() + piece + b"\r\n"
    return written + b"0\r\nTrailer: t\r\n\r\n"


class Stream:
    """What http.client takes for a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _: str) -> io.BytesIO:
        return io.BytesIO(self._data)


@given(data=answers(), size=st.sampled_from([1, 2, 3, 7, 64, 65_536]))
def test_reads_what_http_client_reads(data: bytes, size: int) -> None:
    """Python's own reader is the yardstick, however the bytes are cut into pieces."""
    theirs = http.client.HTTPResponse(cast("Any", Stream(data)))
    theirs.begin()
    ours, _ = read(data, size=size)

    assert theirs.status == ours.status
    assert theirs.read() == ours.body
    expected: dict[str, list[str]] = {}
    for name, value in theirs.getheaders():
        expected.setdefault(name.lower(), []).append(value.strip(" \t"))
    assert {name: ", ".join(values) for name, values in expected.items()} == dict(ours.headers)


@pytest.mark.parametrize("end", ["\0", "\r", "x"])
def test_a_value_full_of_blanks_takes_no_longer_than_another(end: str) -> None:
    """No pattern goes over them again and again: 60,000 of them took half a minute of everybody's time."""
    head = f"HTTP/1.1 200 OK\r\nX:{' ' * 60_000}{end}y\r\nContent-Length: 0\r\n\r\n".encode()
    began = time.process_time()
    with suppress(ProtocolError):
        read(head)

    assert time.process_time() - began < 1


@given(data=st.binary(max_size=200))
def test_whatever_comes_is_an_answer_or_an_error_of_ours(data: bytes) -> None:
    """Nothing else is raised, with a good beginning or without."""
    for begin in (b"", b"HTTP/1.1 200 OK\r\n", CHUNKED.encode(), CHUNKED.encode() + b"5\r\n"):
        with suppress(ProtocolError, TryAgain):
            assert read(begin + data)[0].status in range(200, 600)


@pytest.mark.parametrize(
    "head",
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4",
        "HTTP/1.1 200 OK\r\nContent-Length: 3, 3",
        "HTTP/1.1 200 OK\r\nContent-Length: -3",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x3",
        "HTTP/1.1 200 OK\r\nContent-Length: ٣",
        "HTTP/1.1 200 OK\r\nContent-Length:",
        "HTTP/1.1 200 OK\r\nContent-Length: " + "9" * 30,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity",
        "HTTP/1.1 200 OK\r\nX: y\r\n z",
        "HTTP/1.1 200 OK\r\nX : y",
        "HTTP/1.1 200 OK\r\n: y",
        "HTTP/1.1 200 OK\r\nX y",
        "HTTP/1.1 200 OK\r\nX: a\rb",
        "HTTP/1.1 200 OK\r\nX: a\0b",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket",
        "HTTP/1.1 20 OK",
        "HTTP/1.1 2000 OK",
        "HTTP/1.1 999 OK",
        "HTTP/2 200 OK",
        "HTTP/1.2 200 OK",
        "HTTP/1.1  200 OK",
        "http/1.1 200 OK",
        "",
        "220 mail.example.org ESMTP",
    ],
)
def test_heads_that_break_the_rules(head: str) -> None:
    """Who is in doubt where a body ends does not guess."""
    with pytest.raises(ProtocolError, match="host:443"):
        read(f"{head}\r\n\r\nabc".encode())


@pytest.mark.parametrize(
    "body",
    ["x\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "\r\n", "3 3\r\nabc\r\n0\r\n\r\n"],
)
def test_pieces_that_break_the_rules(body: str) -> None:
    """Sizes are hexadecimal, and true."""
    with pytest.raises(ProtocolError):
        read((CHUNKED + body).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n",
        answer(200, b"abc")[:-1],
        CHUNKED.encode() + b"3\r\nabc",
        CHUNKED.encode() + b"3\r\nabc\r\n",
        CHUNKED.encode() + b"3\r\nabc\r\n0\r\n",
    ],
)
def test_what_ends_too_early_broke(data: bytes) -> None:
    """Half an answer is none."""
    with pytest.raises(TryAgain, match="the connection to host:443 broke"):
        read(data)


@pytest.mark.parametrize(
    ("data", "is_open"),
    [
        (answer(200, b"abc"), True),
        (answer(204), True),
        (CHUNKED.encode() + b"3\r\nabc\r\n0\r\n\r\n", True),
        (answer(200, b"abc", {"Connection": "Close"}), False),
        (answer(200, b"abc") + b"HTTP/1.1 200 OK\r\n", False),
        (answer(200, b"abc").replace(b"HTTP/1.1", b"HTTP/1.0"), False),
        (b"HTTP/1.1 200 OK\r\n\r\nabc", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", False),
    ],
    ids=["length", "no-body", "chunks", "close", "unasked", "old", "until-end", "both"],
)
def test_when_a_connection_is_used_again(data: bytes, *, is_open: bool) -> None:
    """Only where there is no doubt that the next answer begins behind this one."""
    came, may_go_on = read(data)

    assert came.body in {b"abc", b""}
    assert is_open == may_go_on


def test_a_head_has_no_body() -> None:
    """Whatever length it tells."""
    came, may_go_on = read(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", method="HEAD")

    assert (b"", True) == (came.body, may_go_on)


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
def test_compressed_in_one_part_or_more(coding: str) -> None:
    """Parts of gzip that follow each other are one body."""
    body = packed(b"one ") + packed(b"two")

    assert b"one two" == read(answer(200, body, {"Content-Encoding": coding}))[0].body
    assert body == read(answer(200, body, {"Content-Encoding": coding}), decompress=False)[0].body


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b"plain"),
        ("gzip", packed(b"x" * 99)[:-3]),
        ("gzip", packed(b"one") + b"more"),
        ("gzip", packed(b"") * 100),
        ("deflate", zlib.compress(b"x")),
        ("br", b"x"),
        ("gzip, gzip", packed(packed(b"x"))),
    ],
)
def test_compression_that_was_not_asked_for_or_is_broken(coding: str, body: bytes) -> None:
    """Only gzip is asked for, and all of it has to be there."""
    with pytest.raises(ProtocolError, match="compression is broken"):
        read(answer(200, body, {"Content-Encoding": coding}))


@pytest.mark.parametrize(
    "data",
    [
        answer(200, b"x" * 101),
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 101,
        CHUNKED.encode() + in_chunks(b"x" * 101, [50], ""),
        CHUNKED.encode() + b"ffffffffffffff\r\n",
        answer(200, packed(b"x" * 60) * 2, {"Content-Encoding": "gzip"}),
    ],
)
def test_the_limit_counts_for_every_kind_of_body(data: bytes) -> None:
    """And for what is left of it after decompression."""
    with pytest.raises(ProtocolError, match="more than 100 bytes"):
        read(data, limit=100)


def test_each_cookie_is_kept_apart() -> None:
    """A comma may stand in one."""
    data = b"HTTP/1.1 204 No\r\nSet-Cookie: a=1, b\r\nSet-Cookie: c=2\r\n\r\n"

    assert ("a=1, b", "c=2") == read(data)[0].set_cookies
