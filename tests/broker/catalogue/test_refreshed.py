"""A catalogue that a server asks: slow sources, and broken ones."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes.clock import FakeClock

from awsfed.broker.catalogue.interface import Connectors
from awsfed.broker.catalogue.refreshed import FOR_S, OLDEST_S, RefreshedCatalogue
from awsfed.errors import AwsfedError, CatalogueUnavailable, ConfigError

FIRST, SECOND = (Connectors(by_id={}, origin=name) for name in ("first", "second"))


class Source:
    """A catalogue that answers one thing after the other, and can be made to hang."""

    def __init__(self, *answers: Connectors | AwsfedError) -> None:
        self.answers, self.asked = list(answers), 0
        self.flows = threading.Event()
        self.flows.set()

    def connectors(self) -> Connectors:
        """Answer the next."""
        self.asked += 1
        assert self.flows.wait(30)
        answer = self.answers.pop(0)
        if isinstance(answer, AwsfedError):
            raise answer
        return answer


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock that stands."""
    return FakeClock()


def make(source: Source, clock: FakeClock) -> RefreshedCatalogue:
    """Return a catalogue that has little patience."""
    return RefreshedCatalogue(source=source, clock=clock, patience_s=0.2, first_patience_s=0.3)


def test_it_is_read_again_after_two_seconds(clock: FakeClock) -> None:
    """Until then it is what it was."""
    catalogue = make(Source(FIRST, SECOND), clock)

    assert [catalogue.connectors().origin for _ in range(3)] == ["first"] * 3
    clock.advance(FOR_S)
    assert catalogue.connectors().origin == "second"


def test_many_who_ask_at_once_cause_one_reading(clock: FakeClock) -> None:
    """All of them get it."""
    source = Source(FIRST)
    source.flows.clear()
    catalogue = make(source, clock)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(catalogue.connectors) for _ in range(8)]
        source.flows.set()
        assert {one.result(20).origin for one in asked} == {"first"}

    assert source.asked == 1


def test_a_source_that_hangs_holds_nobody_up_for_long(clock: FakeClock) -> None:
    """The last reading stands in for a minute; then there is an error, and nobody asks a second time meanwhile."""
    source = Source(FIRST, SECOND)
    catalogue = make(source, clock)
    catalogue.connectors()
    source.flows.clear()
    clock.advance(FOR_S)

    assert [catalogue.connectors().origin for _ in range(2)] == ["first"] * 2
    clock.advance(OLDEST_S - FOR_S)
    with pytest.raises(CatalogueUnavailable, match="takes too long"):
        catalogue.connectors()
    assert source.asked == 2

    source.flows.set()
    assert catalogue.connectors().origin == "second"


def test_a_thread_that_does_not_start_keeps_nobody_from_trying_again(clock: FakeClock) -> None:
    """Where the system gives none for a moment, one question fails, and the next is answered."""
    refusals = [RuntimeError("can't start new thread")]

    def behind(work: Callable[[], None]) -> None:
        if refusals:
            raise refusals.pop()
        threading.Thread(target=work).start()

    catalogue = make(Source(FIRST), clock)
    catalogue.behind = behind

    with pytest.raises(CatalogueUnavailable):
        catalogue.connectors()
    assert "first" == catalogue.connectors().origin


def test_an_error_counts_and_what_was_before_it_does_not(clock: FakeClock) -> None:
    """For two seconds it is the answer to all; then the source is asked again."""
    source = Source(FIRST, ConfigError("a mistake"), SECOND)
    catalogue = make(source, clock)
    catalogue.connectors()
    clock.advance(FOR_S)

    for _ in range(3):
        with pytest.raises(ConfigError, match="a mistake"):
            catalogue.connectors()
    assert source.asked == 2
    clock.advance(FOR_S)
    assert catalogue.connectors().origin == "second"


def test_a_bug_is_told_to_those_who_wait(clock: FakeClock) -> None:
    """It is no slow source, and however many are told of it, its traceback does not grow."""
    catalogue = make(Source(), clock)
    catalogue.first_patience_s = 30
    lengths = []
    for _ in range(20):
        with pytest.raises(IndexError) as caught:
            catalogue.connectors()
        lengths.append(len(caught.traceback))

    assert max(lengths) < 5
