"""The one schedule of retries."""

from collections.abc import Callable

import pytest
from fakes.clock import FakeClock

from awsfed.errors import LoginRefused
from awsfed.outside.retry import Retries, Trouble, TryAgain, Wait, delay_s


class Attempts:
    """Fails a number of times, then succeeds; each attempt may take its time."""

    def __init__(self, clock: FakeClock, fails: int, trouble: Trouble = Trouble.FAILED, takes_s: float = 0) -> None:
        self.made = 0
        self._clock, self._fails, self._trouble, self._takes_s = clock, fails, trouble, takes_s

    def __call__(self) -> str:
        self.made += 1
        self._clock.advance(self._takes_s)
        if self.made <= self._fails:
            raise TryAgain(f"failure {self.made}", hint="wait", trouble=self._trouble)
        return "answer"


def schedule(clock: FakeClock, chance: float = 1.0, **changes: object) -> Retries:
    """Return a schedule that begins now, whose chance is known."""
    fields = {"clock": clock, "started_at": clock.monotonic(), "chance": lambda: chance, **changes}
    return Retries(**fields)  # type: ignore[arg-type]  # few callers, all here


@pytest.mark.parametrize(
    ("trouble", "delays"),
    [
        (Trouble.FAILED, [0.6, 1.2, 2.4, 4.8, 9.6, 19.2, 20.0, 20.0]),
        (Trouble.THROTTLED, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0]),
    ],
)
def test_delays_double_up_to_a_ceiling(trouble: Trouble, delays: list[float]) -> None:
    """Seven of them fill about a minute."""
    assert delays == pytest.approx([delay_s(retry, trouble) for retry in range(1, 9)])
    assert 50 < sum(delays[:7]) < 60


def test_an_answer_needs_no_waiting() -> None:
    """The first attempt is made at once."""
    clock = FakeClock()

    assert "answer" == schedule(clock).run("AWS", Attempts(clock, 0))
    assert [] == clock.waits


@pytest.mark.parametrize(("chance", "share"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_waits_are_spread(chance: float, share: float) -> None:
    """Between half and all of a delay, so that many who failed together do not return together."""
    clock = FakeClock()

    schedule(clock, chance).run("AWS", Attempts(clock, 3))

    assert [0.6 * share, 1.2 * share, 2.4 * share] == pytest.approx(clock.waits)


def test_the_chance_is_one_by_itself() -> None:
    """Two schedules wait differently."""
    waits = []
    for _ in range(2):
        clock = FakeClock()
        Retries(clock=clock, started_at=clock.monotonic()).run("AWS", Attempts(clock, 4))
        waits.append(clock.waits)

    assert waits[0] != waits[1]


@pytest.mark.parametrize("retries", [0, 1, 7])
def test_the_last_failure_is_told(retries: int) -> None:
    """After one attempt and that many retries."""
    clock = FakeClock()
    attempts = Attempts(clock, 99)

    with pytest.raises(TryAgain) as caught:
        schedule(clock, retries=retries).run("AWS", attempts)

    assert retries + 1 == attempts.made
    assert f"failure {retries + 1}" == caught.value.message


def test_anything_else_ends_it_at_once() -> None:
    """A refusal is no failure of the network."""
    clock = FakeClock()

    def refused() -> str:
        raise LoginRefused("no")

    with pytest.raises(LoginRefused):
        schedule(clock).run("Crowd", refused)
    assert [] == clock.waits


def test_no_attempt_begins_that_could_end_after_the_deadline() -> None:
    """An SDK that gives up after a minute gets an error before, not silence."""
    for takes_s in (0.0, 3.0, 14.9):
        clock = FakeClock()
        began = clock.monotonic()

        with pytest.raises(TryAgain):
            schedule(clock, deadline_s=45, attempt_s=15, retries=20).run("AWS", Attempts(clock, 99, takes_s=takes_s))

        assert 15 < clock.monotonic() - began <= 45


def test_the_deadline_counts_from_the_beginning_of_the_command() -> None:
    """One schedule for all that a command asks: what one question used is gone for the next."""
    clock = FakeClock()
    retries = schedule(clock, deadline_s=45, attempt_s=15)
    clock.advance(40)
    attempts = Attempts(clock, 99)

    with pytest.raises(TryAgain):
        retries.run("AWS", attempts)

    assert 1 == attempts.made
    assert 5 == retries.left_s()


@pytest.mark.parametrize("trouble", Trouble)
def test_every_wait_is_shown_before_it_begins(trouble: Trouble) -> None:
    """With what somebody at a terminal wants to know."""
    clock = FakeClock()
    shown: list[tuple[Wait, int]] = []
    show: Callable[[Wait], None] = lambda wait: shown.append((wait, len(clock.waits)))  # noqa: E731 - has a type here

    schedule(clock, show=show).run("Crowd", Attempts(clock, 2, trouble))

    assert [0, 1] == [before for _, before in shown]
    first, second = [wait for wait, _ in shown]
    assert ("Crowd", trouble, "failure 1", 1, 7) == (first.whom, first.trouble, first.message, first.retry, first.of)
    assert (2, clock.waits[1]) == (second.retry, second.seconds)


@pytest.mark.parametrize(("after_s", "waits"), [(0.0, [0.6]), (0.2, [0.6]), (7.0, [7.0])])
def test_a_peer_is_left_alone_for_as_long_as_it_asked(after_s: float, waits: list[float]) -> None:
    """And never for less than the schedule says."""
    clock = FakeClock()
    answers = iter([TryAgain("not now", after_s=after_s), None])

    def attempt() -> str:
        if error := next(answers):
            raise error
        return "answer"

    assert "answer" == schedule(clock).run("broker", attempt)
    assert waits == clock.waits


def test_a_peer_that_wants_to_be_left_alone_for_too_long_is_not_waited_for() -> None:
    """Its error goes out at once."""
    clock = FakeClock()

    def attempt() -> str:
        raise TryAgain("not now", after_s=1e9)

    with pytest.raises(TryAgain, match="not now"):
        schedule(clock).run("broker", attempt)

    assert [] == clock.waits
