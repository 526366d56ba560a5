"""What output looks like: on terminals of several widths, in pipes, and while waiting."""

import json
import re

import pytest
from cli.conftest import Shell

from awsfed.cli import output
from awsfed.sandbox.aws import faults
from awsfed.sandbox.crowd import faults as crowd_faults

LONG = "A connector whose display name is long enough to need a second line on any narrow terminal"
WAIT = re.compile(r"throttled by AWS, retry (\d) of (\d) in (\d\.\d) s")


@pytest.fixture
def long(alice: Shell) -> Shell:
    """A connector with a long name."""
    alice.change_settings('name = "Development"', f'name = "{LONG}"')
    return alice


@pytest.mark.parametrize("columns", [80, 200])
def test_a_table_fits_the_terminal(long: Shell, columns: int) -> None:
    """Nothing is cut off: what does not fit goes on in the next line of its column."""
    with long.terminal("connectors", columns=columns) as terminal:
        assert 0 == terminal.ends()

    assert max(map(len, terminal.lines)) <= columns
    start = next(line.index("NAME") for line in terminal.lines if "CONNECTOR" in line)
    column = " ".join(" ".join(line[start:] for line in terminal.lines).split())
    assert LONG in column
    assert (columns == 200) == (LONG in terminal.shown)


def test_an_id_is_never_broken(alice: Shell) -> None:
    """Where a table has no room, each row is a block of lines, and each id can be copied as one piece."""
    with alice.terminal("connectors", columns=40) as terminal:
        assert 0 == terminal.ends()

    _, *rows = alice.answers("connectors").splitlines()
    ids = [row.split()[0] for row in rows]
    assert [f"CONNECTOR  {one}" for one in ids] == [line for line in terminal.lines if line.startswith("CONNECTOR")]
    assert max(map(len, terminal.lines)) <= 40


def test_a_table_is_drawn_from_the_width_on_at_which_all_of_it_fits(alice: Shell) -> None:
    """A column less, and it is plain; at neither width is a line cut off or broken."""

    def drawn(columns: int) -> str:
        with alice.terminal("connectors", columns=columns) as terminal:
            assert 0 == terminal.ends()
        assert max(map(len, terminal.lines)) <= max(columns, plain)
        return terminal.shown

    plain = max(map(len, alice.answers("connectors").splitlines()))
    bold = "\x1b[1m"
    least = next(columns for columns in range(plain, plain + 20) if bold in drawn(columns))

    assert plain < least
    assert bold not in drawn(least - 1)
    assert bold in drawn(least + 1)


def test_the_list_of_commands_tells_whole_sentences(alice: Shell) -> None:
    """Whatever the width of the terminal; click would cut them off."""
    for arguments in ([], ["audit"], ["connectors"]):
        assert "..." not in alice.answers(*arguments, "--help").partition("Commands:")[2]


def test_a_terminal_has_colours(alice: Shell) -> None:
    """Headings stand out."""
    with alice.terminal("connectors") as terminal:
        assert 0 == terminal.ends()

    assert "\x1b[1m" in terminal.shown


def test_no_color_is_heeded(alice: Shell) -> None:
    """The variable takes colours away; weight is none."""
    with alice.terminal("connectors", environ={"NO_COLOR": "1"}) as terminal:
        assert 0 == terminal.ends()

    assert not re.search(r"\x1b\[(3|4|9|10)\d", terminal.shown)


def test_a_dumb_terminal_gets_no_escapes(alice: Shell) -> None:
    """An editor's shell window cannot act on them."""
    with alice.terminal("connectors", environ={"TERM": "dumb"}) as terminal:
        assert 0 == terminal.ends()

    assert "\x1b" not in terminal.shown


@pytest.mark.parametrize("arguments", [["connectors"], ["status"], ["config", "show"], ["keys", "list"], ["--help"]])
def test_pipes_get_no_escapes(alice: Shell, arguments: list[str]) -> None:
    """Even where the environment speaks of a colourful terminal."""
    environ = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "40"}

    assert "\x1b" not in alice.answers(*arguments, environ=environ)


