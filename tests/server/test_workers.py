"""The threads of a server, its lines of those who wait, and its log that waits for nobody."""

import asyncio
import contextlib
import gc
import json
import logging
import threading
import time
import weakref
from contextlib import closing
from typing import Any

import pytest
from fakes.clock import FakeClock

from awsfed.errors import Busy, TooManyAttempts
from awsfed.server.logs import Forwarding, Log
from awsfed.server.turns import Turns
from awsfed.server.workers import Workers


def test_whoever_finds_too_many_waiting_is_told_at_once() -> None:
    """And the others get their turn."""
    workers, may_end = Workers(1, 1, "test"), threading.Event()

    async def main() -> list[bool]:
        first, second = (asyncio.create_task(workers.run(source, may_end.wait, 10)) for source in "ab")
        await asyncio.sleep(0.05)
        with pytest.raises(Busy, match="too many requests"):
            await workers.run("c", may_end.wait)
        may_end.set()
        return [await first, await second, await workers.run("c", may_end.wait)]

    with closing(workers):
        assert [True, True, True] == asyncio.run(main())


def test_one_source_leaves_room_for_the_others() -> None:
    """Half of the threads and places are for whoever comes from elsewhere; nothing is kept of who has gone."""
    workers, may_end = Workers(4, 6, "test"), threading.Event()

    async def main() -> list[object]:
        greedy = [asyncio.create_task(workers.run("a", may_end.wait, 10)) for _ in range(5)]
        await asyncio.sleep(0.05)
        with pytest.raises(Busy, match="too many requests"):
            await workers.run("a", may_end.wait)
        others = [await asyncio.wait_for(workers.run("b", str, number), 5) for number in range(3)]
        assert not any(one.done() for one in greedy)
        may_end.set()
        return [*others, *[await one for one in greedy], await workers.run("a", may_end.wait)]

    with closing(workers):
        assert ["0", "1", "2", *[True] * 6] == asyncio.run(main())


def test_who_went_away_is_passed_over() -> None:
    """A place in the line that nobody waits at any more costs nobody a turn."""
    workers, may_end = Workers(2, 20, "test"), threading.Event()
    done: list[int] = []

    async def main() -> None:
        first = asyncio.create_task(workers.run("a", may_end.wait, 10))
        await asyncio.sleep(0.05)
        for _ in range(150):  # more than a stack is deep
            gone = [asyncio.create_task(workers.run("a", done.append, -1)) for _ in range(9)]
            await asyncio.sleep(0)
            for one in gone:
                one.cancel()
            await asyncio.sleep(0)
        line = [asyncio.create_task(workers.run("a", done.append, number)) for number in range(6)]
        await asyncio.sleep(0.05)
        for number in (0, 1, 3):
            line[number].cancel()
        await asyncio.sleep(0.05)
        may_end.set()
        await first
        for number in (2, 4, 5):
            await line[number]

    with closing(workers):
        asyncio.run(main())

    assert [2, 4, 5] == done


@pytest.mark.parametrize(("work", "given", "kind"), [(divmod, (1, 0), ZeroDivisionError), (next, ([],), RuntimeError)])
def test_what_goes_wrong_reaches_whoever_waits(work: Any, given: tuple[Any, ...], kind: type[Exception]) -> None:
    """And the thread goes on with the next."""
    workers = Workers(1, 1, "test")

    async def main() -> str:
        with pytest.raises(kind):
            await workers.run("a", work, *(iter(one) if one == [] else one for one in given))
        return await workers.run("a", str, 1)

    with closing(workers):
        assert "1" == asyncio.run(main())


class Holder:
    """Stands for something that holds a password."""


