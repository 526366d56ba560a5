"""Ending what a person has at a broker: on its machine, everywhere at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from server.conftest import OURS, Server, set_up, start

from awsfed.sandbox.world import Sandbox


@pytest.fixture
def own_server(sandbox: Sandbox, tmp_path: Path) -> Iterator[Server]:
    """A server whose sessions and settings no other test needs."""
    server = start(set_up(sandbox, tmp_path / "broker"))
    yield server
    server.process.kill()
    server.process.wait()


def test_every_session_of_one_user_ends(own_server: Server) -> None:
    """Nobody else's, and the trail says so."""
    for user in ("alice", "bob"):
        own_server.token(user)
    done = own_server.workstation.run("awsfed", "revoke", "--user", "alice", "--json")

    assert 0 == done.returncode, done.stderr
    assert "Ended 1 session of alice at the broker of this machine." in done.stderr
    assert 401 == own_server.ask("GET", f"{OURS}/session", user="alice").status
    assert 200 == own_server.ask("GET", f"{OURS}/session", user="bob").status
    assert "sign-out" in own_server.workstation.awsfed("audit", "search", "--user", "alice", "--json")


def test_a_store_that_was_never_made_keeps_nobody_from_revoking(own_server: Server) -> None:
    """The rest is done."""
    config = own_server.workstation.config
    config.write_text(config.read_text().replace('/store"', '/elsewhere"'))
    done = own_server.workstation.run("awsfed", "revoke", "--user", "alice")

    assert 0 == done.returncode, done.stderr
    assert "at the broker" not in done.stderr
