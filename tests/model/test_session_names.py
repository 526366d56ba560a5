"""From the names of Crowd users to names that AWS accepts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsfed.model.session_names import FEDERATED_USER_LIMIT, ROLE_SESSION_LIMIT, session_name

ACCEPTED = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


@pytest.mark.parametrize("name", ["alice", "alice@example.org", "first.last+x=1,2-3_4", "ab"])
def test_a_name_that_fits_is_kept(name: str) -> None:
    """The user's own name stands in CloudTrail wherever that is possible."""
    assert name == session_name(name)


@pytest.mark.parametrize("name", ["a", "alice b", "élise", "x" * 65, "名前", "a/b", "\U0001f600"])
def test_any_other_name_is_cleaned_and_marked(name: str) -> None:
    """What was lost is made up for by a digest."""
    result = session_name(name)

    assert ACCEPTED.fullmatch(result)
    assert re.search(r"-[0-9a-f]{16}$", result)


def test_a_name_cannot_pretend_to_be_a_cleaned_one() -> None:
    """Somebody who takes the cleaned name of another user does not get their session name."""
    cleaned = session_name("alice b")

    assert session_name(cleaned) != cleaned


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_two_users_never_share_a_name(one: str, other: str) -> None:
    """Different users have different session names, of both lengths, and all of them are accepted by STS."""
    for limit in (ROLE_SESSION_LIMIT, FEDERATED_USER_LIMIT):
        names = session_name(one, limit=limit), session_name(other, limit=limit)

        assert (one == other) == (names[0] == names[1])
        assert all(ACCEPTED.fullmatch(name) and len(name) <= limit for name in names)


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_a_service_never_shares_a_name_with_a_person(service: str, person: str) -> None:
    """Whatever the person is called."""
    for limit in (ROLE_SESSION_LIMIT, FEDERATED_USER_LIMIT):
        name = session_name(service, limit=limit, is_service=True)

        assert ACCEPTED.fullmatch(name)
        assert len(name) <= limit
        assert name not in {session_name(one, limit=limit) for one in (person, service, f"service={service}", name)}


def test_a_service_is_told_by_its_name() -> None:
    """In CloudTrail it stands behind a word that says what it is."""
    assert "service=nightly" == session_name("nightly", is_service=True)
