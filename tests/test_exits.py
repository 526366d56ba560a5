"""What every end of the program looks like: its status, and what it says on which stream."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from cli.terminal import AWSFED, Ended, Terminal, ended

from awsfed import errors
from awsfed.cli import exits
from awsfed.errors import AwsfedError

LOADED = "import awsfed.outside.aws, awsfed.outside.retry, awsfed.broker.identity.interface, awsfed.settings.problems"


def below(kind: type[AwsfedError]) -> set[type[AwsfedError]]:
    """Return a class of errors and all those derived from it."""
    return {kind}.union(*map(below, kind.__subclasses__()))


class BrokenEnviron(Mapping[str, str]):
    """An environment that fails in a way nobody thought of, with a secret at hand."""

    def __getitem__(self, name: str) -> str:
        secret = "canary-" + "local"
        raise RuntimeError(f"no {name}, secret of {len(secret)}")

    def __iter__(self) -> Iterator[str]:
        secret = "canary-" + "local"
        raise RuntimeError(f"a {len(secret)} letter secret")

    def __len__(self) -> int:
        return 1


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A home without settings."""
    return {"HOME": str(tmp_path), "PATH": os.defpath}


def test_every_error_has_an_exit_code() -> None:
    """Each class resolves, by itself or its family, to a code that neither shells nor exec use."""
    exec(LOADED, {})  # the doors have errors of their own
    kinds = below(AwsfedError) - {AwsfedError}

    codes = {kind.__name__: exits.code_of(kind.__new__(kind)) for kind in kinds}

    assert len(codes) > 25
    assert {} == {name: code for name, code in codes.items() if not 3 <= code <= 124}


def test_every_code_has_a_meaning() -> None:
    """The documented table holds exactly the codes that can happen."""
    ours = {exits.OK, exits.UNEXPECTED, exits.USAGE, exits.EXEC_FAILED, exits.INTERRUPTED, exits.UNREAD}
    possible = {*exits.CODES.values(), *ours}

    assert possible == set(exits.MEANINGS)
    assert all(meaning.endswith(".") for meaning in exits.MEANINGS.values())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InvalidValue("x"), 3),
        (errors.NotFound("x"), 4),
        (errors.PasswordExpired("x"), 5),
        (errors.UserInactive("x"), 6),
        (errors.Busy("x"), 7),
        (errors.KeyringLocked("x"), 8),
        (errors.ProtocolError("x"), 9),
        (errors.Refused("x"), 10),
    ],
)
def test_codes_do_not_change(error: AwsfedError, code: int) -> None:
    """Codes are public: scripts depend on each of them."""
    assert code == exits.code_of(error)


UNSET = "neither a broker nor a Crowd is set"
UNSET_HINT = "awsfed login --broker URL, or awsfed config init to be the broker yourself"


def test_an_error_is_a_sentence_and_a_hint(environ: dict[str, str]) -> None:
    """What happened, then what to type next, both on stderr."""
    expected = f"awsfed: error: {UNSET}\n  hint: {UNSET_HINT}\n"

    assert Ended(3, "", expected) == ended("login", environ=environ)


@pytest.mark.parametrize(
    ("typed", "meant"), [("lgoin", "login"), ("connector", "connectors"), ("version", None), ("doctor", None)]
)
def test_a_command_that_is_none(environ: dict[str, str], typed: str, meant: str | None) -> None:
    """What it is like is named, and nothing that it is hardly like."""
    said = ended(typed, environ=environ)

    assert 2 == said.status
    assert f"No such command {typed!r}." + (f" Did you mean {meant!r}?" if meant else "") + "\n" in said.err


def test_a_server_without_settings_is_told_how_they_are_made(environ: dict[str, str]) -> None:
    """Whoever serves is no workstation."""
    said = ended("serve", environ=environ)

    assert 3 == said.status
    assert "no Crowd is set\n  hint: awsfed serve --init makes" in said.err


def test_help_breaks_no_name_of_a_command(environ: dict[str, str]) -> None:
    """It would be copied as two words."""
    assert "docker-credential-awsfed" in ended("ecr", "--help", environ=environ).out


def test_a_failed_credential_process_says_one_line(environ: dict[str, str]) -> None:
    """SDKs show what stands on stderr; message and hint share one line."""
    expected = f"awsfed: error: {UNSET}; {UNSET_HINT}\n"

    assert Ended(3, "", expected) == ended("credential-process", "dev", environ=environ)


