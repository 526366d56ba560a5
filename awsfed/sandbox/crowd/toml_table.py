"""One table of a TOML file, taken key by key, so that nothing unknown or ill-typed goes unnoticed."""

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from awsfed.sandbox.crowd.entities import Network, folded


class DirectoryFileError(ValueError):
    """The file does not describe a directory."""


class TomlTable:
    """Keys are taken one by one; what is left at the end is unknown."""

    def __init__(self, file: Path, where: str, values: object) -> None:
        if not isinstance(values, dict):
            raise DirectoryFileError(f"{file}: {where} must be a table")
        self._file = file
        self._where = where
        self._left: dict[str, Any] = dict(values)

    def wrong(self, key: str, complaint: str) -> DirectoryFileError:
        """The error to raise about a key of this table."""
        return DirectoryFileError(f"{self._file}: {self._where}{'.' if self._where else ''}{key} {complaint}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        value = self._left.pop(key, default)
        if value is None:
            raise self.wrong(key, "is missing")
        if not isinstance(value, str):
            raise self.wrong(key, "must be text")
        return value

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """One of these texts, the first one when the key is missing."""
        value = self.text(key, choices[0])
        if value not in choices:
            raise self.wrong(key, f"must be one of {', '.join(choices)}")
        return value

    def truth(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._left.pop(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def number(self, key: str, default: int) -> int:
        """A whole number, zero or more."""
        value = self._left.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.wrong(key, "must be a whole number, zero or more")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty when the key is missing."""
        value = self._left.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(key, "must be a list of texts")
        return tuple(value)

    def networks(self, key: str) -> tuple[Network, ...]:
        """A list of addresses and networks."""
        try:
            return tuple(ipaddress.ip_network(one, strict=False) for one in self.texts(key))
        except ValueError as error:
            raise self.wrong(key, "must hold addresses or networks") from error

    def attributes(self) -> dict[str, tuple[str, ...]]:
        """The table `attributes`, whose values are lists of texts."""
        table = TomlTable(self._file, f"{self._where}.attributes", self._left.pop("attributes", {}))
        return {name: table.texts(name) for name in tuple(table._left)}

    def tables(self, key: str) -> Iterator[tuple[str, "TomlTable"]]:
        """Every named table below a key; two names that differ only in case are refused."""
        named = self._left.pop(key, {})
        if not isinstance(named, dict):
            raise DirectoryFileError(f"{self._file}: {key} must be a table of tables")
        seen: set[str] = set()
        for name, values in named.items():
            where = f"{key}.{name}"
            if not name or folded(name) in seen:
                raise DirectoryFileError(f"{self._file}: {where} is empty or there twice")
            seen.add(folded(name))
            yield name, TomlTable(self._file, where, values)

    def table(self, key: str, default: object = None) -> "TomlTable":
        """A table below this one; without a default it must be there."""
        if key not in self._left and default is None:
            raise DirectoryFileError(f"{self._file}: the table {key} is missing")
        return TomlTable(self._file, key, self._left.pop(key, default))

    def end(self) -> None:
        """Refuse the first key that nobody took."""
        for key in self._left:
            raise self.wrong(key, "is not known")
