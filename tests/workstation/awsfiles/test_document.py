"""Reading the files: what botocore reads, and the refusals."""

import configparser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsfed.errors import CorruptEntry
from awsfed.workstation.awsfiles.document import parse

PATH = Path("credentials")

LINES = st.sampled_from(
    [
        "[a]", "[b] ; x", "[profile c]", '[profile "d e"]', "[ f ]", "[default]", "[sso-session s]",
        "region = eu", "Region=us", "  region = indented", "\tkey: value", "s3 =", "    signature = v4", "  no equals",
        "# comment", "  ; comment", "", "   ", "ключ = ü", "k = v # tail", "x=1", "y = a=b", "\x0cz = 2",
        "q\u2028r = 3", "= nothing", "junk", "[DEFAULT]", "  [g]", "[h]]", "s3.x = 1", "\u00a0n = 4",
    ]
)  # fmt: skip
FILES = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r\n"])), max_size=14).map(
    lambda lines: "".join(line + end for line, end in lines)
)


@given(FILES)
def test_same_as_the_parser(text: str) -> None:
    """Sections, keys and values are those of the parser that botocore uses, and the lines are the file."""
    try:
        document = parse(text.encode(), PATH)
    except CorruptEntry:
        return
    parser = configparser.RawConfigParser()
    parser.read_string(text)

    found = {s.header: {o.name: o.value for o in s.options} for s in document.sections}

    assert {header: dict(parser.items(header)) for header in parser.sections()} == found
    assert text == "".join(document.lines)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xef\xbb\xbf[a]\n", "credentials begins with a byte order mark"),
        (b"[a]\n# na\xefve\n", "credentials, line 2: is not UTF-8"),
        (b"[a]\nx = 1\ry = 2\n", "credentials, line 2: has a carriage return in it"),
        (b"[a]\n[b]\n[a]\n", r"credentials, line 3: opens the section \[a\] a second time"),
        (b"[a]\nx = 1\nX = 2\n", r"credentials, line 3: sets 'x' a second time in \[a\]"),
        (b"x = 1\n[a]\n", r"credentials, line 1: stands before any \[section\]"),
        (b"[a]\nx = 1\n\njunk\n", "credentials, line 4: is neither"),
        (b"[a]\n[b\n", "credentials, line 2: is neither"),
        (b"[a]\n= value\n", "credentials, line 2: is neither"),
        (b"[a]\ns3 =\n  x = 1\n  junk\n", "credentials, line 2: opens an indented block"),
        (b"[a]\n[DEFAULT]\nx = 1\n", r"credentials, line 2: says \[DEFAULT\] in capitals"),
        (b"[a]\n  [b]\n", "credentials, line 2: is a header that does not begin at the margin"),
        (b"[a] # see [b]\n", "credentials, line 1: has a second bracket"),
    ],
)
def test_refused(data: bytes, problem: str) -> None:
    """What SDKs cannot read, or read differently, is refused with file, line and what to do."""
    with pytest.raises(CorruptEntry, match=problem) as caught:
        parse(data, PATH)

    assert caught.value.hint


def test_no_line_in_messages() -> None:
    """A line that cannot be read may be half a secret: neither the message nor its cause repeats it."""
    with pytest.raises(CorruptEntry) as caught:
        parse(b"[a]\naws_secret_access_key canary\n", PATH)

    assert "canary" not in caught.value.message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_no_secret_in_reprs() -> None:
    """A file taken apart does not show its values."""
    assert "canary" not in repr(parse(b"[a]\naws_secret_access_key = canary\n", PATH))
