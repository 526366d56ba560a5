import json

from hypothesis import given
from hypothesis import strategies as st

from awsfed.broker.catalogue.document import read_document
from awsfed.broker.catalogue.fields import FIELDS
from awsfed.model.connector import Connector
from awsfed.model.text import is_plain

FIELD_NAMES = st.one_of(st.sampled_from(sorted(FIELDS)), st.text(max_size=5))
GOOD = ["ASSUME_ROLE", "FEDERATION_TOKEN", "SESSION_TOKEN", "main", "1h", "aws", "eu-west-1"]
GOOD += ["arn:aws:iam::123456789012:role/x", "arn:aws:iam::aws:policy/x", '{"Statement":[1]}']
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from(GOOD)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)
TABLES = st.one_of(VALUES, st.dictionaries(FIELD_NAMES, VALUES, max_size=8))
DOCUMENTS = st.one_of(VALUES, st.fixed_dictionaries({"connectors": st.dictionaries(st.text(max_size=9), TABLES)}))


def examine(data: bytes) -> None:
    """Read a document; check what holds for all of them."""
    reading = read_document(data, name="FILE")
    for name, connector in reading.connectors.items():
        assert isinstance(connector, Connector)
        assert connector.id == name
        assert is_plain(connector.name + "".join(connector.groups) + (connector.role_arn or ""))
    for problem in reading.problems:
        assert is_plain(str(problem))
        assert len(str(problem)) < 1000


@given(DOCUMENTS)
def test_json_of_any_shape_raises_nothing(document: object) -> None:
    """Whatever a host sends as JSON becomes connectors or problems that can be shown."""
    examine(json.dumps(document).encode())


@given(st.binary(max_size=200))
def test_any_bytes_raise_nothing(data: bytes) -> None:
    """Bytes of any kind are a document or a problem."""
    examine(data)


@given(st.text(alphabet="[]{}=.\"'\\#\n abcdenorst0123:-_", max_size=120))
def test_text_that_looks_like_toml_raises_nothing(text: str) -> None:
    """Broken TOML is a problem with a line."""
    examine(b"[connectors.a]\n" + text.encode())
