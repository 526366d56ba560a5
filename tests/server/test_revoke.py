"""Ending what a person has at a broker: on its machine, everywhere at once."""

import getpass
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from server.conftest import CONNECTORS, OURS, Server, set_up, start

from awsfed.sandbox.crowd.faults import fail
from awsfed.sandbox.world import Sandbox


@pytest.fixture
def own_server(sandbox: Sandbox, tmp_path: Path) -> Iterator[Server]:
    """A server whose sessions and settings no other test needs."""
    server = start(set_up(sandbox, tmp_path / "broker", settings=CONNECTORS))
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
    (ended,) = trail(own_server, "sign-out")
    assert {"by": f"local:{getpass.getuser()}", "command": "awsfed revoke"} == ended["details"]


@pytest.mark.parametrize("name", ["nightly", "n" * 64])
def test_the_sessions_of_a_service_end_too(own_server: Server, name: str) -> None:
    """By its name or by the one that AWS logs; Crowd need not be there, and how to end its token is told."""
    for one in (name, "hourly"):
        own_server.token(f"service:{one}")
    assert (
        200 == own_server.ask("POST", f"{OURS}/connectors/shared/credentials", body={}, user=f"service:{name}").status
    )
    (vended,) = trail(own_server, "vended")
    own_server.workstation.sandbox.crowd.faults.add(fail(503), times=100)
    done = own_server.workstation.run("awsfed", "revoke", "--user", f"service={name}")
    again = own_server.workstation.run("awsfed", "revoke", "--user", vended["session_name"])
    own_server.workstation.sandbox.crowd.faults.clear()

    assert 0 == done.returncode, done.stderr
    assert f"Ended 1 session of service={name} at the broker of this machine." in done.stderr
    assert f"its token signs it in again: awsfed services rotate {name}" in done.stderr
    assert f":{vended['session_name']}" in done.stdout
    assert f"Ended 0 sessions of service={name} at" in again.stderr
    assert 401 == own_server.ask("GET", f"{OURS}/session", user=f"service:{name}").status
    assert 200 == own_server.ask("GET", f"{OURS}/session", user="service:hourly").status
    assert {name} == {ended["user_name"] for ended in trail(own_server, "sign-out")}


def test_a_person_who_is_called_as_a_service_is_none(own_server: Server) -> None:
    """Nor is a name that nobody has: who was deleted has to be asked for as that."""
    crowd = own_server.workstation.sandbox.crowd
    crowd.directory.add_user("service=eve", password="service=eve-sandbox", groups=["aws-developers"])
    own_server.token("service=eve")
    done = own_server.workstation.run("awsfed", "revoke", "--user", "service=eve")

    assert 0 == done.returncode, done.stderr
    assert "Ended 1 session of service=eve" in done.stderr
    assert "service=eve is active in Crowd" in done.stderr
    assert 401 == own_server.ask("GET", f"{OURS}/session", user="service=eve").status
    said = own_server.workstation.fails(4, "revoke", "--user", "service=typo")
    assert "there is no such service" in said
    assert "awsfed services list" in said


def trail(server: Server, *kinds: str) -> list[dict[str, Any]]:
    """Return the events of some kinds."""
    options = [part for kind in kinds for part in ("--kind", kind)]
    found: list[dict[str, Any]] = json.loads(server.workstation.awsfed("audit", "search", "--json", *options))
    return found


def test_policies_are_in_the_trail(own_server: Server) -> None:
    """With who put them and where, and why one could not be."""
    done = own_server.workstation.run("awsfed", "revoke", "--user", "alice", "--apply", "--json")
    put = [one["principal"] for one in json.loads(done.stdout)["policies"] if one["applied"]]
    events = [one for one in trail(own_server, "changed", "failed") if one["reason"].startswith("put denial")]

    assert put
    assert {f"local:{getpass.getuser()}"} == {one["user_key"] for one in events}
    changed = [one["details"]["principal"] for one in events if one["kind"] == "changed"]
    assert sorted(put) == sorted(changed)
    assert {"put denial awsfed-revoked-alice"} == {one["reason"] for one in events if one["kind"] == "changed"}
    assert all(one["details"]["sessions"].endswith(":alice") for one in events)


def test_a_store_that_was_never_made_keeps_nobody_from_revoking(own_server: Server) -> None:
    """The rest is done."""
    config = own_server.workstation.config
    config.write_text(config.read_text().replace('/store"', '/elsewhere"'))
    done = own_server.workstation.run("awsfed", "revoke", "--user", "alice")

    assert 0 == done.returncode, done.stderr
    assert "at the broker" not in done.stderr