@pytest.mark.parametrize(
    "arguments", [[], ["one", "two"], ["--key", "x"], ["--key"], ["--nothing"], ["a", "--key", "b"]]
)
def test_a_misspelt_credential_process_says_one_line_too(environ: dict[str, str], arguments: list[str]) -> None:
    """Whoever wrote the line into a file does not see the usage of the command."""
    end = ended("credential-process", *arguments, environ=environ)

    assert (2, "") == (end.status, end.out)
    assert end.err.startswith("awsfed: error: ")
    assert 1 == end.err.count("\n")
    assert end.err.endswith("; awsfed credential-process --help\n")


def test_a_bug_is_one_sentence() -> None:
    """Status 1, no traceback, and nothing of what the error itself says."""
    end = ended("status", environ=BrokenEnviron())

    assert (1, "") == (end.status, end.out)
    assert end.err.startswith("awsfed: error: unexpected RuntimeError, a bug in awsfed\n  hint: ")
    assert "Traceback" not in end.err
    assert "letter secret" not in end.err


def test_a_bug_in_a_credential_process_is_one_line() -> None:
    """Not even a bug makes the process say more."""
    end = ended("credential-process", "dev", environ=BrokenEnviron())

    assert (1, "") == (end.status, end.out)
    assert end.err.startswith("awsfed: error: unexpected RuntimeError, a bug in awsfed; ")
    assert 1 == end.err.count("\n")


def test_a_bug_with_debug_has_a_traceback_without_locals() -> None:
    """Developers see where it happened, and no value of any variable."""
    end = ended("--debug", "status", environ=BrokenEnviron())

    assert 1 == end.status
    assert "Traceback (most recent call last)" in end.err
    assert "in __iter__" in end.err
    assert "canary-local" not in end.err


@pytest.mark.parametrize("arguments", [["nothing"], ["--nothing"], ["status", "more"], ["env", "-f", "tcsh"], ["keys"]])
def test_a_wrong_command_line_is_2(environ: dict[str, str], arguments: list[str]) -> None:
    """Click's own answers keep click's own status, and stdout stays empty."""
    end = ended(*arguments, environ=environ)

    assert (2, "") == (end.status, end.out)
    assert "Usage: awsfed" in end.err


def test_a_mistyped_command_is_guessed(environ: dict[str, str]) -> None:
    """The likely command is named."""
    assert "Did you mean 'connectors'?" in ended("conectors", environ=environ).err


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], ["--version"], ["-V"], ["exec", "--help"], ["keys", "add", "-h"]]
)
def test_help_and_version_succeed(environ: dict[str, str], arguments: list[str]) -> None:
    """What was asked for is an answer: stdout, status 0."""
    end = ended(*arguments, environ=environ)

    assert (0, "") == (end.status, end.err)
    assert end.out


def test_every_command_has_help(environ: dict[str, str]) -> None:
    """Each says what it is for, at its own and at its parent's place."""
    from awsfed.cli.main import COMMANDS

    overview = ended("--help", environ=environ).out

    for name in COMMANDS:
        end = ended(name, "--help", environ=environ)
        assert 0 == end.status
        assert f"Usage: awsfed {name}" in end.out
        assert f"\n  {name}" in overview


def test_ctrl_c_at_a_question_is_130(environ: dict[str, str]) -> None:
    """An interrupt is said in a word, without a traceback."""
    with Terminal([AWSFED, "config", "init"], environ) as terminal:
        terminal.reads("Address of Crowd, with its context path:")
        terminal.presses_ctrl_c()

        assert 130 == terminal.ends()
        assert terminal.lines[-1].endswith("interrupted")
        assert "Traceback" not in terminal.shown


def test_ctrl_d_at_a_question_is_130(environ: dict[str, str]) -> None:
    """The end of the input stops as an interrupt does."""
    with Terminal([AWSFED, "config", "init"], environ) as terminal:
        terminal.reads("Address of Crowd, with its context path:")
        terminal.presses_ctrl_d()

        assert 130 == terminal.ends()
        assert terminal.lines[-1].endswith("interrupted")
        assert "Traceback" not in terminal.shown


@pytest.mark.parametrize("arguments", [["config", "show"], ["--help"], ["--version"], ["config", "show", "--json"]])
def test_a_reader_who_left_is_no_news(environ: dict[str, str], arguments: list[str]) -> None:
    """Nothing is said about a closed pipe, and it is no bug: the code is what a shell tells of SIGPIPE."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        result = subprocess.run(
            [AWSFED, *arguments], env=environ, stdout=writing, stderr=subprocess.PIPE, text=True, check=False
        )
    finally:
        os.close(writing)

    assert "" == result.stderr
    assert exits.UNREAD == result.returncode == 128 + signal.SIGPIPE