@pytest.mark.parametrize("kind", [LookupError, StopIteration, None])
def test_nothing_is_kept_of_what_is_done(kind: type[Exception] | None) -> None:
    """Passwords are in what is given, and nobody comes to look for dead cycles for hours."""
    workers, left = Workers(1, 1, "test"), []

    def work(held: Holder) -> None:
        left.append(weakref.ref(held))
        if kind is not None:
            raise kind

    async def main() -> None:
        with contextlib.suppress(LookupError, RuntimeError):
            await workers.run("a", work, Holder())
        await workers.run("a", str, 1)

    gc.disable()
    try:
        with closing(workers):
            asyncio.run(main())
        assert [None] == [one() for one in left]
    finally:
        gc.enable()


def test_nothing_begins_behind_the_end() -> None:
    """Whoever comes too late is told, and does not wait for ever."""
    workers = Workers(1, 1, "test")
    workers.close()

    with pytest.raises(Busy):
        asyncio.run(workers.run("a", str, 1))


def test_the_thread_that_ended_last_is_the_next_to_work() -> None:
    """Few stay in the processor's caches, however many there are."""
    workers, all_at_once = Workers(4, 0, "test"), threading.Barrier(4, timeout=10)

    async def main() -> tuple[int, set[str]]:
        at_once = await asyncio.gather(*(workers.run(str(n), _name_behind, all_at_once) for n in range(4)))
        one_by_one = {await workers.run("a", _name_behind, None) for _ in range(8)}
        return len(set(at_once)), one_by_one

    with closing(workers):
        at_once, one_by_one = asyncio.run(main())

    assert (4, 1) == (at_once, len(one_by_one))


def _name_behind(barrier: threading.Barrier | None) -> str:
    if barrier is not None:
        barrier.wait()
    return threading.current_thread().name


def test_what_nobody_waits_for_any_more_is_not_begun() -> None:
    """Whoever hung up while they waited for a thread."""
    workers, may_end = Workers(1, 2, "test"), threading.Event()
    done: list[str] = []

    async def main() -> None:
        first = asyncio.create_task(workers.run("a", may_end.wait, 10))
        gone, last = (asyncio.create_task(workers.run(name, done.append, name)) for name in ("gone", "last"))
        await asyncio.sleep(0.05)
        gone.cancel()
        await asyncio.sleep(0)
        may_end.set()
        await asyncio.gather(first, last)

    with closing(workers):
        asyncio.run(main())

    assert ["last"] == done


