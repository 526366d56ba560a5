"""What is known without asking anybody."""

from dataclasses import replace
from pathlib import Path

from fakes.clock import FakeClock

from awsfed.model.identity import Session
from awsfed.workstation.known import KnownStore

START = 1_800_000_000
SESSION = Session(issuer="https://broker.example.org", key="1:1", name="ada", signed_in_at=START, ends_at=START + 3600)


def store(folder: Path) -> KnownStore:
    """Make an empty one."""
    return KnownStore(directory=folder / "state", cache_directory=folder / "cache", clock=FakeClock())


def ends_at(known: KnownStore) -> int | None:
    """Return when the session is said to end."""
    found = known.load(SESSION.issuer)
    return found.ends_at if found else None


def test_a_session_that_ended_early_has_ended(tmp_path: Path) -> None:
    """And one that ended by itself does not live longer for it."""
    known = store(tmp_path)
    known.begin(SESSION)

    known.end(SESSION, START + 60)
    assert START + 60 == ends_at(known)
    known.end(replace(SESSION, ends_at=START + 60), START + 120)
    assert START + 60 == ends_at(known)


def test_the_end_of_one_session_is_not_that_of_the_next(tmp_path: Path) -> None:
    """A process may hear of it when the same user, or another one, has signed in again."""
    known = store(tmp_path)
    for following in (replace(SESSION, ends_at=START + 7200), replace(SESSION, key="1:2", name="bob")):
        known.begin(SESSION)
        known.begin(following)
        known.end(SESSION, START + 60)
        assert following.ends_at == ends_at(known)


def test_nothing_is_known_of_nobody(tmp_path: Path) -> None:
    """What has been forgotten stays forgotten."""
    known = store(tmp_path)
    known.end(SESSION, START + 60)
    assert None is ends_at(known)
