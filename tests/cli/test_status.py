"""Status and signing out."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cli.conftest import Shell

from awsfed.sandbox.aws import faults


def state(shell: Shell) -> dict[str, Any]:
    """Return what `status --json` answers."""
    return dict(json.loads(shell.answers("status", "--json")))


def test_nobody_is_signed_in(shell: Shell) -> None:
    """An empty state is a state, not an error."""
    assert "Not signed in: awsfed login\n" == shell.answers("status")
    assert {"sessions": [], "profiles": [], "failures": []} == state(shell)


def test_status_asks_nobody(alice: Shell) -> None:
    """Neither Crowd nor AWS hears of it."""
    alice.answers("status")
    alice.answers("status", "--json")

    assert ([], []) == (alice.crowd_calls(), alice.aws_calls())


def test_status_shows_what_lives(alice: Shell) -> None:
    """The session, each cached credential, and each written profile."""
    alice.answers("credential-process", "dev")
    alice.says("credentials", "artifacts", "--profile", "build")

    lines = alice.answers("status").splitlines()

    assert lines[0].startswith(f"alice at {alice.sandbox.crowd_url}, until ")
    assert "  dev (Development): 59 min left" == lines[1]
    assert "  artifacts (Build artifacts): 11 h 59 min left" == lines[2]
    assert lines[3].startswith("Profile build in the credentials file: artifacts (Build artifacts), 20")


def test_status_for_programs(alice: Shell) -> None:
    """Moments are RFC 3339 in UTC; no secret stands anywhere."""
    process = json.loads(alice.answers("credential-process", "dev"))
    alice.says("credentials", "dev", "--profile", "written")

    found = state(alice)

    (session,) = found["sessions"]
    assert (alice.sandbox.crowd_url, "alice", True) == (session["issuer"], session["user"], session["live"])
    assert {"dev": process["Expiration"]} == session["credentials"]
    ends = datetime.fromisoformat(session["ends"]) - datetime.now(UTC)
    assert timedelta(hours=11, minutes=59) < ends <= timedelta(hours=12)
    assert [{"profile": "written", "connector": "dev", "expires": process["Expiration"]}] == found["profiles"]
    assert process["SecretAccessKey"] not in json.dumps(found)


def test_status_tells_the_last_failure_until_a_success(alice: Shell) -> None:
    """A renewal that failed behind somebody's back is seen here."""
    alice.sandbox.aws.faults.add(faults.fail(403, "AccessDenied", "not today"))
    alice.fails(6, "credential-process", "dev")

    (failure,) = state(alice)["failures"]
    assert "dev" == failure["connector"]
    assert "not today" in failure["message"]
    assert "Last renewal of dev (Development) failed at " in alice.answers("status")

    alice.answers("credential-process", "dev")
    assert [] == state(alice)["failures"]


def test_a_wish_that_cannot_be_met_is_no_failed_renewal(alice: Shell) -> None:
    """It was refused to whoever asked, and nobody else is kept from anything."""
    alice.fails(10, "env", "--duration", "2h", "dev")

    assert [] == state(alice)["failures"]


def test_of_several_that_live_the_longest_is_shown(alice: Shell) -> None:
    """A short life that somebody asked for hides no other."""
    alice.answers("env", "dev")
    alice.answers("env", "--duration", "15m", "dev")

    assert "  dev (Development): 59 min left" == alice.answers("status").splitlines()[1]


def test_where_nothing_is_set_up(shell: Shell) -> None:
    """Signing in would fail; what comes before it is said."""
    shell.workstation.config.unlink()

    assert "Not signed in: awsfed login --broker URL, or awsfed config init" in shell.answers("status")
    assert "You are not signed in.\n" == shell.says("logout")


def test_status_of_an_ended_session(alice: Shell) -> None:
    """It says what to do, and `live` is false."""
    (record,) = (alice.workstation.home / ".local" / "state" / "awsfed" / "known").glob("session-*.json")
    record.write_text(json.dumps({**json.loads(record.read_text()), "ends_at": 1_700_000_000}))

    assert ", ended 2023-11-14 " in alice.answers("status")
    assert ": awsfed login" in alice.answers("status")
    assert not state(alice)["sessions"][0]["live"]


def test_signing_out_leaves_nothing(alice: Shell) -> None:
    """Session, cache and written credentials go; the line that fetches credentials stays and asks for a login."""
    alice.says("configure", "dev")
    alice.answers("credential-process", "dev")
    alice.says("credentials", "dev", "--profile", "written")

    said = alice.says("logout")

    expected = f"Signed alice out of {alice.sandbox.crowd_url}. Removed from the credentials file: written.\n"
    assert expected == said
    assert {"sessions": [], "profiles": [], "failures": []} == state(alice)
    assert "[profile dev]" in (alice.aws / "config").read_text()
    assert "login required for " in alice.fails(5, "credential-process", "dev")


def test_signing_out_twice_is_no_error(alice: Shell) -> None:
    """What is done is done."""
    alice.says("logout")

    assert "You are not signed in.\n" == alice.says("logout")


def test_signing_out_of_one_crowd(alice: Shell) -> None:
    """Others stay; an address that nobody signed in at is said."""
    other = alice.sandbox.crowd_url.replace("127.0.0.1", "localhost")
    alice.change_settings(alice.sandbox.crowd_url, other)
    alice.says("login", "--yes", "--user", "bob", "--password-stdin", stdin="bob-sandbox\n")

    nowhere = alice.says("logout", "--issuer", "https://crowd.example.org/crowd")
    said = alice.says("logout", "--issuer", f"{other.replace('localhost', 'LOCALHOST')}/")

    assert "You are not signed in to https://crowd.example.org/crowd.\n" == nowhere
    assert f"Signed bob out of {other}.\n" == said
    assert ["alice"] == [session["user"] for session in state(alice)["sessions"]]


def test_signing_out_does_not_forget_which_crowd_is_trusted(alice: Shell) -> None:
    """A changed address is noticed even afterwards."""
    alice.says("logout")
    alice.change_settings(alice.sandbox.crowd_url, alice.sandbox.crowd_url.replace("127.0.0.1", "localhost"))

    assert "is new; until now" in alice.fails(10, "login", "-u", "alice", "--password-stdin", stdin="alice-sandbox\n")
