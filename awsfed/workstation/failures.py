"""The last failure to get credentials for a connector: inherited by those who waited for it, shown by status."""

import json
from dataclasses import dataclass
from pathlib import Path

from awsfed import errors
from awsfed.errors import AwsfedError, StoreError
from awsfed.outside.files import read_private, remove, write_atomic


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Failure:
    """What went wrong, and when."""

    at: float
    """Epoch seconds."""
    error: AwsfedError


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Failures:
    """One file a connector; written by whoever holds the connector's lock."""

    directory: Path

    def note(self, connector: str, error: AwsfedError, at: float) -> None:
        """Keep a failure, in place of any earlier one."""
        kind = next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == errors.__name__)
        record = {"at": at, "kind": kind, "message": error.message, "hint": error.hint}
        write_atomic(self._path(connector), json.dumps(record).encode("utf-8"))

    def clear(self, connector: str) -> None:
        """Forget the failure of a connector."""
        remove(self._path(connector))

    def last(self, connector: str) -> Failure | None:
        """Return the last failure, unless it was followed by a success."""
        try:
            data = read_private(self._path(connector))
            record = json.loads(data) if data else None
            if record is None:
                return None
            kind = getattr(errors, record["kind"])
            error = kind(str(record["message"]), hint=record["hint"] and str(record["hint"]))
            return Failure(at=float(record["at"]), error=error) if isinstance(error, AwsfedError) else None
        except (StoreError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def clear_all(self) -> None:
        """Forget the failures of all connectors."""
        for path in self.directory.glob("*.failure"):
            remove(path)

    def _path(self, connector: str) -> Path:
        return self.directory / f"{connector.casefold()}.failure"
