"""Threads that stay together on one processor."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from awsfed.outside.processors import OneProcessor

MANY = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
pytestmark = pytest.mark.skipif(MANY < 2, reason="there is one processor, or no way to choose")


@pytest.fixture
def thread() -> Iterator[int]:
    """Run a thread beside that of the test."""
    end = threading.Event()
    one = threading.Thread(target=end.wait)
    one.start()
    yield one.native_id or 0
    end.set()
    one.join()


@pytest.fixture
def processor() -> Iterator[OneProcessor]:
    """Give a chooser, which lets go at the end."""
    one = OneProcessor()
    yield one
    one.leave()


def test_every_thread_stays_on_the_same_one(processor: OneProcessor, thread: int) -> None:
    """Those that begin later too."""
    processor.stay()

    found = os.sched_getaffinity(0)
    later: list[set[int]] = []
    beginning = threading.Thread(target=lambda: later.append(os.sched_getaffinity(0)))
    beginning.start()
    beginning.join()
    assert 1 == len(found)
    assert [found] * 2 == [os.sched_getaffinity(thread), *later]


def test_the_system_may_choose_again(processor: OneProcessor, thread: int) -> None:
    """Among all that there were at the beginning."""
    processor.stay()
    processor.leave()

    assert [MANY, MANY] == [len(os.sched_getaffinity(0)), len(os.sched_getaffinity(thread))]


def test_what_the_process_was_given_is_not_exceeded(processor: OneProcessor, thread: int) -> None:
    """A process that was put on one stays there."""
    processor.stay()
    given = OneProcessor()
    given.leave()

    assert 1 == len(os.sched_getaffinity(thread))


def test_where_the_system_does_not_tell_nothing_happens(tmp_path: Path) -> None:
    """Such as in a container without /proc."""
    processor = OneProcessor(tmp_path / "task")

    processor.stay()
    processor.leave()

    assert MANY == len(os.sched_getaffinity(0))
