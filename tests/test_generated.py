import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from awsfed.cli.main import cli
from awsfed.wiring import Wiring
from script.generators import outputs
from script.generators.examples import EXAMPLES, examples_of
from script.generators.tree import Command, read_tree

ROOT = Path(__file__).parent.parent
TREE = read_tree()
COMMANDS = list(TREE.all())
MADE = outputs.make()
EXAMPLE_LINES = sorted(
    {line for pairs in EXAMPLES.values() for line, _ in pairs}
    | {line for command in COMMANDS for line in command.examples}
)
PAGES = sorted(name for name in MADE if name.startswith("man/"))


def test_generated_files_are_up_to_date(tmp_path: Path) -> None:
    """What the generators make is, byte for byte, what stands in the project."""
    subprocess.run([sys.executable, ROOT / "script" / "generate", tmp_path], check=True)
    stale = [name for name in MADE if not _same(tmp_path / name, ROOT / name)]
    assert [] == stale, "run: .venv/bin/python script/generate"


def test_nothing_is_left_of_commands_that_are_gone() -> None:
    """The folders of generated files hold nothing else."""
    found = {path.relative_to(ROOT).as_posix() for name in outputs.FOLDERS for path in (ROOT / name).iterdir()}
    assert {name for name in MADE if name.startswith(outputs.FOLDERS)} == found


def test_writing_removes_what_is_not_made_any_more(tmp_path: Path) -> None:
    """A page of a command that is gone goes too, and other folders are left alone."""
    (tmp_path / "man").mkdir()
    (tmp_path / "man" / "awsfed-gone.1").touch()
    (tmp_path / "README.md").touch()
    outputs.write(tmp_path)
    assert not (tmp_path / "man" / "awsfed-gone.1").exists()
    assert (tmp_path / "README.md").exists()


@pytest.mark.parametrize("name", PAGES)
def test_manual_pages_are_clean(name: str) -> None:
    """Groff reads a page without a single warning."""
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed: apt-get install groff-base")
    result = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8"], input=MADE[name], capture_output=True, text=True, check=True
    )
    assert "" == result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_explains_itself(command: Command) -> None:
    """Its help works, has a sentence, and a sentence for every option."""
    result = CliRunner().invoke(cli, [*command.path[1:], "--help"], prog_name="awsfed", obj=Wiring(environ={}))
    assert 0 == result.exit_code
    assert command.summary.split()[0] in result.stdout
    assert command.summary.endswith(".")
    assert [] == [option.names for option in command.options if not option.help.endswith(".")]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_an_example(command: Command) -> None:
    """Each has one of its own, or is in an example of its group."""
    lines = [line for line, _ in EXAMPLES.get(" ".join(command.path[:-1]), ())]
    in_group = [line for line in lines if command.path[-1] in shlex.split(line)]
    assert examples_of(command.name, command.examples) or in_group


@pytest.mark.parametrize("line", EXAMPLE_LINES)
def test_examples_are_real(line: str) -> None:
    """The command line accepts what the examples show, without running it."""
    words = shlex.split(line.removeprefix('eval "$(').removesuffix(')"').partition(" && ")[0].partition(" < ")[0])
    assert "awsfed" == words[0]
    with cli.make_context("awsfed", words[1:], obj=None) as context:
        _parse(cli, context)


def _parse(command: click.Command, context: click.Context) -> None:
    if isinstance(command, click.Group):
        arguments = [*context._protected_args, *context.args]
        name, found, rest = command.resolve_command(context, arguments)
        assert found is not None
        with found.make_context(name, rest, parent=context) as below:
            _parse(found, below)


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()
