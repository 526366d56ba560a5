"""Work that several threads want at the same time."""

import threading
from collections.abc import Callable

from awsfed.errors import Unavailable
from awsfed.outside.joining import Joining


class Work:
    """Counts how often it is done, and lasts until it is let go."""

    def __init__(self) -> None:
        self.times = 0
        self.began, self.let_go = threading.Event(), threading.Event()

    def __call__(self) -> int:
        """Do it."""
        self.times += 1
        self.began.set()
        assert self.let_go.wait(20)
        if self.times == 1:
            return 1
        raise Unavailable("not a second time")


def outcomes(joining: Joining[int], work: Callable[[], int], found: list[object]) -> None:
    """Note what one thread is given."""
    try:
        found.append(joining.run(work))
    except Unavailable as error:
        found.append(error.message)


def all_at_once(joining: Joining[int], work: Work) -> list[object]:
    """Return what five threads are given that ask while the work is being done."""
    found: list[object] = []
    threads = [threading.Thread(target=outcomes, args=(joining, work, found)) for _ in range(5)]
    threads[0].start()
    assert work.began.wait(20)
    for thread in threads[1:]:
        thread.start()
    threading.Timer(0.2, work.let_go.set).start()
    for thread in threads:
        thread.join(20)
    return found


def test_those_who_come_meanwhile_share_a_value_and_an_error() -> None:
    """The work is done once for all of them, and again for those who come later."""
    joining, work = Joining[int](), Work()

    assert all_at_once(joining, work) == [1] * 5
    assert work.times == 1

    work.began.clear()
    work.let_go.clear()
    assert all_at_once(joining, work) == ["not a second time"] * 5
    assert work.times == 2
