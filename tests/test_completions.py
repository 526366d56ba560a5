import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(sys.executable).parent
FOLDER = Path(__file__).parent.parent / "completions"
NAMES = ["dev", "dev-logs", "ops"]
FORMATS = ["bamboo", "bash", "cmd", "dotenv", "fish", "github", "gitlab", "json", "powershell"]


class Shell:
    """A shell with the names of the last listing at hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        cache = folder / "cache" / "awsfed"
        cache.mkdir(parents=True, mode=0o700)
        (cache / "names").touch(0o600)
        (cache / "names").write_text("".join(f"{name}\n" for name in NAMES))
        (folder / "settings.toml").touch()
        self.environ = {
            "PATH": f"{SCRIPTS}:{os.environ['PATH']}",
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "TERM": "dumb",
        }

    def run(self, *command: str, program: str = "") -> str:
        """Run a shell with a program on its standard input."""
        result = subprocess.run(
            command,
            input=program,
            env=self.environ,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert "" == result.stderr
        return result.stdout

    def bash(self, *words: str) -> list[str]:
        """Return what bash offers for the last of the words behind `awsfed`."""
        program = (
            f'. "{FOLDER}/awsfed.bash"\nCOMP_WORDS=("$@")\nCOMP_CWORD=$(($# - 1))\n_awsfed\n'
            '[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\\n" "${COMPREPLY[@]}"\n'
        )
        return self.run("bash", "--norc", "-s", "--", "awsfed", *words, program=program).splitlines()

    def fish(self, line: str) -> list[str]:
        """Return what fish offers at the end of a line."""
        out = self.run("fish", "--no-config", "-c", f"source '{FOLDER}/awsfed.fish'; complete -C \"{line}\"")
        return sorted({offer.partition("\t")[0] for offer in out.splitlines()})

    def zsh(self, line: str) -> str:
        """Return what zsh shows on a terminal of its own after two tabs at the end of a line."""
        program = f"""
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell 'PS1=; fpath=("{FOLDER}" $fpath); autoload -Uz compinit; compinit -u -D; LISTMAX=0'
            zpty -w shell 'setopt list_ambiguous; zstyle ":completion:*" verbose no; stty cols 500; echo READY'
            zpty -r shell first '*READY*READY*'
            zpty -w -n shell '{line}'$'\\t\\t'
            sleep 1
            zpty -w -n shell $'\\C-u'
            zpty -w shell 'echo DO''NE'
            zpty -r shell seen '*DONE*'
            print -r -- ${{seen//$'\\a'}}
        """
        return self.run("zsh", "-f", "-c", program)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell in a folder of its own."""
    return Shell(tmp_path)


def _needs(name: str) -> None:
    if shutil.which(name) is None:
        if "CI" in os.environ:
            pytest.fail(f"{name} is not installed; script/tools installs it")
        pytest.skip(f"{name} is not installed: sh script/tools")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["co"], ["codeartifact", "config", "configure", "connectors", "console"]),
        (["codeartifact", "login", ""], ["npm", "pip", "twine"]),
        (["codeartifact", "login", "npm", "o"], ["ops"]),
        (["config", "s"], ["set-secret", "show"]),
        (["env", "--f"], ["--format"]),
        (["env", "--format", ""], FORMATS),
        (["env", "--format", "="], FORMATS),
        (["env", "--format", "=", "ba"], ["bamboo", "bash"]),
        (["env", "-f", "d"], ["dotenv"]),
        (["env", "--format", "json", "o"], ["ops"]),
        (["--config", "se"], ["settings.toml"]),
        (["--config", "x", "logi"], ["login"]),
        (["--debug", "console", "dev"], ["dev", "dev-logs"]),
        (["login", "dev", "--user", "alice", ""], NAMES),
        (["console", "dev", "--s"], ["--service"]),
        (["connectors", ""], ["export", "import", "list", "show", "test", "why"]),
        (["connectors", "why", "o"], ["ops"]),
        (["connectors", "--j"], ["--json"]),
        (["credentials", "d"], ["dev", "dev-logs"]),
        (["credentials", "dev", "--pro"], ["--profile"]),
        (["credentials", "wr"], ["write"]),
        (["credentials", "write", "--a"], ["--all"]),
        (["exec", "o"], ["ops"]),
        (["exec", "dev", "--n"], ["--nested"]),
        (["exec", "dev", "--", "printen"], ["printenv"]),
        (["exec", "--min-life", "45m", "dev", "--", "cat", "se"], ["settings.toml"]),
        (["sandbox", "--", "printen"], ["printenv"]),
        (["sandbox", "--directory", "se"], ["settings.toml"]),
        (["console", "--", "dev-"], ["dev-logs"]),
        (["env", "dev", "o"], []),
        (["nonsense", "x"], []),
    ],
)
def test_bash_completes(shell: Shell, words: list[str], expected: list[str]) -> None:
    """Bash offers commands, options, choices, files, connectors, and the commands behind dashes."""
    assert expected == sorted(set(shell.bash(*words)))


