"""Credentials that are renewed ahead, and what becomes of them when they cannot be."""

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
from fakes.broker import HOUR
from fakes.renewing import START, RenewingDesk

from awsfed.errors import (
    AwsfedError,
    AwsUnavailable,
    ConfigError,
    IdentityUnavailable,
    KeyringLocked,
    LoginRequired,
    NotGranted,
    RoleRefused,
    Unavailable,
    UserInactive,
)
from awsfed.model.credentials import Credentials
from awsfed.workstation.credentials import Need, Obtained
from awsfed.workstation.delivery.refresher import Refresher

MINUTE = 60


@pytest.fixture
def desk(tmp_path: Path) -> RenewingDesk:
    """Alice has just signed in; credentials live for an hour."""
    return RenewingDesk(folder=tmp_path)


def number(refresher: Refresher) -> int:
    """Return which of the broker's credentials are given out."""
    current = refresher.current()
    assert isinstance(current, Credentials), current
    return int(current.access_key_id.removeprefix("ASIA"))


def error(refresher: Refresher) -> AwsfedError:
    """Return why no credentials are given out."""
    current = refresher.current()
    assert isinstance(current, AwsfedError)
    return current


@pytest.mark.parametrize(("age", "which"), [(34 * MINUTE - 1, 1), (34 * MINUTE, 2)])
def test_it_renews_ten_minutes_before_anybody_would_wait(desk: RenewingDesk, age: int, which: int) -> None:
    """26 of 60 minutes are left when new ones are fetched, though the cache still has an answer."""
    refresher = desk.refresher()
    desk.clock.advance(age)

    refresher.step()

    assert which == number(refresher)


def test_it_outlives_many_lives(desk: RenewingDesk) -> None:
    """Looked after every half minute for ten hours, it never has less than 16 minutes to give."""
    refresher = desk.refresher()
    for _ in range(10 * 60 * 2):
        desk.clock.advance(min(refresher.step(), 30))
        current = refresher.current()
        assert isinstance(current, Credentials)
        assert current.expires_at - desk.clock.now() >= 25 * MINUTE

    assert 10 * HOUR // (34 * MINUTE) + 1 == desk.broker.vended


def test_nothing_is_to_do_for_half_a_minute_at_most(desk: RenewingDesk) -> None:
    """A machine that was suspended is noticed soon after it wakes."""
    assert 30 == desk.refresher().step()


def test_it_takes_what_somebody_else_renewed(desk: RenewingDesk) -> None:
    """Newer credentials in the cache are as good as its own."""
    refresher = desk.refresher()
    desk.clock.advance(45 * MINUTE)
    desk.obtain("dev", Need(renewable=True))

    refresher.step()

    assert (2, 2) == (number(refresher), desk.broker.vended)


OUTAGES = [
    IdentityUnavailable("no Crowd"),
    AwsUnavailable("no AWS"),
    LoginRequired("ended"),
    KeyringLocked("locked"),
    ConfigError("edited"),
]


@pytest.mark.parametrize("failure", OUTAGES, ids=lambda failure: type(failure).__name__)
def test_an_outage_leaves_the_older_ones_in_use(desk: RenewingDesk, failure: AwsfedError) -> None:
    """Down to the last minute they are given out, and then the reason is."""
    refresher = desk.refresher()
    desk.broker.failure = failure
    desk.clock.advance(34 * MINUTE)
    while desk.clock.now() <= START + HOUR - MINUTE:
        assert 1 == number(refresher)
        desk.clock.advance(refresher.step())

    assert failure.message == error(refresher).message
    assert type(failure) is type(error(refresher))


def test_an_outage_is_not_hammered(desk: RenewingDesk) -> None:
    """It is tried again after minutes, after half a minute at the very end, and told of once."""
    refresher = desk.refresher()
    tries = []

    def failing(need: Need) -> Obtained:
        tries.append(desk.clock.now())
        raise IdentityUnavailable("no Crowd")

    refresher._obtain = failing
    desk.clock.advance(34 * MINUTE)
    while desk.clock.now() < START + HOUR:
        desk.clock.advance(refresher.step())

    gaps = [later - earlier for earlier, later in pairwise(tries)]
    assert 300 <= gaps[0] <= 600
    assert 30 <= min(gaps)
    assert 8 <= len(tries) <= 20
    assert [START + HOUR - MINUTE] == [trouble.good_until for trouble in desk.troubles]


@pytest.mark.parametrize("failure", OUTAGES, ids=lambda failure: type(failure).__name__)
def test_the_end_of_an_outage_is_noticed(desk: RenewingDesk, failure: AwsfedError) -> None:
    """Minutes later new ones are there, even after the floor."""
    refresher = desk.refresher()
    desk.broker.failure = failure
    desk.clock.advance(2 * HOUR)
    refresher.step()
    assert isinstance(refresher.current(), AwsfedError)

    desk.broker.failure = None
    desk.clock.advance(30)
    refresher.step()

    assert 2 == number(refresher)


