"""A directory whose answers are used again for a short while."""

import pytest
from fakes.clock import FakeClock
from fakes.identity import FakeIdentitySource

from awsfed.broker.identity.remembered import Memberships, RememberedIdentities
from awsfed.errors import IdentityUnavailable
from awsfed.model.identity import Identity
from awsfed.model.secret import Secret

FOR_S = 30.0


class Slow:
    """A directory that takes its time, and knows what alice is in at each question."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.asked = 0
        self.fails = False

    def __call__(self, name: str) -> Identity:
        self.asked += 1
        groups = (f"group-{self.asked}",)
        self.clock.advance(5)
        if self.fails:
            raise IdentityUnavailable("Crowd does not answer")
        return Identity(key="1:1", name=name, display_name=name, groups=groups)


def test_an_answer_is_used_again_for_as_long_as_it_may_be() -> None:
    """And is as old as its question: whoever was taken out of a group meanwhile is out when the time is over."""
    clock = FakeClock()
    ask, known = Slow(clock), Memberships(clock=clock, for_s=FOR_S)

    found = [known.identity("alice", ask).groups]
    clock.advance(FOR_S - 5 - 0.1)
    found += [known.identity("alice", ask).groups]
    clock.advance(0.1)
    found += [known.identity("alice", ask).groups]

    assert [("group-1",), ("group-1",), ("group-2",)] == found


def test_an_error_is_not_remembered() -> None:
    """What was known is too old then, and who asks next is answered anew."""
    clock = FakeClock()
    ask, known = Slow(clock), Memberships(clock=clock, for_s=FOR_S)
    known.identity("alice", ask)
    clock.advance(FOR_S)
    ask.fails = True
    with pytest.raises(IdentityUnavailable):
        known.identity("alice", ask)
    ask.fails = False

    assert ("group-3",) == known.identity("alice", ask).groups


def test_what_was_asked_before_a_sign_in_is_not_remembered() -> None:
    """It may be about who had the name before; whoever asked is answered, the next one asks again."""
    clock = FakeClock()
    people = FakeIdentitySource()
    people.add("alice", "right", "developers")
    memberships = Memberships(clock=clock, for_s=FOR_S)
    remembered = RememberedIdentities(source=people, memberships=memberships)
    ask = Slow(clock)

    def slowly(name: str) -> Identity:
        remembered.authenticate("alice", Secret("right"))
        return ask(name)

    found = [memberships.identity("alice", slowly).groups, memberships.identity("alice", ask).groups]

    assert [("group-1",), ("group-2",)] == found


def test_the_newest_ten_thousand_are_remembered() -> None:
    """However many names are asked for."""
    clock = FakeClock()
    ask, known = Slow(clock), Memberships(clock=clock, for_s=1e9)
    for number in range(10_001):
        known.identity(f"user{number}", ask)
    known.identity("user1", ask)

    assert 10_001 == ask.asked
    known.identity("user0", ask)
    assert 10_002 == ask.asked


def test_whoever_is_revoked_is_looked_up_anew() -> None:
    """Also those who were switched off: what is remembered says nothing of them."""
    clock = FakeClock()
    people = FakeIdentitySource()
    people.add("alice", "right", "developers")
    remembered = RememberedIdentities(source=people, memberships=Memberships(clock=clock, for_s=FOR_S))
    remembered.look_up("alice")
    people.put_in("alice")

    assert ("developers",) == remembered.look_up("alice").groups
    assert () == remembered.look_up("alice", even_inactive=True).groups
