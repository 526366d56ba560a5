import tomllib

from hypothesis import given
from hypothesis import strategies as st

from awsfed.settings.lines import lines, nearest
from awsfed.settings.written import as_key, as_toml

TEXT = '''\
# a comment with [brackets] and "quotes
a = 1
b.c = "x # no comment" # a comment

[t]
x = """
[not.a.table]
y = 1
"""
z = \'\'\'
k = "\'\'\'
[ "quoted name" . 'other' ]
list = [
  "]", # ]
  { n = 1 },
]
after = true
[[many]]
one = 1
[[many]]
one = 2
'''


def test_keys_are_found_in_all_their_shapes() -> None:
    """Comments, texts over several lines and arrays are stepped over; the first of several tables counts."""
    assert tomllib.loads(TEXT)

    assert lines(TEXT) == {
        ("a",): 2,
        ("b", "c"): 3,
        ("t",): 5,
        ("t", "x"): 6,
        ("t", "z"): 10,
        ("quoted name", "other"): 12,
        ("quoted name", "other", "list"): 13,
        ("quoted name", "other", "after"): 17,
        ("many",): 18,
        ("many", "one"): 19,
    }


def test_line_ends_of_windows_count_once() -> None:
    """A file from Windows has the same lines."""
    assert lines(TEXT.replace("\n", "\r\n")) == lines(TEXT)


def test_what_has_no_line_is_found_at_what_holds_it() -> None:
    """A key inside an inline table is found at the table's line, an unknown one nowhere."""
    found = lines("[connectors]\ndev = { type = 'x' }\n")

    assert nearest(found, ("connectors", "dev", "type")) == 2
    assert nearest(found, ("keys",)) is None


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8)
values = st.one_of(st.integers(-9, 9), st.booleans(), names, st.lists(names, max_size=3))


@given(st.dictionaries(names, st.dictionaries(names, values, max_size=4), max_size=4))
def test_every_key_that_is_written_is_found(tables: dict[str, dict[str, object]]) -> None:
    """Whatever names and values are made of, each key is found on the line where it was written."""
    written: list[str] = []
    expected: dict[tuple[str, ...], int] = {}
    for table, fields in tables.items():
        written.append(f"[{as_key(table)}]")
        expected[table,] = len(written)
        for name, value in fields.items():
            written.append(f"{as_key(name)} = {as_toml(value)}")
            expected[table, name] = len(written)
    text = "\n".join(written)

    assert tomllib.loads(text) == tables
    assert lines(text) == expected


@given(st.text(alphabet="ab[]{}='\"#\n\\.,1 ", max_size=60))
def test_any_text_comes_to_an_end(text: str) -> None:
    """Even what is not TOML is stepped through without error."""
    assert all(1 <= line <= text.count("\n") + 1 for line in lines(text).values())