def test_fewer_threads_than_wanted_have_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system with a limit of tasks makes requests wait; one without a single thread is told so."""
    workers, none, starts = Workers(4, 4, "test"), Workers(4, 4, "test"), threading.Thread.start

    started: list[threading.Thread] = []

    def start(thread: threading.Thread) -> None:
        if started:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        starts(thread)

    async def main() -> list[str]:
        found = await asyncio.gather(*(workers.run(name, str.upper, name) for name in "abc"))
        with pytest.raises(Busy, match="no thread"):
            await none.run("a", str.upper, "a")
        return found

    monkeypatch.setattr(threading.Thread, "start", start)
    with closing(workers), closing(none):
        assert ["A", "B", "C"] == asyncio.run(main())


@pytest.mark.parametrize("at_work", [True, False])
def test_threads_end_with_the_server(at_work: bool) -> None:
    """Those that wait at once, and those that work when they have done; the process could not end otherwise."""
    workers, may_end = Workers(2, 0, "ending"), threading.Event()

    async def main() -> None:
        task = asyncio.create_task(workers.run("a", may_end.wait, 10))
        await workers.run("b", str, 1)
        if not at_work:
            may_end.set()
            await task

    with closing(workers):
        asyncio.run(main())
    may_end.set()
    ends_at = time.monotonic() + 10
    while any(one.name.startswith("awsfed-ending") for one in threading.enumerate()):
        assert time.monotonic() < ends_at
        time.sleep(0.01)


def test_one_source_stands_in_a_line_of_its_own() -> None:
    """So many have their turn at once, so many wait, nobody else is held up, and nothing is kept of who has gone."""
    turns = Turns(at_once=2, in_line=3)

    async def main() -> tuple[int, int, int]:
        may_end, through = asyncio.Event(), 0

        async def enter(source: str) -> None:
            nonlocal through
            async with turns.one(source):
                through += 1
                await may_end.wait()

        waiting = [asyncio.create_task(enter("here")) for _ in range(5)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(TooManyAttempts):
            await enter("here")
        other = asyncio.create_task(enter("there"))
        await asyncio.sleep(0.01)
        before = through
        may_end.set()
        await asyncio.gather(*waiting, other)
        return before, through, len(turns._lines)

    assert (3, 6, 0) == asyncio.run(main())


class Stuck:
    """Somewhere to write to that takes nothing for a while."""

    def __init__(self) -> None:
        self.may_go_on, self.written = threading.Event(), bytearray()

    def __call__(self, data: bytes | memoryview) -> int:
        self.may_go_on.wait(20)
        self.written += data[:7]
        return len(data[:7])

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.written.splitlines() if line]


def test_a_log_that_nobody_reads_holds_up_nobody() -> None:
    """What finds no place is counted, and everything else is written in the end, however small the pieces."""
    stuck = Stuck()
    log = Log(stuck, FakeClock())
    log.line("first")
    time.sleep(0.2)  # its thread has taken this one, and waits
    began = time.monotonic()
    for number in range(10_500):
        log.line("request", number=number)
    took_s = time.monotonic() - began
    stuck.may_go_on.set()
    log.close()
    lines = stuck.lines

    assert took_s < 5
    assert 10_000 == sum(line["event"] == "request" for line in lines)
    assert [500] == [line["lines"] for line in lines if line["event"] == "dropped"]


def test_a_line_that_cannot_be_written_takes_no_other_with_it() -> None:
    """It is told of as a bug, without what it would have said."""

    class Unsayable:
        def __str__(self) -> str:
            raise ValueError("canary")

    written = bytearray()

    def write(data: bytes | memoryview) -> int:
        written.extend(data)
        return len(data)

    log = Log(write, FakeClock())
    log.line("first", value=Unsayable())
    log.line("second")
    log.close()

    first, second = map(json.loads, written.splitlines())
    assert ("bug", "ValueError", ["log: first"]) == (first["event"], first["type"], first["places"])
    assert "second" == second["event"]
    assert b"canary" not in written


def test_a_log_that_is_stuck_lets_the_process_end() -> None:
    """Nobody waits for long."""
    log = Log(Stuck(), FakeClock())
    log.line("first")
    began = time.monotonic()
    log.close()

    assert time.monotonic() - began < 4


def test_half_a_line_ends_before_the_next() -> None:
    """Where the disk was full in the middle of one."""
    written, is_full = bytearray(), False

    def write(data: bytes | memoryview) -> int:
        nonlocal is_full
        if is_full:
            is_full = False
            raise OSError(28, "No space left on device")
        if not written:
            is_full = True
            written.extend(data[:10])
            return 10
        written.extend(data)
        return len(data)

    log = Log(write, FakeClock())
    log.line("first")
    time.sleep(0.1)
    log.line("second")
    log.close()

    broken, whole = bytes(written).splitlines()
    assert b'{"at":"' == broken[:7]
    assert "second" == json.loads(whole)["event"]


def test_what_a_library_repeats_is_written_once_in_a_while() -> None:
    """With how often it was left out, so that nobody fills a disk with it."""
    lines, clock = bytearray(), FakeClock()

    def write(data: bytes | memoryview) -> int:
        lines.extend(data)
        return len(data)

    log = Log(write, clock)
    handler = Forwarding(log, clock)
    logger = logging.getLogger("awsfed-test-library")
    logger.addHandler(handler)
    logger.propagate = False
    for second in range(12):
        for number in range(1000):
            logger.warning("trouble %d", number)
        if second < 11:
            clock.advance(1)
    log.close()

    found = [json.loads(line) for line in lines.splitlines()]
    assert [("trouble 0", None), ("trouble 0", 9999)] == [(one["message"], one.get("leftOut")) for one in found]
