from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsfed.errors import InvalidValue
from awsfed.model.http_dates import parse_http_date


@given(st.integers(min_value=0, max_value=253_402_300_799))
def test_reads_what_others_write(moment: int) -> None:
    """Python's own writer is the yardstick, to the end of the calendar."""
    assert moment == parse_http_date(formatdate(moment, usegmt=True))


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        7,
        "yesterday",
        "Sat, 31 Feb 2026 00:00:00 GMT",
        "Sat, 28 Nop 2026 00:00:00 GMT",
        "Sat, 28 Nov 2026 24:00:00 GMT",
        "Sat, 28 Nov 2026 00:00:00 +0100",
        "Sat, 28 Nov 0000 00:00:00 GMT",
        "Saturday, 28-Nov-26 00:00:00 GMT",
        "Sat Nov 28 00:00:00 2026",
        "Sat, 28 Nov 2026 00:00:00 GMT\n",
        "Sat, ٢٨ Nov 2026 00:00:00 GMT",
    ],
)
def test_what_is_no_date(text: object) -> None:
    """Nothing is guessed: such a clock is as good as none."""
    with pytest.raises(InvalidValue):
        parse_http_date(text)
