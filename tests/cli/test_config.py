"""Writing, checking and showing settings, and keeping the application's secret."""

import json
import stat
import tomllib
from pathlib import Path

import pytest
from cli.conftest import Shell

ANSWERS = ["--crowd-url", "https://crowd.example.org/crowd", "--application", "awsfed"]


@pytest.fixture
def fresh(shell: Shell) -> Shell:
    """A home without a settings file."""
    shell.workstation.config.unlink()
    return shell


def written(shell: Shell) -> dict[str, object]:
    """Return what the settings file sets."""
    return tomllib.loads(shell.workstation.config.read_text())


def test_init_asks_what_must_be_known(fresh: Shell) -> None:
    """Questions with defaults; what is left empty stays a comment."""
    with fresh.terminal("config", "init") as terminal:
        terminal.reads("Address of Crowd, with its context path:")
        terminal.types("https://crowd.example.org/crowd")
        terminal.reads("Application name in Crowd [awsfed]:")
        terminal.types("")
        terminal.reads("Group of the administrators:")
        terminal.types("aws-admins")
        terminal.reads("AWS region:")
        terminal.types("")

        assert 0 == terminal.ends()
    found = written(fresh)
    assert {"url": "https://crowd.example.org/crowd", "application": "awsfed"} == found["crowd"]
    assert {"administrators": ["aws-admins"]} == found["access"]
    assert {} == found["aws"]
    assert "Next: awsfed config set-secret" in terminal.shown
    assert 0o600 == fresh.workstation.config.stat().st_mode & 0o777


def test_init_without_a_terminal(fresh: Shell) -> None:
    """Everything is an option, and what it writes has no mistakes."""
    said = fresh.says("config", "init", *ANSWERS, "--administrators", "aws-admins", "--region", "eu-west-1")

    assert said.startswith(f"Wrote {fresh.workstation.config}.\n")
    assert {"region": "eu-west-1"} == written(fresh)["aws"]
    assert "No mistakes found.\n" == fresh.says("config", "check")


def test_init_where_nothing_can_be_written(fresh: Shell) -> None:
    """A sentence, whichever part of the path is in the way."""
    fresh.workstation.config.parent.rmdir()
    fresh.workstation.config.parent.write_text("a file")

    assert "cannot be written" in fresh.fails(8, "config", "init", *ANSWERS)


def test_init_without_a_terminal_says_what_is_missing(fresh: Shell) -> None:
    """By the name of the option; nothing is written."""
    assert "There is no terminal to ask on; give --crowd-url." in fresh.fails(2, "config", "init")
    assert not fresh.workstation.config.exists()


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--crowd-url", "http://crowd.example.org", "must begin with https://"),
        ("--crowd-url", "https://user:canary@crowd.example.org", "is not a URL"),
        ("--region", "nowhere", "is not the name of a region"),
        ("--application", " x", "white space"),
    ],
)
def test_init_writes_nothing_that_is_wrong(fresh: Shell, option: str, value: str, complaint: str) -> None:
    """A mistake is said at once, and not at the next command."""
    said = fresh.fails(2, "config", "init", *ANSWERS, option, value)

    assert f"Invalid value for '{option}'" in said
    assert complaint in said
    assert "canary" not in said
    assert not fresh.workstation.config.exists()


def test_init_asks_again_after_a_wrong_answer(fresh: Shell) -> None:
    """The person is still there."""
    with fresh.terminal("config", "init") as terminal:
        terminal.reads("Address of Crowd, with its context path:")
        terminal.types("crowd.example.org")
        terminal.reads("is not a URL such as")
        terminal.reads("Address of Crowd, with its context path:")
        terminal.presses_ctrl_c()
        terminal.ends()


def test_init_replaces_nothing_unasked(shell: Shell) -> None:
    """A settings file that exists is somebody's work."""
    before = shell.workstation.config.read_text()

    assert "there is a settings file already" in shell.fails(10, "config", "init", *ANSWERS)
    assert before == shell.workstation.config.read_text()
    shell.says("config", "init", *ANSWERS, "--replace")
    assert before != shell.workstation.config.read_text()


