"""Values on the command line that have rules of their own."""

import re
from collections.abc import Callable

import click

from awsfed.errors import InvalidValue
from awsfed.model.partitions import parse_region
from awsfed.model.signatures import parse_public_key
from awsfed.model.slugs import parse_slug
from awsfed.model.text import parse_name
from awsfed.settings.hosts import parse_url
from awsfed.workstation.awsfiles.names import parse_profile

_ZONE = re.compile(r" ([+-]\d\d:?\d\d)$")
"""What stands behind a moment as we print it; ISO 8601 has no space before it."""


class Parsed(click.ParamType[str]):
    """A text that a parser takes; what it refuses is a mistake on the command line, said with the option's name.

    Args:
        parse: raises InvalidValue, with a message that reads after the value.
        may_hold_password: whether people put passwords into such values, which must not be repeated.
    """

    name = "text"

    def __init__(self, parse: Callable[[object], str], *, may_hold_password: bool = False) -> None:
        self._parse, self._may_hold_password = parse, may_hold_password

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return it as the parser does."""
        try:
            return self._parse(value)
        except InvalidValue as error:
            self.fail(f"{'It' if self._may_hold_password else repr(value)} {error.message}.", param, ctx)


class Moment(click.ParamType[float]):
    """A day or a moment as ISO 8601 has it, which CloudTrail and these commands print; epoch seconds."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return it; without a zone it is one of this machine's."""
        from datetime import datetime

        try:
            return datetime.fromisoformat(_ZONE.sub(r"\1", str(value))).timestamp()
        except (ValueError, OverflowError, OSError):
            self.fail(f"{value!r} is not a day or a moment such as 2026-01-31, 2026-01-31T13:45:00Z.", param, ctx)


PROFILE = Parsed(parse_profile)
NAME = Parsed(parse_name)
PUBLIC_KEY = Parsed(parse_public_key)
REGION = Parsed(parse_region)
SLUG = Parsed(parse_slug)
URL = Parsed(parse_url, may_hold_password=True)
MOMENT = Moment()
