"""What a rotation has done so far, kept where a crash does not reach it; never a secret."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from awsfed.errors import CorruptEntry
from awsfed.outside.clock import Clock
from awsfed.outside.files import locked, private_directory, read_private, remove, write_atomic

_FORMAT = 1
_LOCK_WAIT_S = 1.0


class Step(Enum):
    """What is done, in this order."""

    ASKED = "asked"
    """AWS was or is about to be asked for a second key."""
    MADE = "made"
    """The second key is in the keyring, beside the old one."""
    SWITCHED = "switched"
    """The second key is in the place of the old one."""
    DEACTIVATED = "deactivated"
    """The old key opens nothing any more."""
    DELETED = "deleted"
    """The old key is gone; nothing of the rotation is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """One access key on its way to its successor."""

    key: str
    """Its name."""
    user: str
    """ARN of the user whose key it is."""
    step: Step
    old_id: str
    new_id: str | None = None
    asked_at: int
    """Epoch seconds at which AWS was asked for the second key."""
    grace_s: int
    """For how long the old key is kept after it was deactivated."""
    deactivated_at: int | None = None

    @property
    def delete_at(self) -> int | None:
        """The moment from which the old key may be deleted; None before it is deactivated."""
        return None if self.deactivated_at is None else self.deactivated_at + self.grace_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """One private file for each rotation that is under way."""

    directory: Path
    clock: Clock

    def load(self, name: str) -> Rotation | None:
        """Return the rotation of a key, or None.

        Raises:
            CorruptEntry: the file is not one of ours.
        """
        data = read_private(self._path(name))
        if data is None:
            return None
        try:
            parts = json.loads(data)
            form = parts.pop("format")
            rotation = Rotation(**{**parts, "step": Step(parts["step"])})
        except (ValueError, KeyError, TypeError, AttributeError):
            form, rotation = None, None
        if rotation is None or form != _FORMAT or rotation.key != name:
            raise CorruptEntry(
                f"the journal of the rotation of {name!r} is not one of ours",
                hint=f"awsfed keys rotate {name} --abandon, then look at the user's keys in AWS",
            )
        return rotation

    def save(self, rotation: Rotation) -> Rotation:
        """Keep a rotation in place of its earlier state, and return it."""
        private_directory(self.directory)
        parts = {"format": _FORMAT, **asdict(rotation), "step": rotation.step.value}
        write_atomic(self._path(rotation.key), json.dumps(parts).encode("utf-8"))
        return rotation

    def forget(self, name: str) -> None:
        """Keep nothing of a rotation; none is fine."""
        remove(self._path(name))

    def all(self) -> Iterator[Rotation]:
        """Yield every rotation that is under way."""
        for path in sorted(self.directory.glob("*.json")):
            rotation = self.load(path.stem)
            if rotation is not None:
                yield rotation

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Hold the rotation of a key; raise Busy where another process works on it."""
        private_directory(self.directory)
        return locked(self.directory / f"{name}.lock", timeout_s=_LOCK_WAIT_S, clock=self.clock)

    def _path(self, name: str) -> Path:
        return self.directory / f"{name}.json"