def test_init_writes_where_the_settings_are_read(fresh: Shell, tmp_path: Path) -> None:
    """The option and the variable for another file count here too."""
    elsewhere = tmp_path / "elsewhere" / "awsfed.toml"

    fresh.says("--config", str(elsewhere), "config", "init", *ANSWERS)

    assert elsewhere.is_file()
    assert "https://crowd.example.org/crowd" in fresh.answers("--config", str(elsewhere), "config", "show")


def test_check_finds_every_mistake_at_once(shell: Shell) -> None:
    """Each with file, line and key, in the order of the file; warnings are marked; nothing is asked of anybody."""
    lines = [
        "[crowd]",
        'url = "ftp://crowd"',
        'application = "awsfed"',
        "[session]",
        "hours = 99",
        "minutes = 5",
        "[connectors.dev]",
        'type = "ASSUME_ROLE"',
        'key = "main"',
        'role_arn = "developer"',
        "duration = 60",
    ]
    shell.workstation.config.write_text("\n".join(lines))

    end = shell.run("config", "check", environ={"AWSFED_CONECTOR": "x"})

    assert 3 == end.status
    places = [
        line.partition(": ")[0] for line in end.out.splitlines() if line.startswith(str(shell.workstation.config))
    ]
    expected = [f"{shell.workstation.config}, line {number}" for number in (2, 5, 6)]
    assert expected == places[:3]
    assert {f"{shell.workstation.config}, line {number}" for number in (10, 11)} <= set(places)
    assert "session.hours must be a whole number from 1 to 24" in end.out
    assert "connectors.dev.role_arn is not an ARN" in end.out
    assert "warning: AWSFED_CONECTOR: is not a variable of awsfed\n  hint: did you mean AWSFED_CONNECTOR?" in end.out
    assert [] == shell.crowd_calls()


def test_a_command_tells_the_first_mistake_and_how_many_there_are(shell: Shell) -> None:
    """With the command that shows them all."""
    shell.add_settings("[nonsense]\n[more]\n")

    said = shell.fails(3, "connectors")

    assert "(and 1 more)" in said
    assert "config check shows them all" in said


def test_check_of_a_file_that_is_no_toml(shell: Shell) -> None:
    """The line is named."""
    shell.workstation.config.write_text("[crowd]\nurl = \n")

    end = shell.run("config", "check")

    assert 3 == end.status
    assert f"{shell.workstation.config}, line 2" in end.out


def test_check_with_warnings_only(shell: Shell) -> None:
    """A warning is no failure."""
    shell.change_settings("[keys.main]", "[keys.other]")

    end = shell.run("config", "check")

    assert 0 == end.status
    assert "warning: " in end.out
    assert 'names the access key "main", for which there is no [keys.*] table' in end.out


def test_check_online_asks_crowd_too(shell: Shell) -> None:
    """Whether it is one, and accepts the application."""
    said = shell.says("config", "check", "--online")

    assert f"{shell.sandbox.crowd_url} is a Crowd and accepts the application.\n" in said


def test_check_online_tells_a_refused_application(shell: Shell) -> None:
    """A wrong password of the application is a wrong setting."""
    (shell.workstation.home / "sandbox" / "crowd-application-password").write_text("wrong\n")

    end = shell.run("config", "check", "--online")

    assert 3 == end.status
    assert "awsfed: error: Crowd" in end.err


def test_show_tells_where_every_value_comes_from(shell: Shell) -> None:
    """File and line, variable, or default."""
    environ = {"AWSFED_REGION": "us-east-1"}

    rows = {row["name"]: row for row in json.loads(shell.answers("config", "show", "--json", environ=environ))}

    assert ("us-east-1", "AWSFED_REGION") == (rows["aws.region"]["value"], rows["aws.region"]["source"])
    assert f"{shell.workstation.config}, line 2" == rows["crowd.url"]["source"]
    assert ("12", "default") == (rows["session.hours"]["value"], rows["session.hours"]["source"])
    assert not any(row["locked"] for row in rows.values())
    assert "canary" not in json.dumps(rows)
    table = shell.answers("config", "show", environ=environ)
    assert ["SETTING", "VALUE", "FROM"] == table.splitlines()[0].split()
    assert "AWSFED_REGION" in table


