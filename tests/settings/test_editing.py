import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsfed.errors import Refused
from awsfed.settings.editing import with_value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "[labs]\nx = true\n"),
        ("# mine\n[aws]\nregion = 'r' # c", "# mine\n[aws]\nregion = 'r' # c\n\n[labs]\nx = true\n"),
        ("[labs]\nx = false # why\n[aws]\n", "[labs]\nx = true # why\n[aws]\n"),
        ("[labs]\n# x = false\n[aws]\n", "[labs]\nx = true\n# x = false\n[aws]\n"),
        ("[labs]", "[labs]\nx = true\n"),
        ("[ labs ] # here\r\ny = true\r\n", "[ labs ] # here\r\nx = true\r\ny = true\r\n"),
        ("# top\nlabs.y = true\n[aws]\n", "# top\nlabs.y = true\nlabs.x = true\n[aws]\n"),
        ("labs.x=false\n", "labs.x=true\n"),
        ("labs . 'x' = false\n", "labs . 'x' = true\n"),
        ("\ufeff[labs]\nx = false\n", "\ufeff[labs]\nx = true\n"),
        ("# a\u2028b\x85\n[labs]\nx = false\n", "# a\u2028b\x85\n[labs]\nx = true\n"),
        ('t = """\n[labs]\nx = false\n"""\n', 't = """\n[labs]\nx = false\n"""\n\n[labs]\nx = true\n'),
        ("[labs]\nx = true\n", "[labs]\nx = true\n"),
    ],
)
def test_only_the_switch_changes(before: str, after: str) -> None:
    """Comments, spaces, ends of lines and the mark at the start stay as somebody wrote them."""
    assert after == with_value(before, "labs", "x", value=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[s]\nx = 1\n", '[s]\nx = 1\n\n[broker]\nurl = "https://b"\n'),
        ('[broker]\nurl = "https://a" # old\n', '[broker]\nurl = "https://b" # old\n'),
        ("[broker]\nurl = 'https://a\\'\n", '[broker]\nurl = "https://b"\n'),
        ('broker.url = "a\\"b"\n', 'broker.url = "https://b"\n'),
    ],
)
def test_a_text_is_put_as_it_is_written_in_toml(before: str, after: str) -> None:
    """In place of the one that is there, however that is quoted."""
    assert after == with_value(before, "broker", "url", value="https://b")


@pytest.mark.parametrize("text", ["labs = { x = false }\n", "labs = 1\n", "[[labs]]\nx = false\n", "no toml"])
def test_a_table_written_otherwise_is_left_alone(text: str) -> None:
    """What to write is said instead."""
    with pytest.raises(Refused) as caught:
        with_value(text, "labs", "x", value=True)
    assert "write x = true into it yourself" in str(caught.value.hint)


@given(st.text(alphabet="[]labsxy.= \n\r#'\"truefc{},", max_size=60), st.booleans())
def test_whatever_the_file_holds_nothing_else_changes(text: str, value: bool) -> None:
    """Either it is refused, or what is read afterwards differs in the switch alone."""
    try:
        changed = with_value(text, "labs", "x", value=value)
    except Refused:
        return
    before, after = tomllib.loads(text), tomllib.loads(changed)
    assert before | {"labs": before.get("labs", {}) | {"x": value}} == after
