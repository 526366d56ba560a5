"""A catalogue that is fetched, wherever from: its copy, how old that may be, and when the source is asked."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from awsfed.broker.catalogue.bounds import bounded
from awsfed.broker.catalogue.copies import Copy, Fetched, read_copy, write_copy
from awsfed.broker.catalogue.document import Reading
from awsfed.broker.catalogue.interface import Connectors
from awsfed.broker.catalogue.signature import Accepted, Trust, Untrusted
from awsfed.broker.catalogue.standing import Standing, standing
from awsfed.errors import CatalogueUnavailable, Unavailable, UnwritableFile
from awsfed.outside.clock import Clock
from awsfed.outside.retry import Retries
from awsfed.settings.problems import Problem
from awsfed.settings.values import KeySettings

OLDEST_COPY_S = 7 * 86_400
"""An older copy is not used: grants that were taken back a week ago have to be gone."""


class Source(Protocol):
    """A place that documents are fetched from."""

    @property
    def name(self) -> str:
        """What the settings call it."""

    def fetch(self, known: Fetched | None, *, signed: bool) -> Fetched:
        """Ask once for the documents, which may be those that are known already.

        With `signed`, each comes with what stands beside it as its signature, also where it did not change itself.

        Raises:
            TryAgain: nobody answered, or not now.
            ConfigError: a definite refusal, or no such document.
            ProtocolError: an answer that is none, or more than a document may be.
        """


def _nothing() -> None:
    """Fetch nothing behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedCatalogue:
    """What `catalogue.source` names, if it is not on this machine.

    It is asked when the copy is older than `max_age_s`: with all retries where there is no copy, once where there is.
    With `stale_for_s` a copy that is older by less than that still answers, while a child asks behind.
    A definite refusal, a document with a mistake in it, or one that does not count, is an error even while there is a
    copy.
    """

    source: Source
    keys: Mapping[str, KeySettings]
    """Bounds what connectors may ask of each access key."""
    max_age_s: int
    folder: Path
    """Where the copy is kept, privately."""
    clock: Clock
    retries: Retries
    stale_for_s: int = 0
    trust: Trust = Trust()  # noqa: RUF009 - it holds nothing
    refresh_behind: Callable[[], None] = _nothing

    def connectors(self) -> Connectors:
        """Return the connectors; see the port."""
        accepted, _, stands_in_s = self._current()
        connectors = self._reading(accepted).good()
        self.trust.remember(accepted)
        return Connectors(by_id=connectors, origin=self.source.name, age_s=stands_in_s)

    def check(self) -> tuple[Problem, ...]:
        """Return every mistake in the documents at once, warnings among them; raise as the port does otherwise."""
        return self._reading(self._current()[0]).problems

    def standing(self) -> Standing:
        """Return what there is to know about it; raise as the port does."""
        accepted, fetched_at, _ = self._current()
        return standing(self.source.name, accepted, self._reading(accepted).good(), fetched_at=fetched_at)

    def refresh(self) -> None:
        """Ask the source, however young the copy is, and keep what it answers; raise as the port does."""
        accepted, _ = self._asked(self._copy())
        self._reading(accepted).good()
        self.trust.remember(accepted)

    def _current(self) -> tuple[Accepted, float, float | None]:
        """Return what counts now, since when it is here, and its age where it stands in for a silent source."""
        copy = self._copy()
        age_s = self.clock.now() - copy.fetched_at if copy else 0.0
        if copy and 0 <= age_s < self.max_age_s + self.stale_for_s and (kept := self._kept(copy)):
            if age_s >= self.max_age_s:
                self.refresh_behind()
            return kept, copy.fetched_at, None
        try:
            return (*self._asked(copy), None)
        except Unavailable as error:
            if copy and age_s <= OLDEST_COPY_S:
                return self.trust.accept(copy.fetched.parts), copy.fetched_at, max(age_s, 0.0)
            old = " and the copy is more than a week old" if copy else ""
            message = f"the catalogue {self.source.name} cannot be fetched{old}: {error.message}"
            raise CatalogueUnavailable(message, hint=error.hint) from error

    def _copy(self) -> Copy | None:
        """Return the copy; None also for one without the signatures that are wanted by now."""
        copy = read_copy(self.folder, self.source.name)
        if copy and self.trust.required and any(part.signature is None for part in copy.fetched.parts):
            return None
        return copy

    def _kept(self, copy: Copy) -> Accepted | None:
        """Return a copy as what counts; None where it does not count any more, so that the source has to be asked."""
        try:
            return self.trust.accept(copy.fetched.parts)
        except Untrusted:
            return None

    def _asked(self, copy: Copy | None) -> tuple[Accepted, float]:
        """Ask the source, and keep what it answers where there is no mistake in it."""
        known = copy.fetched if copy else None
        retries = replace(self.retries, retries=0) if copy else self.retries
        fetched = retries.run("the catalogue", lambda: self.source.fetch(known, signed=self.trust.looks))
        accepted, now = self.trust.accept(fetched.parts), self.clock.now()
        if self._reading(accepted).is_good:
            with contextlib.suppress(UnwritableFile):  # a machine that can keep nothing asks every time
                write_copy(self.folder, self.source.name, Copy(fetched=fetched, fetched_at=now))
        return accepted, now

    def _reading(self, accepted: Accepted) -> Reading:
        return bounded(accepted.reading, self.keys, fetched=True)
