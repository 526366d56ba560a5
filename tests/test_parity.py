"""The table of features and the threat model name tests that are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ("docs/reference/parity.md", "docs/explanation/threat-model.md")
NAMED = sorted(
    {found for page in PAGES for found in re.findall(r"`([\w/]+\.py)::(\w+)`", (ROOT / page).read_text("utf-8"))}
)


def test_every_row_names_a_test() -> None:
    """No feature is claimed without something that shows it."""
    lines = (ROOT / "docs/reference/parity.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith("|") and not line.startswith(("|---", "| IFAWS", "| AWS offers"))]
    without = [row for row in rows if not re.search(r"`[\w/]+\.py::\w+`", row)]

    assert len(rows) > 20
    assert [] == without


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_named_test_is_there(file: str, name: str) -> None:
    """A test that is renamed is renamed in the table too."""
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    found = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert name in found


def test_every_guarantee_names_a_test() -> None:
    """A guarantee is a number with what holds it, and the numbers have no gap."""
    text = (ROOT / "docs/explanation/threat-model.md").read_text("utf-8")
    guarantees = re.split(r"^(\d+)\. \*\*", text, flags=re.MULTILINE)[1:]

    assert [str(number) for number in range(1, len(guarantees) // 2 + 1)] == guarantees[::2]
    assert [] == [body for body in guarantees[1::2] if ".py::test_" not in body]