def test_bash_offers_the_dashes_themselves(shell: Shell) -> None:
    """Where another command line follows, `--` is offered among the options."""
    assert "--" in shell.bash("exec", "dev", "-")
    assert "--" not in shell.bash("env", "dev", "-")


def test_completion_starts_only_the_launcher(shell: Shell) -> None:
    """Nothing but `awsfed-credentials --names` runs, and only where connectors are wanted."""
    programs = shell.folder / "programs"
    programs.mkdir()
    for name in ("awsfed", "awsfed-credentials"):
        (programs / name).write_text(f'#!/bin/sh\necho "{name} $*" >>"{shell.folder}/started"\n')
        (programs / name).chmod(0o700)
    shell.environ["PATH"] = f"{programs}:/usr/bin:/bin"
    for words in ([""], ["env", "--format", ""], ["exec", "--"], ["exec", ""]):
        shell.bash(*words)
    assert "awsfed-credentials --names\n" == (shell.folder / "started").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("awsfed co", ["codeartifact", "config", "configure", "connectors", "console"]),
        ("awsfed codeartifact login t", ["twine"]),
        ("awsfed --config x logi", ["login"]),
        ("awsfed config s", ["set-secret", "show"]),
        ("awsfed env --format ", FORMATS),
        ("awsfed env --format=d", ["--format=dotenv"]),
        ("awsfed env -f d", ["dotenv"]),
        ("awsfed login dev ", NAMES),
        ("awsfed console dev --s", ["--service"]),
        ("awsfed connectors --j", ["--json"]),
        ("awsfed connectors why o", ["ops"]),
        ("awsfed credentials d", ["dev", "dev-logs"]),
        ("awsfed credentials dev --pro", ["--profile"]),
        ("awsfed exec o", ["ops"]),
        ("awsfed exec dev -- printen", ["printenv"]),
        ("awsfed exec dev -- cat se", ["settings.toml"]),
        ("awsfed env dev o", []),
        ("awsfed --config se", ["settings.toml"]),
    ],
)
def test_fish_completes(shell: Shell, line: str, expected: list[str]) -> None:
    """The real fish offers the same."""
    _needs("fish")
    assert expected == shell.fish(line)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("awsfed co", ["codeartifact", "config", "configure", "connectors", "console"]),
        ("awsfed --config x logi", ["awsfed --config x login"]),
        ("awsfed config s", ["set-secret", "show"]),
        ("awsfed env --format ", FORMATS),
        ("awsfed env -f d", ["awsfed env -f dotenv"]),
        ("awsfed login dev ", NAMES),
        ("awsfed console dev --s", ["awsfed console dev --service"]),
        ("awsfed connectors --j", ["awsfed connectors --json"]),
        ("awsfed connectors wh", ["awsfed connectors why"]),
        ("awsfed connectors why o", ["awsfed connectors why ops"]),
        ("awsfed credentials de", ["dev", "dev-logs"]),
        ("awsfed credentials dev --pro", ["awsfed credentials dev --profile"]),
        ("awsfed credentials rem", ["awsfed credentials remove"]),
        ("awsfed exec o", ["awsfed exec ops"]),
        ("awsfed exec dev -- printen", ["awsfed exec dev -- printenv"]),
        ("awsfed exec dev -- cat se", ["awsfed exec dev -- cat settings.toml"]),
        ("awsfed --config se", ["awsfed --config settings.toml"]),
    ],
)
def test_zsh_completes(shell: Shell, line: str, expected: list[str]) -> None:
    """The real zsh, on a terminal, completes or shows the same."""
    _needs("zsh")
    seen = shell.zsh(line)
    assert [] == [text for text in expected if text not in seen], seen
