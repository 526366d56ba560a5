"""The first session of the README, typed as it stands there."""

import re
from pathlib import Path

from conftest import SCRIPTS, Workstation

README = Path(__file__).parents[2] / "README.md"


def test_the_first_session_goes_as_the_readme_says(workstation: Workstation) -> None:
    """Every command runs, and prints what is printed there; an ellipsis stands for anything."""
    text = README.read_text(encoding="utf-8")
    session = re.search(r"<!-- session: .*? -->\n```console\n(.*?)```", text, re.DOTALL)
    assert session
    steps = re.findall(r"^\$ (.*?)\n(.*?)(?=^\$ |\Z)", session[1], re.DOTALL | re.MULTILINE)
    assert len(steps) >= 8
    path = {"PATH": f"{SCRIPTS}:{workstation.environ['PATH']}"}

    for command, expected in steps:
        result = workstation.run("sh", "-c", f"{command} 2>&1", environ=path)

        pattern = ".+".join(re.escape(part) for part in expected.split("…"))
        assert re.fullmatch(pattern, result.stdout), (command, result.stdout)
