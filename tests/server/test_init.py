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
        terminal.reads("Next: ")
        assert crowd.password not in terminal.shown
        assert "accepts the application" in terminal.shown
        assert "made now" in terminal.shown
    secret = workstation.config.parent / "crowd-secret"
    server = start(workstation, "--listen", "127.0.0.1:0")
    try:
        who = server.ask("GET", f"{OURS}/session", user="carol")
    finally:
        server.stop()

    assert crowd.password not in workstation.config.read_text()
    assert (0o600, crowd.password) == (stat.S_IMODE(secret.stat().st_mode), secret.read_text().strip())
    assert (200, True) == (who.status, who.json["isAdministrator"])
