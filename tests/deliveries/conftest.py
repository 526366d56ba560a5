import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Workstation

RECORDER = """#!{python}
import json, os, sys
with open({log!r}, "a") as log:
    given = "" if sys.stdin.isatty() else sys.stdin.read()
    log.write(json.dumps({{"argv": sys.argv, "stdin": given, "environ": dict(os.environ)}}) + "\\n")
print("said by the tool")
sys.exit({status})
"""


@dataclass
class Start:
    """One start of a tool."""

    argv: list[str]
    stdin: str
    environ: dict[str, str]


@dataclass
class Tools:
    """Programs that only note how they were started."""

    folder: Path
    python: str

    @property
    def path(self) -> dict[str, str]:
        """An environment in which they are found first."""
        return {"PATH": f"{self.folder}:/usr/bin:/bin"}

    def install(self, name: str, status: int = 0) -> None:
        """Put one there."""
        self.folder.mkdir(exist_ok=True)
        script = self.folder / name
        log = str(self.folder / f"{name}.log")
        script.write_text(RECORDER.format(python=self.python, log=log, status=status))
        script.chmod(0o700)

    def starts(self, name: str) -> list[Start]:
        """Return how it was started, every time."""
        log = self.folder / f"{name}.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return [Start(**json.loads(line)) for line in lines]


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    """A folder for programs that note how they were started."""
    import sys

    return Tools(tmp_path / "tools", sys.executable)


@pytest.fixture
def alice(workstation: Workstation) -> Workstation:
    """A home where alice has signed in."""
    workstation.login()
    workstation.sandbox.aws.calls.clear()
    return workstation


@pytest.fixture
def add_settings(workstation: Workstation) -> Callable[[str], None]:
    """Adds tables at the end of the settings file."""

    def add(text: str) -> None:
        with workstation.config.open("a") as file:
            file.write(text)

    return add
