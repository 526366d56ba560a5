"""Signals that wait."""

import signal
import threading

import pytest

from awsfed.outside.interrupts import uninterrupted


def test_ctrl_c_waits_for_the_end_of_the_block() -> None:
    """What must not be cut in two is finished first."""
    done = []

    def interrupted_in_between() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            done.append("both halves")

    with pytest.raises(KeyboardInterrupt):
        interrupted_in_between()

    assert ["both halves"] == done
    assert signal.default_int_handler is signal.getsignal(signal.SIGINT)


def test_an_error_inside_is_not_hidden() -> None:
    """Where nobody interrupts."""
    with pytest.raises(ZeroDivisionError), uninterrupted():
        _ = 1 / 0

    assert signal.SIG_DFL is signal.getsignal(signal.SIGTERM)


def test_other_threads_receive_no_signals() -> None:
    """So nothing is changed there."""
    ran = []

    def work() -> None:
        with uninterrupted():
            ran.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert [signal.default_int_handler] == ran
