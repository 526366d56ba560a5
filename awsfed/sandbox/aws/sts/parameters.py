"""The parameters of one STS call and their limits, with AWS's sentences about those that break them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from awsfed.sandbox.aws.refusals import invalid, unsupported

NAME = re.compile(r"[\w+=,.@-]*", re.ASCII)
EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]*", re.ASCII)
SERIAL_NUMBER = re.compile(r"[\w+=/:,.@-]*", re.ASCII)
TOKEN_CODE = re.compile(r"[0-9]*")
WORD = re.compile(r"\w*", re.ASCII)
POLICY_TEXT = re.compile("[\\t\\n\\r\\x20-\\u00ff]+")
_FAILED = "failed to satisfy constraint: Member must"


@dataclass(slots=True)
class Parameters:
    """Reads parameters and collects what is wrong with them; `check` then says all of it at once."""

    form: Mapping[str, str] = field(repr=False)
    _problems: list[str] = field(default_factory=list)

    def only(self, *known: str) -> None:
        """Refuse parameters that the sandbox would otherwise ignore."""
        for name in self.form:
            if name.partition(".")[0] not in {"Action", "Version", *known} and not name.startswith("X-Amz-"):
                raise unsupported(f"the parameter {name}")

    def text(self, name: str, pattern: re.Pattern[str], least: int, most: int) -> str | None:
        """Return a text, or None where there is none."""
        value = self.form.get(name)
        if value is not None:
            self.limit(_told(name), value, pattern, least, most)
        return value

    def required(self, name: str, pattern: re.Pattern[str], least: int, most: int) -> str:
        """Return a text that has to be there."""
        value = self.text(name, pattern, least, most)
        if value is None:
            self._problems.append(f"Value null at '{_told(name)}' {_FAILED} not be null")
            return ""
        return value

    def duration_s(self, least: int, most: int, default: int) -> int:
        """Return DurationSeconds."""
        text = self.form.get("DurationSeconds")
        if text is None:
            return default
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise invalid("DurationSeconds is not a number")
        if int(text) < least:
            self._add(text, "durationSeconds", f"have value greater than or equal to {least}")
        if int(text) > most:
            self._add(text, "durationSeconds", f"have value less than or equal to {most}")
        return int(text)

    def listed(self, name: str, most: int, part: str = "") -> list[str]:
        """Return the values of `NAME.member.1`, `NAME.member.2`… in order."""
        pattern = re.compile(re.escape(name) + r"\.member\.([0-9]+)" + re.escape(f".{part}" if part else ""))
        found = {int(match[1]): value for key, value in self.form.items() if (match := pattern.fullmatch(key))}
        if len(found) > most:
            self._add("[...]", _told(name), f"have length less than or equal to {most}")
        return [found[position] for position in sorted(found)]

    def limit(self, told: str, value: str, pattern: re.Pattern[str], least: int, most: int) -> None:
        """Note where a value is too short, too long, or has a character it must not have."""
        if len(value) < least:
            self._add(value, told, f"have length greater than or equal to {least}")
        if len(value) > most:
            self._add(value, told, f"have length less than or equal to {most}")
        if not pattern.fullmatch(value):
            self._add(value, told, f"satisfy regular expression pattern: {pattern.pattern}")

    def check(self) -> None:
        """Refuse the call if anything was wrong."""
        count = len(self._problems)
        if count:
            errors = "error" if count == 1 else "errors"
            raise invalid(f"{count} validation {errors} detected: {'; '.join(self._problems)}")

    def _add(self, value: str, told: str, constraint: str) -> None:
        self._problems.append(f"Value '{value}' at '{told}' {_FAILED} {constraint}")


def _told(name: str) -> str:
    return name[:1].lower() + name[1:]