def test_a_pipe_is_not_wrapped(long: Shell) -> None:
    """One row is one line, however long."""
    assert LONG in long.answers("connectors", environ={"COLUMNS": "40"})


def test_names_with_brackets_are_text(alice: Shell) -> None:
    """Nothing in a name is taken for markup."""
    alice.change_settings('name = "Development"', 'name = "[red]x[/red] :smile:"')
    with alice.terminal("connectors") as terminal:
        assert 0 == terminal.ends()

    assert "[red]x[/red] :smile:" in terminal.shown


def test_waiting_is_shown_on_a_terminal(alice: Shell) -> None:
    """Which retry of how many, and how long; then the answer."""
    alice.sandbox.aws.faults.add(faults.throttle(), times=2)
    with alice.terminal("env", "dev", "-f", "json") as terminal:
        assert 0 == terminal.ends()

    (first, second) = WAIT.findall(terminal.shown)
    assert (("1", "7"), ("2", "7")) == (first[:2], second[:2])
    assert 0.2 <= float(first[2]) <= 0.5
    assert 0.5 <= float(second[2]) <= 1.0
    assert "AWS_ACCESS_KEY_ID" in terminal.shown


def test_waiting_for_crowd_is_shown_too(alice: Shell) -> None:
    """With what went wrong: an answer of Crowd, or that nobody listens there."""
    alice.sandbox.crowd.faults.add(crowd_faults.fail(500))
    with alice.terminal("connectors") as terminal:
        assert 0 == terminal.ends()

    assert re.search(r"Crowd failed with status 500, retry 1 of 7 in 0\.\d s", terminal.shown)
    alice.change_settings(alice.sandbox.crowd_url, "http://127.0.0.1:1/crowd")
    with alice.terminal("--max-retries", "1", "config", "check", "--online") as terminal:
        terminal.reads("127.0.0.1:1 refuses connections, retry 1 of 1 in 0.")
        assert 7 == terminal.ends()


def test_waiting_is_not_shown_elsewhere(alice: Shell) -> None:
    """A log has no use for it, and an SDK would read it."""
    alice.sandbox.aws.faults.add(faults.throttle())
    alice.sandbox.crowd.faults.add(crowd_faults.fail(500))

    end = alice.run("credential-process", "dev")

    assert (0, "") == (end.status, end.err)


def test_a_credential_process_is_silent_on_a_terminal(alice: Shell) -> None:
    """One line of JSON, whatever had to be waited for."""
    alice.sandbox.aws.faults.add(faults.throttle())
    with alice.terminal("credential-process", "dev", columns=2000) as terminal:
        assert 0 == terminal.ends()

    assert 1 == len(terminal.lines)
    assert terminal.lines[0].startswith('{"Version":1')


def test_retries_may_be_switched_off(alice: Shell) -> None:
    """By option or variable."""
    alice.sandbox.aws.faults.add(faults.throttle(), times=2)

    assert "AWS throttles this account" in alice.fails(7, "--max-retries", "0", "env", "dev")
    assert "AWS throttles this account" in alice.fails(7, "env", "dev", environ={"AWSFED_MAX_RETRIES": "0"})
    assert 2 == len(alice.aws_calls())


@pytest.mark.parametrize("value", ["-1", "21"])
def test_retries_have_bounds(alice: Shell, value: str) -> None:
    """Of the option as of the setting."""
    assert "a whole number from 0 to 20" in alice.fails(3, "--max-retries", value, "connectors")


def test_json_holds_nothing_that_a_terminal_could_act_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Some of it is no control character to JSON; whatever is plain stays readable."""
    for value in ({"name": "a\x9b31mb"}, {"name": "\x85"}, ["\u202e", "\u2028", "\ud800"]):
        output.answer_json(value)
        printed = capsys.readouterr().out
        assert printed.isascii()
        assert value == json.loads(printed)
    output.answer_json({"name": "Zoë"})
    assert '{\n  "name": "Zoë"\n}\n' == capsys.readouterr().out
