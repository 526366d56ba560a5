"""Guessing passwords: what it costs the one who guesses, and nobody else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from fakes.clock import FakeClock
from fakes.records import FakeAttempts
from hypothesis import given
from hypothesis import strategies as st

from awsfed.broker.guard.attempts import BY_SOURCE, BY_USER, FORGOTTEN_S, MOMENT_S, Attempts
from awsfed.broker.guard.sweeping import Sweeping
from awsfed.broker.store.attempts import StoredAttempts
from awsfed.broker.store.database import open_database
from awsfed.broker.store.tables import METADATA
from awsfed.errors import IdentityUnavailable, LoginRefused, PasswordExpired, TooManyAttempts
from awsfed.outside.clock import SystemClock

HERE, THERE = "192.0.2.7", "198.51.100.9"


class Door:
    """Attempts on a clock that tests move."""

    def __init__(self) -> None:
        self.clock, self.records = FakeClock(), FakeAttempts()
        self.attempts = Attempts(records=self.records, clock=self.clock, sweeping=Sweeping(clock=self.clock))
        self.waits: list[float] = []

    def fail(self, name: str = "ada", source: str = HERE) -> None:
        """Guess wrong, a moment later where it is too early."""
        try:
            with self.attempts.one(name, source):
                self.guess()
        except TooManyAttempts as error:
            if error.wait_s > MOMENT_S:
                raise
            self.waits.append(error.wait_s)
            self.clock.advance(error.wait_s)
            self.fail(name, source)
        except LoginRefused:
            return

    def guess(self) -> None:
        """Be wrong."""
        raise LoginRefused("no")

    def succeed(self, name: str = "ada", source: str = HERE) -> None:
        """Be right."""
        with self.attempts.one(name, source):
            pass

    def refused_for(self, name: str = "ada", source: str = HERE) -> int:
        """Return how long the next attempt has to wait, which must not be let through."""
        with pytest.raises(TooManyAttempts) as told, self.attempts.one(name, source):
            pytest.fail("it was let through")
        return told.value.retry_after_s

    def wait_is_over(self, name: str = "ada", source: str = HERE) -> bool:
        """Tell whether an attempt gets through right away."""
        try:
            self.succeed(name, source)
        except TooManyAttempts:
            return False
        return True


@pytest.fixture
def door() -> Door:
    """A door that nobody has tried."""
    return Door()


def test_the_wait_doubles_with_each_failure(door: Door) -> None:
    """After a few that cost nothing."""
    for _ in range(BY_USER.free):
        door.fail()
    assert [] == door.waits
    door.fail()
    door.fail()

    assert [1.0, 2.0] == pytest.approx(door.waits)
    assert 4 == door.refused_for()
    door.clock.advance(4.0)
    door.fail()
    assert 8 == door.refused_for()


def test_the_wait_has_an_end_and_is_forgotten(door: Door) -> None:
    """A quarter of an hour at most; an hour later nothing is left."""
    for _ in range(BY_USER.free + 12):
        door.fail()
        door.clock.advance(900)
    door.fail()

    assert 900 == door.refused_for()
    door.clock.advance(FORGOTTEN_S)
    assert door.wait_is_over()
    assert 0 == door.attempts.failures("ada", HERE)


def test_a_clock_that_was_set_back_keeps_nobody_out(door: Door) -> None:
    """Failures of tomorrow do not count until then; those of a clock that is a little ahead do."""
    for _ in range(BY_USER.free + 4):
        door.fail()
        door.clock.advance(900)
    door.clock.advance(-1800)
    assert door.refused_for() > 0

    door.clock.advance(-86_400)
    assert door.wait_is_over()


def test_who_is_right_has_not_failed(door: Door) -> None:
    """Mistyping on some days makes nobody wait on another."""
    for _ in range(8):
        for _ in range(BY_USER.free - 1):
            door.fail()
        assert door.wait_is_over()


def test_nobody_is_locked_out_from_elsewhere(door: Door) -> None:
    """Whatever somebody else tries in their name."""
    for _ in range(BY_USER.free + 4):
        with suppress(TooManyAttempts):
            door.fail("ada", THERE)

    assert door.refused_for("ada", THERE)
    assert door.wait_is_over("ada", HERE)


def test_one_source_is_slowed_down_whoever_it_names(door: Door) -> None:
    """One guess each at many users is found out too."""
    for number in range(BY_SOURCE.free + 2):
        door.fail(f"user-{number}")

    assert 4 == door.refused_for("somebody")
    assert door.wait_is_over("somebody", THERE)


def test_an_office_behind_one_address_may_mistype(door: Door) -> None:
    """As long as those who mistyped turn out right."""
    for number in range(200):
        for _ in range(3):
            door.fail(f"user-{number}")
        assert door.wait_is_over(f"user-{number}")


def test_an_insider_guesses_no_faster_than_others(door: Door) -> None:
    """Being right in one's own name makes up for nothing that was tried in the names of others."""
    guesses = 0
    with suppress(TooManyAttempts):
        for number in range(400):
            door.fail(f"user-{number}")
            guesses += 1
            door.succeed("mallory")

    assert guesses <= BY_SOURCE.free


