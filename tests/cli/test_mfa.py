"""Connectors that name an MFA device: who is asked for the code, and who is never."""

import json

import pytest
from cli.conftest import Shell
from fakes.authenticator import next_code

SETTINGS = """
[connectors.coded]
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::123456789012:role/developer"
mfa_serial = "arn:aws:iam::123456789012:mfa/awsfed-broker"
groups = ["aws-developers"]
"""
NOBODY = "connector 'coded' needs an MFA code, and there is nobody here to ask for it"


@pytest.fixture
def coded(shell: Shell) -> Shell:
    """A home where alice has signed in, and may use a connector that wants a code."""
    shell.add_settings(SETTINGS)
    shell.login()
    shell.sandbox.aws.calls.clear()
    return shell


def test_the_person_at_the_terminal_is_asked(coded: Shell) -> None:
    """Nothing but six digits goes to AWS, and they are not shown; SDKs then have the credentials without a question."""
    with coded.terminal("credentials", "coded") as terminal:
        terminal.reads("MFA code of arn:aws:iam::123456789012:mfa/awsfed-broker, for connector 'coded': ")
        terminal.types_unseen("12345")
        terminal.reads("It must be the six digits that the device shows.")
        code = next_code(coded.sandbox.aws)
        terminal.types_unseen(code)
        terminal.reads("Wrote profile coded")
    assert ["AssumeRole"] == [call.action for call in coded.sandbox.aws.calls]
    assert code not in terminal.shown

    assert json.loads(coded.answers("credential-process", "coded"))["Version"] == 1


def test_ctrl_c_at_the_question_sends_nothing(coded: Shell) -> None:
    """It is an interruption like any other."""
    with coded.terminal("credentials", "coded") as terminal:
        terminal.reads("for connector 'coded': ")
        terminal.presses_ctrl_c()
        terminal.reads("\r\ninterrupted")

    assert [] == coded.sandbox.aws.calls


def test_sdks_are_told_what_to_type(coded: Shell) -> None:
    """Neither a terminal nor the variable makes them spend a code: they ask more than once."""
    said = coded.fails(5, "credential-process", "coded", environ={"AWSFED_MFA_CODE": next_code(coded.sandbox.aws)})

    assert f"awsfed: error: {NOBODY}; in a terminal: awsfed credentials coded\n" == said
    with coded.terminal("credential-process", "coded") as terminal:
        terminal.reads(NOBODY)
    assert [] == coded.sandbox.aws.calls


def test_a_script_gives_the_code_in_a_variable(coded: Shell) -> None:
    """It counts for one call; no command that awsfed runs inherits it."""
    code = next_code(coded.sandbox.aws)
    print_it = "import os; print([os.environ.get('AWSFED_MFA_CODE'), 'AWS_SESSION_TOKEN' in os.environ])"
    end = coded.workstation.run(
        "awsfed", "exec", "coded", "--", "python", "-c", print_it, environ={"AWSFED_MFA_CODE": code}
    )

    assert "[None, True]\n" == end.stdout
    wrong = coded.workstation.fails(6, "whoami", "coded", environ={"AWSFED_MFA_CODE": code})
    assert "wait for the next one" in wrong
    assert code not in wrong
    assert "the MFA code must be the six digits" in coded.fails(5, "whoami", "coded", environ={"AWSFED_MFA_CODE": "12"})


def test_without_a_terminal_there_is_nobody_to_ask(coded: Shell) -> None:
    """Every delivery says so, and status tells why nothing was renewed."""
    assert NOBODY in coded.fails(5, "credentials", "coded")
    assert NOBODY in coded.fails(125, "exec", "coded", "--", "true")
    assert NOBODY in coded.run("status").out


def test_the_test_of_a_connector_spends_one_code(coded: Shell) -> None:
    """The parts are tried together, because each try would cost another half minute."""
    out = coded.answers("connectors", "test", "coded", environ={"AWSFED_MFA_CODE": next_code(coded.sandbox.aws)})

    assert "ok      AssumeRole with an MFA code and everything else\n" in out


def test_an_installed_ifaws_is_warned_about(coded: Shell) -> None:
    """It knows no MFA devices."""
    said = coded.run("connectors", "export").err

    assert "connector coded: a server that ignores mfaSerial would send no MFA code" in said
