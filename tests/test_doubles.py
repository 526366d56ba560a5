"""Nothing of awsfed is patched: what a test wants otherwise it hands in, or orders from the world outside."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def ours(tree: ast.Module) -> set[str]:
    """Return the names by which a module knows parts of awsfed."""
    return {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if f"{getattr(node, 'module', None) or alias.name}.".startswith("awsfed.")
    }


def patched(source: str) -> list[int]:
    """Return the lines in which something of awsfed is replaced."""
    tree = ast.parse(source)
    names = ours(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    setters = [
        call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in {"setattr", "patch"}
    ]
    return [call.lineno for call in setters if _is_ours(call.args[0], names)]


def _is_ours(target: ast.expr, names: set[str]) -> bool:
    while isinstance(target, ast.Attribute | ast.Call):
        target = target.value if isinstance(target, ast.Attribute) else target.func
    if isinstance(target, ast.Constant):
        return str(target.value).startswith("awsfed.")
    return isinstance(target, ast.Name) and target.id in names


def test_no_test_patches_awsfed() -> None:
    """Such a test would hold the way in which something is written, not what it does."""
    found = {str(path): patched(path.read_text()) for path in sorted(TESTS.rglob("*.py"))}

    assert {} == {path: lines for path, lines in found.items() if lines}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('from awsfed.outside.lines import Line\nmonkeypatch.setattr(Line, "send", late)', [2]),
        ('import awsfed.version\nmonkeypatch.setattr(awsfed.version, "VERSION", "1")', [2]),
        ('monkeypatch.setattr("awsfed.version.VERSION", "1")', [1]),
        ('from awsfed.wiring import Wiring as W\nmonkeypatch.setattr(W().clock, "now", late)', [2]),
        ('import ssl\nmonkeypatch.setattr(ssl.SSLSocket, "sendall", late)', []),
    ],
)
def test_what_is_patched_is_found(source: str, lines: list[int]) -> None:
    """By whatever name it goes."""
    assert lines == patched(source)
