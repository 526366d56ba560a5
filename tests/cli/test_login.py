"""Signing in, at a terminal and without one."""

import getpass
import json
from pathlib import Path

import pytest
from cli.conftest import Shell
from conftest import Workstation

from awsfed.sandbox.crowd import faults


def passwords_sent(shell: Shell) -> int:
    """Count the requests that carried a password."""
    return sum(path.endswith("/authentication") for _, path in shell.crowd_calls())


def move_crowd(shell: Shell) -> str:
    """Let the settings name the same Crowd by another address; return it."""
    address = shell.sandbox.crowd_url.replace("127.0.0.1", "localhost")
    shell.change_settings(shell.sandbox.crowd_url, address)
    return address


def test_signing_in_says_who_until_when_and_what_next(shell: Shell) -> None:
    """Two lines, on stderr; the password went out once."""
    first, second = shell.login().splitlines()

    assert first.startswith(f"Signed in to {shell.sandbox.crowd_url} as alice until ")
    assert "2 connectors are open to you: awsfed connectors" == second
    assert 1 == passwords_sent(shell)


def test_the_name_is_remembered(shell: Shell) -> None:
    """Who signed in before need not say the name again, not even after signing out."""
    shell.login("bob")
    shell.says("logout")

    assert " as bob until " in shell.says("login", "--password-stdin", stdin="bob-sandbox\n")


def test_the_name_is_kept_as_the_directory_spells_it(shell: Shell) -> None:
    """Case and spelling are those of Crowd."""
    assert " as alice until " in shell.says("login", "-u", "ALICE", "--password-stdin", stdin="alice-sandbox\r\n")


def test_the_name_may_be_a_setting(shell: Shell) -> None:
    """A variable counts where no name is given, and the password may be one too."""
    environ = {"AWSFED_USER": "bob", "AWSFED_PASSWORD": "bob-sandbox"}

    assert " as bob until " in shell.says("login", environ=environ)


def test_without_any_name_it_is_that_of_the_account(shell: Shell) -> None:
    """Nobody can be asked, so the login name of this machine is tried."""
    shell.sandbox.crowd.directory.add_user(getpass.getuser(), password="x")

    assert f" as {getpass.getuser()} until " in shell.says("login", "--password-stdin", stdin="x\n")


@pytest.mark.parametrize(
    ("user", "password"), [("alice", "wrong"), ("nobody", "alice-sandbox"), ("dave", "dave-sandbox")]
)
def test_a_wrong_password_an_unknown_name_and_a_switched_off_account_are_one_answer(
    shell: Shell, user: str, password: str
) -> None:
    """Nobody learns which names exist."""
    said = shell.fails(5, "login", "--user", user, "--password-stdin", stdin=f"{password}\n")

    assert said.splitlines()[0].endswith("did not accept this name and password")
    assert password not in said
    assert 1 == passwords_sent(shell)
    assert "Not signed in" in shell.answers("status")


def test_an_expired_password_says_so(shell: Shell) -> None:
    """The right but expired password has an answer of its own."""
    said = shell.fails(5, "login", "--user", "erin", "--password-stdin", stdin="erin-sandbox\n")

    assert "has to be changed" in said


def test_an_empty_password_goes_nowhere(shell: Shell) -> None:
    """Crowd is not asked."""
    assert "the password is empty" in shell.fails(5, "login", "--user", "alice", "--password-stdin", stdin="\n")
    assert [] == shell.crowd_calls()


def test_without_a_terminal_there_must_be_a_password(shell: Shell) -> None:
    """The hint names both ways to hand it over."""
    said = shell.fails(5, "login", "--user", "alice")

    assert "awsfed login --password-stdin, or AWSFED_PASSWORD" in said
    assert [] == shell.crowd_calls()


def test_a_password_is_never_an_argument(shell: Shell) -> None:
    """There is no option for it."""
    assert "No such option" in shell.fails(2, "login", "--user", "alice", "--password", "alice-sandbox")


def test_a_failed_login_leaves_the_session_before_it(alice: Shell) -> None:
    """Replace after success, never clear first."""
    alice.fails(5, "login", "--password-stdin", stdin="wrong\n")

    assert "alice at " in alice.answers("status")


def test_crowd_out_of_reach_is_7_and_one_try(shell: Shell) -> None:
    """A password is never sent again by itself."""
    shell.sandbox.crowd.faults.add(faults.reset(), times=5)

    shell.fails(7, "login", "--user", "alice", "--password-stdin", stdin="alice-sandbox\n")

    assert 1 == passwords_sent(shell)


def test_somebody_else_finds_nothing_of_who_was_here_before(shell: Shell) -> None:
    """Signing in as another user removes what the first had: cache and written profiles."""
    shell.login("alice")
    shell.says("credentials", "dev", "--profile", "written")
    shell.login("carol")

    assert "[written]" not in (shell.aws / "credentials").read_text()
    assert not [entry for entry in shell.workstation.cache.iterdir() if entry.name.startswith("dev.")]
    assert "carol at " in shell.answers("status")


def test_named_connectors_become_profiles(shell: Shell) -> None:
    """One command from a fresh machine to a working profile."""
    assert "Configured profile dev." in shell.login("alice", "dev")
    assert "[profile dev]" in (shell.aws / "config").read_text()


