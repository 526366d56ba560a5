"""The policy in the documentation, against what a rotation asks of IAM."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_documented_policy_allows_what_is_asked_and_no_more() -> None:
    """Operations are named in one module."""
    page = (ROOT / "docs" / "how-to" / "access-keys.md").read_text()
    (text,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    asked = re.findall(r'"(\w*AccessKeys?\w*)"', (ROOT / "awsfed" / "broker" / "keys" / "iam.py").read_text())
    operations = {name for name in asked if not name.startswith(("AccessKey", "Secret"))}

    (statement,) = json.loads(text)["Statement"]

    assert {f"iam:{name}" for name in operations} == set(statement["Action"])
