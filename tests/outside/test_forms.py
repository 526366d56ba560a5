from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsfed.outside.forms import form


@given(st.dictionaries(st.text(), st.text() | st.from_regex("[A-Za-z0-9]*", fullmatch=True)))
def test_writes_what_the_library_writes(fields: dict[str, str]) -> None:
    """Of names and values of every kind, with something to escape in them or not."""
    assert urlencode(fields) == form(fields)


def test_what_is_no_text_cannot_be_written() -> None:
    """Half a character has no bytes."""
    with pytest.raises(UnicodeError):
        form({"name": "\ud800"})
