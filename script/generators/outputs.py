"""Everything that is generated, by path."""

from pathlib import Path

from script.generators import manual, reference, rest
from script.generators.completions import bash, fish, powershell, zsh
from script.generators.tree import read_tree

FOLDERS = ("man", "completions")
"""Folders that hold nothing else: what is not made any more is removed from them."""


def make() -> dict[str, str]:
    """Return the text of every generated file by its path, relative to the project."""
    tree = read_tree()
    return {
        **manual.pages(tree),
        "completions/awsfed.bash": bash.script(tree),
        "completions/_awsfed": zsh.script(tree),
        "completions/awsfed.fish": fish.script(tree),
        "completions/awsfed.ps1": powershell.script(tree),
        "docs/reference/commands.md": reference.commands(tree),
        "docs/reference/settings.md": reference.settings(),
        "docs/reference/exit-codes.md": reference.exit_codes(),
        "docs/reference/rest.md": rest.page(),
    }


def write(folder: Path) -> None:
    """Write every generated file below a folder, and remove those that are not generated any more."""
    made = make()
    for name in FOLDERS:
        for path in (folder / name).glob("*"):
            if path.relative_to(folder).as_posix() not in made:
                path.unlink()
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
