"""Alarms: one thread, calls at their time, none that were cancelled."""

import os
import sys
import threading
import time

import pytest

from awsfed.outside.alarms import Alarms

_PATIENCE_S = 5.0


def test_a_call_is_made_when_its_time_has_come() -> None:
    """Not before, and the earlier one first however they were set."""
    alarms, made, done = Alarms(), list[str](), threading.Event()
    began = time.monotonic()
    alarms.after(0.2, lambda: made.append("late"))
    alarms.after(0.25, done.set)
    alarms.after(0.05, lambda: made.append("early"))

    assert done.wait(_PATIENCE_S)
    assert ["early", "late"] == made
    assert time.monotonic() - began >= 0.25


def test_a_cancelled_call_is_not_made() -> None:
    """Nor does it keep a later one from being made."""
    alarms, made, done = Alarms(), list[str](), threading.Event()
    alarms.after(0.05, lambda: made.append("cancelled")).cancel()
    alarms.after(0.1, done.set)

    assert done.wait(_PATIENCE_S)
    assert [] == made


def test_many_that_were_cancelled_are_forgotten() -> None:
    """Their time may be far off, and nobody waits for them; one thread serves them all."""
    alarms, done, before = Alarms(), threading.Event(), threading.active_count()
    for _ in range(5000):
        alarms.after(60, done.set).cancel()
    alarms.after(0, done.set)

    assert done.wait(_PATIENCE_S)
    assert len(alarms._waiting) <= 1001
    assert threading.active_count() <= before + 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_has_alarms_of_its_own() -> None:
    """It has none of its parent's, and its own are kept."""
    alarms, made = Alarms(), list[str]()
    alarms.after(0.2, lambda: made.append("parent"))
    child = os.fork()
    if child == 0:
        done = threading.Event()
        alarms.after(0.4, done.set)
        os._exit(0 if done.wait(_PATIENCE_S) and not made else 1)

    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
