"""`awsfed serve --init`, as somebody answers its questions."""

import stat

from cli.terminal import AWSFED, Terminal
from conftest import Workstation
from server.conftest import OURS, start


def test_from_nothing_to_a_server(workstation: Workstation) -> None:
    """Crowd is asked for and tried, settings and store are made, and the server takes people in."""
    workstation.config.unlink()
    crowd = workstation.sandbox.crowd.directory.application
    environ = {**workstation.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    with Terminal([AWSFED, "serve", "--init"], environ, columns=200) as terminal:
        terminal.reads("Address of Crowd")
        terminal.types(workstation.sandbox.crowd_url)
        terminal.reads("Application name in Crowd")
        terminal.types(crowd.name)
        terminal.reads("Password of the application")
        terminal.types_unseen(crowd.password)
        terminal.reads("Group of the administrators")
        terminal.types("aws-admins")
        terminal.reads("POST /rest/identity-federation-for-aws/2.2/accounts")
        assert crowd.password not in terminal.shown
        assert "accepts the application" in terminal.shown
        assert "made now" in terminal.shown
        assert "awsfed keys add" not in terminal.shown  # it would need the keyring
        assert "warning" not in terminal.shown
    secret = workstation.config.parent / "crowd-secret"
    server = start(workstation, "--listen", "127.0.0.1:0")
    try:
        who = server.ask("GET", f"{OURS}/session", user="carol")
    finally:
        server.stop()

    assert crowd.password not in workstation.config.read_text()
    assert (0o600, crowd.password) == (stat.S_IMODE(secret.stat().st_mode), secret.read_text().strip())
    assert (200, True) == (who.status, who.json["isAdministrator"])


def test_options_of_a_server_do_not_belong_to_setting_it_up(workstation: Workstation) -> None:
    """They would be forgotten without a word."""
    said = workstation.fails(2, "serve", "--init", "--listen", "0.0.0.0:9999")

    assert "--init goes without --listen" in said


def test_a_machine_that_asks_a_broker_elsewhere_is_told_so(workstation: Workstation) -> None:
    """Its settings do not lack what a broker's have."""
    workstation.config.write_text('[broker]\nurl = "https://broker.example.org"\n')

    assert "this one asks the broker at https://broker.example.org" in workstation.fails(10, "serve", "--init")


def test_a_password_that_nobody_entered_is_asked_for(workstation: Workstation) -> None:
    """By the command that enters it, both when it is set up and when it starts."""
    text = workstation.config.read_text()
    head, _, rest = text.partition('secret = "')
    assert rest, text
    workstation.config.write_text(f'{head}secret = "file:{workstation.home / "none"}"{rest.partition(chr(34))[2]}')

    assert "awsfed config set-secret" in workstation.fails(4, "config", "check", "--online")


def test_what_is_in_the_way_of_crowd_is_said_last(workstation: Workstation) -> None:
    """The store is made all the same, and the status tells that something is missing."""
    workstation.config.unlink()
    with Terminal([AWSFED, "serve", "--init"], dict(workstation.environ), columns=200) as terminal:
        for question, answer in (
            ("Address of Crowd", workstation.sandbox.crowd_url),
            ("Application name in Crowd", workstation.sandbox.crowd.directory.application.name),
            ("Password of the application", "not-the-one"),
            ("Group of the administrators", "aws-admins"),
        ):
            terminal.reads(question)
            terminal.types(answer)
        assert 3 == terminal.ends()
    assert "made now" in terminal.shown
    assert "awsfed config set-secret; then: awsfed serve --init" in terminal.shown
    assert "Next: awsfed serve" not in terminal.shown

    again = workstation.run(AWSFED, "config", "set-secret", "--stdin", stdin=f"{crowd_password(workstation)}\n")
    assert 0 == again.returncode
    said = workstation.run(AWSFED, "serve", "--init").stderr
    assert "Next: awsfed serve" in said
    assert "/accounts" in said


def crowd_password(workstation: Workstation) -> str:
    """Return what Crowd knows the application by."""
    return workstation.sandbox.crowd.directory.application.password


def test_a_broker_without_administrators_is_told_so(workstation: Workstation) -> None:
    """It serves, but nobody could give it an access key; and the second run, with settings by hand, says it too."""
    workstation.config.unlink()
    crowd = workstation.sandbox.crowd.directory.application
    with Terminal([AWSFED, "serve", "--init"], dict(workstation.environ), columns=200) as terminal:
        for question, answer in (
            ("Address of Crowd", workstation.sandbox.crowd_url),
            ("Application name in Crowd", crowd.name),
            ("Password of the application", crowd.password),
            ("Group of the administrators", ""),
        ):
            terminal.reads(question)
            terminal.types(answer)
        assert 0 == terminal.ends()
        assert "name a group in access.administrators" in terminal.shown

    again = workstation.run(AWSFED, "serve", "--init")
    assert "name a group in access.administrators" in again.stderr
    assert "which was there" in again.stderr