def test_show_tells_options_of_this_run(shell: Shell) -> None:
    """The command line comes last."""
    rows = {row["name"]: row for row in json.loads(shell.answers("--max-retries", "2", "config", "show", "--json"))}

    assert "2" == rows["retry.max_retries"]["value"]
    assert "the command line" == rows["retry.max_retries"]["source"]


@pytest.fixture
def from_keyring(keyring: Shell) -> Shell:
    """Settings that take the application's secret from the keyring."""
    password = keyring.workstation.home / "sandbox" / "crowd-application-password"
    keyring.change_settings(f'secret = "file:{password}"', 'secret = "keyring"')
    return keyring


def test_the_secret_of_the_application_goes_into_the_keyring(from_keyring: Shell) -> None:
    """Without it nothing works, and the hint says how to put it there."""
    said = from_keyring.fails(8, "login", "-u", "alice", "--password-stdin", stdin="alice-sandbox\n")
    assert "has no secret of the Crowd application 'awsfed'\n  hint: awsfed config set-secret" in said

    assert "Kept it in the keyring.\n" == from_keyring.says(
        "config", "set-secret", "--stdin", stdin="sandbox-application\n"
    )

    from_keyring.login()
    assert "sandbox-application" not in from_keyring.workstation.config.read_text()


def test_the_secret_goes_into_the_file_that_the_settings_name(from_keyring: Shell) -> None:
    """On a machine without a keyring the same command mends the same mistake; elsewhere nothing can be kept."""
    place = from_keyring.workstation.home / "secrets" / "crowd"
    from_keyring.change_settings('secret = "keyring"', f'secret = "file:{place}"')

    said = from_keyring.says("config", "set-secret", "--stdin", stdin="sandbox-application\n")

    assert f"Kept it in {place}.\n" == said
    assert (0o600, 0o700) == tuple(stat.S_IMODE(one.stat().st_mode) for one in (place, place.parent))
    from_keyring.login()

    from_keyring.change_settings(f'secret = "file:{place}"', 'secret = "environment"')
    assert "where nothing can be kept" in from_keyring.fails(2, "config", "set-secret", "--stdin", stdin="x\n")


def test_the_secret_is_typed_unseen(from_keyring: Shell) -> None:
    """The question names application and address."""
    with from_keyring.terminal("config", "set-secret", columns=200) as terminal:
        terminal.reads(f"Secret of the application awsfed at {from_keyring.sandbox.crowd_url}:")
        terminal.types_unseen("sandbox-application")

        assert 0 == terminal.ends()
    assert "sandbox-application" not in terminal.shown
    from_keyring.login()


def test_set_secret_without_a_terminal_or_a_secret(from_keyring: Shell) -> None:
    """Nothing is kept."""
    assert "use --stdin" in from_keyring.fails(2, "config", "set-secret")
    assert "The secret is empty." in from_keyring.fails(2, "config", "set-secret", "--stdin", stdin="\n")


def test_where_there_is_no_keyring_nothing_is_asked(from_keyring: Shell) -> None:
    """And what is said names the places that there are for this secret."""
    for store in ("file", "keyring.backends.fail.Keyring"):
        from_keyring.change_settings('store = "fakes.file_keyring.FileKeyring"', f'store = "{store}"')
        said = from_keyring.fails(8, "config", "set-secret", "--stdin", stdin="")
        from_keyring.change_settings(f'store = "{store}"', 'store = "fakes.file_keyring.FileKeyring"')

        assert "keyring" in said
        assert 'crowd.secret = "file:/etc/awsfed/crowd-secret", or "environment"' in said


def test_settings_without_anybody_to_ask_are_told(shell: Shell) -> None:
    """There is no mistake in them, and nothing works with them."""
    shell.workstation.config.unlink()

    assert "Neither a broker nor a Crowd is set: awsfed login --broker URL" in shell.run("config", "check").err
