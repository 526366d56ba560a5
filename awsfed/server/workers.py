"""Threads for what blocks, so many of one kind; whoever finds too many waiting is told so at once.

The executor of the standard library gives its threads work by turns, so that each has been forgotten by the
processor's caches when it is due again, and makes a future, a condition and two locks for every call. Here the thread
that ended last is the next to work, and all but the work itself happens in the thread of the event loop.
"""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

from awsfed.errors import Busy

T = TypeVar("T")


class _Job:
    """Something to do, and what came of it."""

    __slots__ = ("error", "future", "given", "result", "source", "work")

    def __init__(
        self, source: str, future: "asyncio.Future[Any]", work: Callable[..., object], given: tuple[object, ...]
    ) -> None:
        self.source, self.future, self.work, self.given = source, future, work, given
        self.result: object = None
        self.error: BaseException | None = None

    def tell(self) -> None:
        """Let whoever waits know, if anybody still does."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


def _outcome(work: Callable[..., object], given: tuple[object, ...]) -> tuple[object, BaseException | None]:
    """Return what came of some work, or its error, which leads to this frame: nothing here leads back to the error."""
    try:
        return work(*given), None
    except BaseException as error:  # noqa: BLE001 - whoever waits for it is told
        return None, _tellable(error)


def _tellable(error: BaseException) -> BaseException:
    """Return an error that a future takes: any but the one that ends an iteration."""
    if not isinstance(error, StopIteration):
        return error
    wrong = RuntimeError("the work ended an iteration that nobody began")
    wrong.__cause__ = error
    return wrong


class _Thread(threading.Thread):
    """Does one job at a time, and tells when it can do another one."""

    def __init__(self, name: str, is_free: Callable[["_Thread", _Job], None]) -> None:
        super().__init__(name=name, daemon=True)  # a process that was told twice to end waits for nobody
        self._is_free = is_free
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()

    def do(self, job: _Job | None) -> None:
        """Do a job; behind None there is none."""
        self._jobs.put(job)

    def run(self) -> None:
        """Do jobs until there is none; nothing is kept of one that is done, which may hold a secret."""
        while (job := self._jobs.get()) is not None:
            job.result, job.error = _outcome(job.work, job.given)
            try:
                job.future.get_loop().call_soon_threadsafe(self._is_free, self, job)
            except RuntimeError:  # the loop has ended
                return
            del job


class Workers:
    """Runs work for the event loop, in whose thread every verb is called; one source has half of it at most.

    Args:
        threads: how many things run at the same time.
        waiting: how many more may wait for a thread.
        name: what the threads are called.
    """

    def __init__(self, threads: int, waiting: int, name: str) -> None:
        self._threads, self._most, self._name = threads, threads + waiting, f"awsfed-{name}"
        self._share = max(1, threads // 2)
        self._count = 0
        self._by_source: Counter[str] = Counter()
        self._running: Counter[str] = Counter()
        """The same of those only that have a thread."""
        self._all: list[_Thread] = []
        self._idle: list[_Thread] = []
        self._waiting: deque[_Job] = deque()

    async def run(self, source: str, work: Callable[..., T], *given: object) -> T:
        """Return what `work` returns; raise Busy where too many wait already, or half as many from one source."""
        if self._count >= self._most or self._by_source[source] >= self._most // 2:
            raise Busy("too many requests are waiting here", hint="try again in a moment")
        self._count += 1
        self._by_source[source] += 1
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        try:
            self._begin(_Job(source, future, work, given))
            return await future
        finally:
            del future  # its error leads to this frame
            self._count -= 1
            _take_one(self._by_source, source)

    def close(self) -> None:
        """Take no more work; what runs is not waited for."""
        self._most = 0
        self._waiting.clear()
        for thread in self._all:
            thread.do(None)

    def _begin(self, job: _Job) -> None:
        if self._running[job.source] >= self._share:
            self._waiting.append(job)
            return
        if not self._idle and len(self._all) < self._threads:
            self._start_one()
        if self._idle:
            self._give(self._idle.pop(), job)
        else:
            self._waiting.append(job)

    def _give(self, thread: _Thread, job: _Job) -> None:
        self._running[job.source] += 1
        thread.do(job)

    def _start_one(self) -> None:
        """Start a thread; where the system gives no more, those that there are have to do."""
        thread = _Thread(f"{self._name}-{len(self._all)}", self._free)
        try:
            thread.start()
        except RuntimeError:
            if not self._all:
                raise Busy("the system lets the server start no thread", hint="raise its limit of tasks") from None
        else:
            self._all.append(thread)
            self._idle.append(thread)

    def _free(self, thread: _Thread, job: _Job) -> None:
        """Tell what came of a job, and give its thread the next one that somebody waits for."""
        _take_one(self._running, job.source)
        job.tell()
        following = self._following()
        if following is None:
            self._idle.append(thread)
        else:
            self._give(thread, following)

    def _following(self) -> _Job | None:
        """Take the first out of the line that somebody waits for, and whose source has not its share already."""
        while self._waiting and self._waiting[0].future.done():
            self._waiting.popleft()
        for place, job in enumerate(self._waiting):
            if self._running[job.source] < self._share and not job.future.done():
                del self._waiting[place]
                return job
        return None


def _take_one(counter: Counter[str], source: str) -> None:
    counter[source] -= 1
    if not counter[source]:
        del counter[source]
