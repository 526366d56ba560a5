"""The marked blocks of how-to pages, cut into the shells that a reader or a build server would start."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
MARK = "<!-- executed by tests/deliveries/test_how_to.py -->"
_BLOCK = re.compile(rf"^ *{re.escape(MARK)}\n *```(sh|toml|groovy|yaml)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_GROOVY = re.compile(
    r"withCredentials\(\[usernamePassword\((?P<bound>[^)]*)\)\]\) \{"
    r"|(?P<end>^\s*\}$)|sh '''(?P<long>.*?)'''|sh '(?P<short>[^']*)'",
    re.DOTALL | re.MULTILINE,
)
_YAML = re.compile(
    r"^\s*(?:- run: (?P<run>.+)|- (?P<line>.+)|(?P<key>\w+):(?: \$\{\{ (?P<value>\S+) \}\})?)$", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """One shell that is started: what it executes, and with which variables besides those of the job."""

    script: str
    variables: Mapping[str, str] = field(default_factory=dict)
    """For each variable the half of the login that it gets: `user` or `password`."""
    settings: str | None = None
    """Not a shell at all, but lines for the settings file."""


def shells(page: str, section: str | None = None) -> list[Shell]:
    """Return everything that the marked blocks of a page, or of one section of it, execute."""
    text = (PAGES / page).read_text(encoding="utf-8")
    if section is not None:
        text = next(part for part in re.split(r"^## ", text, flags=re.MULTILINE) if part.startswith(f"{section}\n"))
    found = [(language, textwrap.dedent(block)) for language, block in _BLOCK.findall(text)]
    assert len(found) == text.count(MARK) > 0
    return [shell for language, block in found for shell in _shells(language, block)]


def unmarked(page: str) -> list[str]:
    """Return the blocks of a page that hold command lines and are not executed."""
    text = _BLOCK.sub("", (PAGES / page).read_text(encoding="utf-8"))
    return re.findall(r"^ *```\w.*?^ *```$", text, flags=re.DOTALL | re.MULTILINE)


def _shells(language: str, block: str) -> Iterator[Shell]:
    match language:
        case "toml":
            yield Shell(script="", settings=block)
        case "groovy":
            yield from _jenkins(block)
        case "yaml" if "run:" in block:
            yield from _github(block)
        case "yaml":
            yield from _gitlab(block)
        case _:
            yield Shell(script=f"set -eu\n{block}")


def _jenkins(block: str) -> Iterator[Shell]:
    """Each `sh` is a shell of its own, with `-xe`; only those in withCredentials have the variables it binds."""
    bound: dict[str, str] = {}
    for part in _GROOVY.finditer(block):
        if part["bound"]:
            names = dict(re.findall(r"(\w+): '(\w+)'", part["bound"]))
            bound = {names["usernameVariable"]: "user", names["passwordVariable"]: "password"}
        elif part["end"]:
            bound = {}
        else:
            script = textwrap.dedent(part["long"] or part["short"])
            yield Shell(script=f"set -xe\n{script}", variables=bound)


def _gitlab(block: str) -> Iterator[Shell]:
    """The lines of a section share a shell; every shell has the variables of the project."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for part in _YAML.finditer(block):
        if part["key"]:
            lines = sections.setdefault(part["key"], [])
        else:
            lines.append(part["line"])
    for found in filter(None, sections.values()):
        script = "\n".join(["set -e", *found])
        yield Shell(script=script, variables={"AWSFED_USER": "user", "AWSFED_PASSWORD": "password"})


def _github(block: str) -> Iterator[Shell]:
    """Each `run` is a shell of its own, and has the variables that stand below it."""
    steps: list[tuple[str, dict[str, str]]] = []
    for part in _YAML.finditer(block):
        if part["run"]:
            steps.append((part["run"], {}))
        elif part["value"]:
            steps[-1][1][part["key"]] = "password" if part["value"].startswith("secrets.") else "user"
    for run, variables in steps:
        yield Shell(script=f"set -e\n{run}", variables=variables)
