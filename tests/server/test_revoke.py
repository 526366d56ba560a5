"""Ending what a person has at a broker: on its machine, everywhere at once."""

from server.conftest import OURS, Server


def test_every_session_of_one_user_ends(server: Server) -> None:
    """Nobody else's; the trail says so, and a connector of the store is among what has to be denied."""
    for user in ("alice", "bob"):
        server.token(user)
    done = server.workstation.run("awsfed", "revoke", "--user", "alice", "--json")

    assert 0 == done.returncode, done.stderr
    assert "Ended 1 session of alice at the broker of this machine." in done.stderr
    assert 401 == server.ask("GET", f"{OURS}/session", user="alice").status
    assert 200 == server.ask("GET", f"{OURS}/session", user="bob").status
    assert "sign-out" in server.workstation.awsfed("audit", "search", "--user", "alice", "--json")


def test_a_store_that_was_never_made_keeps_nobody_from_revoking(server: Server) -> None:
    """The rest is done."""
    config = server.workstation.config
    config.write_text(config.read_text().replace('/store"', '/elsewhere"'))
    done = server.workstation.run("awsfed", "revoke", "--user", "alice")

    assert 0 == done.returncode, done.stderr
    assert "at the broker" not in done.stderr