def test_two_attempts_at_once_give_nothing_back_twice(door: Door) -> None:
    """One that ends well clears what the other counted, which may then end for want of Crowd."""
    guesses = 0
    with suppress(TooManyAttempts):
        for number in range(400):
            door.fail(f"user-{number}")
            guesses += 1
            with suppress(IdentityUnavailable), door.attempts.one("mallory", HERE):
                door.succeed("mallory")
                raise IdentityUnavailable("Crowd is slow")

    assert guesses <= BY_SOURCE.free


@pytest.mark.parametrize("error", [IdentityUnavailable("Crowd is down"), KeyboardInterrupt()])
def test_what_is_not_the_callers_is_not_counted(door: Door, error: BaseException) -> None:
    """Crowd being down is no failure of theirs."""
    for _ in range(60):
        with pytest.raises(type(error)), door.attempts.one("ada", HERE):
            raise error

    assert 0 == door.attempts.failures("ada", HERE)
    assert [] == door.waits


def test_an_expired_password_counts(door: Door) -> None:
    """Nobody can sign in with it, so nobody has to be quick."""
    with pytest.raises(PasswordExpired), door.attempts.one("ada", HERE):
        raise PasswordExpired("change it")

    assert 1 == door.attempts.failures("ada", HERE)


@pytest.mark.parametrize("other", ["ADA", " ada "])
def test_spellings_of_one_name_are_one(door: Door, other: str) -> None:
    """As Crowd compares names."""
    door.fail("ada")

    assert 1 == door.attempts.failures(other, HERE)


@pytest.mark.parametrize(("mine", "theirs"), [("strasse", "straße"), ("fi", "\ufb01"), ("ada", "\uff41da")])
def test_nobody_makes_up_for_failures_in_a_name_that_merely_folds_to_theirs(door: Door, mine: str, theirs: str) -> None:
    """To Crowd they are two users."""
    door.fail(theirs)
    with door.attempts.one(mine, HERE):
        pass

    assert 1 == door.attempts.failures(theirs, HERE)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("a socket", "another", False),
    ],
)
def test_a_subscriber_is_one_source(door: Door, one: str, other: str, *, is_same: bool) -> None:
    """In IPv6 they choose the second half of the address."""
    door.fail("ada", one)

    assert is_same is bool(door.attempts.failures("ada", other))


def test_names_are_kept_as_digests(door: Door) -> None:
    """Somebody may have typed a password there."""
    door.fail("my-password")

    assert all(64 == len(whose) and "password" not in whose for whose in door.records.by_digest)


def test_old_records_are_thrown_away(door: Door) -> None:
    """Whoever guesses leaves nothing behind for long."""
    for number in range(10):
        door.fail(f"user-{number}")
    door.clock.advance(FORGOTTEN_S + 1)

    door.succeed("somebody", THERE)

    assert not any(failures.count for failures in door.records.by_digest.values())


@given(st.lists(st.floats(min_value=0, max_value=1200), min_size=1, max_size=120))
def test_no_rhythm_lets_many_guesses_through(pauses: list[float]) -> None:
    """However an attacker spaces them: a few for nothing, an hour's worth of waits for the rest."""
    door, guesses = Door(), 0
    begun_at = door.clock.now()
    for pause in pauses:
        with suppress(TooManyAttempts):
            door.fail()
            guesses += 1
        door.clock.advance(pause)

    hours = (door.clock.now() - begun_at) / 3600
    assert guesses <= 14 + hours * 5


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredAttempts]:
    """A real store."""
    database = open_database(tmp_path / "store", create=True)
    METADATA.create_all(database.engine)
    yield StoredAttempts(database=database)
    database.close()


def test_guesses_at_once_do_not_slip_through(stored: StoredAttempts) -> None:
    """All of them are there before the first one is known to be wrong."""
    clock = SystemClock()
    attempts = Attempts(records=stored, clock=clock, sweeping=Sweeping(clock=clock))

    def wrong() -> None:
        raise LoginRefused("no")

    def guess(_: int) -> bool:
        try:
            with attempts.one("ada", HERE):
                clock.sleep(0.3)
                wrong()
        except TooManyAttempts:
            return False
        except LoginRefused:
            pass
        return True

    with ThreadPoolExecutor(16) as threads:
        through = list(threads.map(guess, range(16)))

    assert BY_USER.free <= sum(through) <= BY_USER.free + 2


def test_many_who_are_right_at_once_all_get_through(stored: StoredAttempts) -> None:
    """A build server's jobs begin in the same second."""
    clock = SystemClock()
    attempts = Attempts(records=stored, clock=clock, sweeping=Sweeping(clock=clock))

    def sign_in(number: int) -> bool:
        try:
            with attempts.one("build", HERE):
                clock.sleep(0.05)
        except TooManyAttempts as error:
            if error.wait_s > MOMENT_S:
                raise
            clock.sleep(0.02)
            return sign_in(number)
        return True

    with ThreadPoolExecutor(12) as threads:
        through = list(threads.map(sign_in, range(24)))

    assert 24 == sum(through)
    assert 0 == attempts.failures("build", HERE)


def test_impatience_is_not_counted_for_the_address() -> None:
    """Whoever comes too early many times uses up nothing of those who share it."""
    door = Door()
    for _ in range(BY_USER.free):
        door.fail("ada")
    for _ in range(3 * BY_SOURCE.free):
        door.refused_for("ada")

    door.succeed("bob")
    assert BY_USER.free == door.attempts.failures("ada", HERE)
