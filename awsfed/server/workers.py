"""Threads for what blocks, so many of one kind; whoever finds too many waiting is told so at once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from awsfed.errors import Busy

T = TypeVar("T")


class Workers:
    """Runs work for the event loop, in whose thread every verb is called.

    Args:
        threads: how many things run at the same time.
        waiting: how many more may wait for a thread.
        name: what the threads are called.
    """

    def __init__(self, threads: int, waiting: int, name: str) -> None:
        self._most = threads + waiting
        self._count = 0
        self._by_source: Counter[str] = Counter()
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix=f"awsfed-{name}")

    async def run(self, source: str, work: Callable[..., T], *given: object) -> T:
        """Return what `work` returns; raise Busy where too many wait already, or half as many from one source."""
        if self._count >= self._most or self._by_source[source] > self._most // 2:
            raise Busy("too many requests are waiting here", hint="try again in a moment")
        self._count += 1
        self._by_source[source] += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.threads, work, *given)
        finally:
            self._count -= 1
            self._by_source[source] -= 1
            if not self._by_source[source]:
                del self._by_source[source]

    def close(self) -> None:
        """Take no more work; what runs is not waited for."""
        self.threads.shutdown(wait=False, cancel_futures=True)
