"""What is wrong with a file of settings or connectors, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from awsfed.errors import ConfigError


class Severity(Enum):
    """Whether a problem stops the program."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake, with the place where it can be mended."""

    file: str
    """A file, or the URL, variable or option that stands for one."""
    line: int | None = None
    key: str | None = None
    """Dotted name; None where the whole file is meant."""
    message: str
    """Reads on after the key: lower case, no full stop."""
    hint: str | None = None
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return one line such as `/etc/awsfed/config.toml, line 7: session.hours must be a whole number …`."""
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.message}" if self.key is None else f"{place}: {self.key} {self.message}"


class InvalidSettings(ConfigError):
    """Settings or connectors with mistakes in them; all of them are in `problems`."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first, others = self.problems[0], len(self.problems) - 1
        more = f" (and {others} more)" if others else ""
        hint = first.hint or ("awsfed config check shows them all" if others else None)
        super().__init__(f"{first}{more}", hint=hint)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems file by file, and in each file from its top to its end."""
    listed = tuple(problems)
    files = {file: number for number, file in enumerate(dict.fromkeys(problem.file for problem in listed))}
    return tuple(sorted(listed, key=lambda problem: (files[problem.file], problem.line or 0)))


def refuse_errors(problems: Iterable[Problem]) -> None:
    """Raise InvalidSettings when any of the problems is more than a warning."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise InvalidSettings(errors)