def test_a_connector_that_is_not_granted_is_said_after_signing_in(shell: Shell) -> None:
    """The session stays: the password was right."""
    said = shell.fails(6, "login", "--user", "alice", "--password-stdin", "deb", stdin="alice-sandbox\n")

    assert "no connector 'deb' for alice" in said
    assert "did you mean dev?" in said
    assert "alice at " in shell.answers("status")


def test_nothing_granted_is_said(shell: Shell) -> None:
    """Whoever may nothing learns what to do about it."""
    assert "No connector is granted to you yet: ask an administrator" in shell.login("frank")


def test_a_new_crowd_gets_no_password_unasked(alice: Shell) -> None:
    """Where the settings suddenly name another Crowd, and nobody can be asked, the answer is no."""
    address = move_crowd(alice)

    said = alice.fails(10, "login", "--password-stdin", stdin="alice-sandbox\n")

    assert f"{address} is new; until now you signed in to {alice.sandbox.crowd_url}" in said
    assert "hint: the same command with --yes" in said
    assert [] == alice.crowd_calls()


def test_yes_trusts_a_new_crowd(alice: Shell) -> None:
    """From then on it is no longer new."""
    move_crowd(alice)
    arguments = ["login", "--user", "alice", "--password-stdin"]

    alice.says(*arguments, "--yes", stdin="alice-sandbox\n")
    alice.says(*arguments, stdin="alice-sandbox\n")

    assert 2 == len(json.loads(alice.answers("status", "--json"))["sessions"])


@pytest.mark.parametrize(("reply", "sent"), [("n", 0), ("y", 1)])
def test_a_person_is_asked_about_a_new_crowd(alice: Shell, reply: str, sent: int) -> None:
    """The question names both; the password is asked for only after a yes."""
    address = move_crowd(alice)
    with alice.terminal("login", "--user", "alice") as terminal:
        terminal.reads(f"Until now you signed in to {alice.sandbox.crowd_url}.")
        terminal.reads("[y/N]:")
        terminal.types(reply)
        if sent:
            terminal.reads(f"Password of alice at {address}:")
            terminal.types_unseen("alice-sandbox")

        assert bool(terminal.ends()) is not bool(sent)
    assert sent == passwords_sent(alice)


def test_a_person_types_name_and_password(shell: Shell) -> None:
    """The name is offered, the password is not shown, and stdout stays empty."""
    with shell.terminal("login") as terminal:
        terminal.reads(f"User name [{getpass.getuser()}]:")
        terminal.types("alice")
        terminal.reads(f"Password of alice at {shell.sandbox.crowd_url}:")
        terminal.types_unseen("alice-sandbox")

        assert 0 == terminal.ends()
    assert "Signed in to" in terminal.shown
    assert "alice-sandbox" not in terminal.shown


def test_an_empty_line_is_no_password(shell: Shell) -> None:
    """It is not asked for again and again."""
    with shell.terminal("login", "--user", "alice") as terminal:
        terminal.reads("Password of alice")
        terminal.types_unseen("")

        assert 5 == terminal.ends()
    assert "the password is empty" in terminal.shown


@pytest.fixture
def bare(workstation: Workstation) -> Shell:
    """A machine without a keyring, whose settings say nothing about it."""
    shell = Shell(workstation)
    shell.change_settings('[secrets]\nstore = "file"\n', "")
    shell.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    return shell


def test_without_a_keyring_nothing_is_kept_unasked(bare: Shell) -> None:
    """Before the password goes out, the missing keyring is an error."""
    said = bare.fails(8, "login", "--user", "alice", "--password-stdin", stdin="alice-sandbox\n")

    assert "this machine has no keyring that can be used" in said
    assert [] == bare.crowd_calls()


def test_yes_agrees_to_a_private_file(bare: Shell) -> None:
    """The agreement is kept: later commands need no --yes."""
    bare.says("login", "--user", "alice", "--yes", "--password-stdin", stdin="alice-sandbox\n")
    bare.says("login", "--user", "alice", "--password-stdin", stdin="alice-sandbox\n")

    assert "dev" in bare.answers("connectors")
    state = bare.workstation.home / ".local" / "state" / "awsfed"
    assert "file\n" == (state / "secrets-store").read_text()
    assert {0o600} == {path.stat().st_mode & 0o777 for path in (state / "sessions").iterdir()}


@pytest.mark.parametrize(("reply", "kept"), [("y", True), ("n", False)])
def test_a_person_is_asked_about_a_private_file(bare: Shell, reply: str, kept: bool) -> None:
    """Only a yes keeps the session in a file."""
    with bare.terminal("login", "--user", "alice") as terminal:
        terminal.reads("There is no keyring here. Keep your session in a file that only you can read? [y/N]:")
        terminal.types(reply)
        if kept:
            terminal.reads("Password of alice")
            terminal.types_unseen("alice-sandbox")

        assert bool(terminal.ends()) is not kept
    assert kept == bool(passwords_sent(bare))


def test_a_locked_keyring_is_8_and_its_own_words_stay_inside(keyring: Shell) -> None:
    """What a backend says could hold anything, so it is not repeated."""
    Path(keyring.environ["FILE_KEYRING"]).with_suffix(".lock").touch()

    said = keyring.fails(8, "login", "--user", "alice", "--password-stdin", stdin="alice-sandbox\n")

    assert "the keyring is locked" in said
    assert "not to be shown" not in said