def test_a_new_login_lets_renewals_go_on(desk: RenewingDesk) -> None:
    """A session that ended is said at once, since only the person can mend it, and a new one is enough."""
    refresher = desk.refresher()
    while not desk.troubles:
        desk.clock.advance(refresher.step())
    assert isinstance(desk.troubles[0].error, LoginRequired)
    assert isinstance(refresher.current(), Credentials)

    desk.log_in()
    vended = desk.broker.vended
    desk.clock.advance(HOUR)
    refresher.step()

    assert vended + 1 == number(refresher)


@pytest.mark.parametrize("failure", [NotGranted("no connector 'dev'"), UserInactive("switched off")])
def test_a_refusal_drops_them_at_once(desk: RenewingDesk, failure: AwsfedError) -> None:
    """What would live for 26 more minutes is given out no more, and that is said once."""
    refresher = desk.refresher()
    desk.broker.failure = failure
    desk.clock.advance(34 * MINUTE)
    for _ in range(60):
        desk.clock.advance(refresher.step())

    assert type(failure) is type(error(refresher))
    assert [None] == [trouble.good_until for trouble in desk.troubles]


def test_a_refusal_that_is_taken_back_is_noticed(desk: RenewingDesk) -> None:
    """Back in the group, the command goes on."""
    refresher = desk.refresher()
    desk.broker.granted = []
    desk.clock.advance(34 * MINUTE)
    refresher.step()
    desk.broker.granted = ["dev"]
    desk.clock.advance(10 * MINUTE)

    refresher.step()

    assert 2 == number(refresher)


@pytest.mark.parametrize(("age", "given"), [(43 * MINUTE, True), (44 * MINUTE, False)])
def test_a_refusal_of_aws_counts_when_others_would_wait(desk: RenewingDesk, age: int, given: bool) -> None:
    """To renew early must not mean to fail early, and a policy may be mended meanwhile."""
    refresher = desk.refresher()
    desk.broker.failure = RoleRefused("AccessDenied")
    desk.clock.advance(age)

    refresher.step()

    assert given == isinstance(refresher.current(), Credentials)


def test_nothing_expired_is_given_out_after_a_sleep(desk: RenewingDesk) -> None:
    """Right after a suspended machine wakes there is an error that says to try again, then there are new ones."""
    refresher = desk.refresher()
    desk.clock.advance(9 * HOUR)
    assert isinstance(error(refresher), Unavailable)

    refresher.step()

    assert 2 == number(refresher)


@pytest.mark.parametrize("back", [10 * MINUTE, 5 * HOUR])
def test_a_clock_set_back_renews(desk: RenewingDesk, back: int) -> None:
    """Nothing is known of the life of credentials from the future."""
    refresher = desk.refresher()
    refresher.step()
    desk.clock.advance(-back)

    refresher.step()

    assert 2 == number(refresher)


def test_a_shortened_connector_still_renews(desk: RenewingDesk) -> None:
    """New credentials may live shorter than the old ones still do."""
    desk.broker.life_s = 12 * HOUR
    refresher = desk.refresher()
    desk.broker.life_s = 20 * MINUTE
    desk.clock.advance(12 * HOUR - 26 * MINUTE)
    desk.log_in()

    refresher.step()

    current = refresher.current()
    assert isinstance(current, Credentials)
    assert 20 * MINUTE == current.expires_at - desk.clock.now()


def test_credentials_that_come_with_an_excuse_do_not_end_the_search(desk: RenewingDesk) -> None:
    """Older ones with a reason beside them count as a failure."""
    refresher = desk.refresher()
    old = desk.obtain("dev", Need(renewable=True))
    refresher._obtain = lambda need: replace(old, left_over=IdentityUnavailable("no Crowd"))
    desk.clock.advance(50 * MINUTE)

    refresher.step()

    assert 1 == number(refresher)
    assert [IdentityUnavailable] == [type(trouble.error) for trouble in desk.troubles]


@dataclass
class Broken:
    """Fails as no part of awsfed should."""

    calls: int = 0

    def __call__(self, need: Need) -> Obtained:
        self.calls += 1
        raise ZeroDivisionError


def test_a_bug_in_a_renewal_does_not_end_all_others(desk: RenewingDesk) -> None:
    """It counts as a failure like others and is tried again."""
    refresher = desk.refresher()
    refresher._obtain = broken = Broken()
    desk.clock.advance(34 * MINUTE)
    refresher.step()
    desk.clock.advance(10 * MINUTE)
    refresher.step()

    assert (1, 2) == (number(refresher), broken.calls)