def test_a_store_that_cannot_be_opened_is_told_and_keeps_nothing_else_from_ending(own_server: Server) -> None:
    """As where others could have changed it: the sessions go on, and that is a failure."""
    own_server.token("alice")
    home = own_server.workstation
    (database,) = home.home.rglob("broker.sqlite3")
    database.parent.chmod(0o755)
    done = home.run("awsfed", "revoke", "--user", "alice", "--json")

    assert 8 == done.returncode, done.stderr
    assert f"the sessions of alice at the broker of this machine go on: {database.parent} is open" in done.stderr
    assert (None, 2) == ((told := json.loads(done.stdout))["broker_sessions_ended"], len(told["policies"]))
    assert 200 == own_server.ask("GET", f"{OURS}/session", user="alice").status
    database.parent.chmod(0o700)
    assert 0 == home.run("awsfed", "revoke", "--user", "alice").returncode
    assert 401 == own_server.ask("GET", f"{OURS}/session", user="alice").status


def test_sessions_end_while_crowd_is_away(own_server: Server) -> None:
    """By the name alone, when that is wanted; the status tells that nobody could be asked."""
    for user in ("alice", "bob"):
        own_server.token(user)
    home = own_server.workstation
    home.sandbox.crowd.faults.add(fail(503), times=100)
    alone = home.run("awsfed", "--max-retries", "0", "revoke", "--user", "ALICE")
    done = home.run("awsfed", "--max-retries", "0", "revoke", "--user", "ALICE", "--all-connectors", "--json")
    home.sandbox.crowd.faults.clear()

    assert (7, 7) == (alone.returncode, done.returncode), done.stderr
    assert "--all-connectors" in alone.stderr
    assert (1, None) == ((told := json.loads(done.stdout))["broker_sessions_ended"], told["active"])
    assert told["policies"]
    assert 401 == own_server.ask("GET", f"{OURS}/session", user="alice").status
    assert 200 == own_server.ask("GET", f"{OURS}/session", user="bob").status


def test_who_has_no_session_is_not_signed_out(own_server: Server) -> None:
    """The trail holds what happened."""
    done = own_server.workstation.run("awsfed", "revoke", "--user", "dave")

    assert "Ended 0 sessions of dave" in done.stderr
    assert [] == trail(own_server, "sign-out")


def test_sessions_end_without_the_sealing_key(own_server: Server) -> None:
    """Which opens secrets, and none is needed: KMS may be out of reach on just that day."""
    own_server.token("alice")
    (key,) = own_server.workstation.home.rglob("sealing.key")
    key.rename(key.with_name("away"))
    done = own_server.workstation.run("awsfed", "revoke", "--user", "alice", "--json")

    assert (0, 1) == (done.returncode, json.loads(done.stdout)["broker_sessions_ended"]), done.stderr
    assert 401 == own_server.ask("GET", f"{OURS}/session", user="alice").status


def test_a_store_that_cannot_be_written_keeps_nothing_at_aws_from_ending(own_server: Server) -> None:
    """What the trail cannot hold is not done; the policies are, and the status tells that not all was."""
    own_server.token("alice")
    home = own_server.workstation
    (database,) = home.home.rglob("broker.sqlite3")
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(FAIL, 'disk is full'); END")
        raw.commit()
    done = home.run("awsfed", "revoke", "--user", "alice", "--json")

    assert 8 == done.returncode, done.stderr
    assert "the sessions of alice at the broker of this machine go on" in done.stderr
    assert 2 == len(json.loads(done.stdout)["policies"])


@pytest.mark.parametrize("kind", ["intent", "changed"])
def test_what_the_trail_does_not_hold_is_told(own_server: Server, kind: str) -> None:
    """The policy is put all the same, once."""
    (database,) = own_server.workstation.home.rglob("broker.sqlite3")
    when = f"new.text LIKE '%put denial%' AND json_extract(new.text, '$.kind') = '{kind}'"
    with closing(sqlite3.connect(database)) as raw:
        raw.execute(
            f"CREATE TRIGGER full BEFORE INSERT ON events WHEN {when} BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
        )
        raw.commit()
    aws = own_server.workstation.sandbox.aws
    aws.calls.clear()
    done = own_server.workstation.run("awsfed", "revoke", "--user", "alice", "--connector", "dev", "--apply", "--json")

    assert [True] == [one["applied"] for one in json.loads(done.stdout)["policies"]]
    assert 1 == [call.action for call in aws.calls].count("PutRolePolicy")
    assert "warning: the trail does not hold what becomes of arn:aws:iam::123456789012:role/" in done.stderr
