"""Work that several threads want at the same time: one of them does it for all."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class _Round(Generic[T]):
    """One time that the work is done, and how it ended."""

    __slots__ = ("ended", "error", "value")

    def __init__(self) -> None:
        self.ended = threading.Event()
        self.value: T | None = None
        self.error: BaseException | None = None

    def result(self) -> T:
        if self.error is not None:
            raise self.error.with_traceback(None)  # it would grow with everybody who is told
        return self.value  # type: ignore[return-value]  # a round without an error has its value


class Joining(Generic[T]):
    """Does work once for all who ask for it while it is being done; they share its value, or its error."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._round: _Round[T] | None = None

    def run(self, work: Callable[[], T]) -> T:
        """Return what the work returns, or what it returned to somebody who was at it already."""
        with self._lock:
            current = self._round
            mine = _Round[T]() if current is None else None
            self._round = current or mine
        if mine is None:
            current.ended.wait()  # type: ignore[union-attr]  # there is one, or we made ours
            return current.result()  # type: ignore[union-attr]
        try:
            mine.value = work()
        except BaseException as error:
            mine.error = error
            raise
        finally:
            with self._lock:
                self._round = None
            mine.ended.set()
        return mine.result()
