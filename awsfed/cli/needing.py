"""The options by which a command says what it needs: how long a life, and how little may be allowed."""

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from awsfed.cli.values import REGION, Parsed
from awsfed.errors import InvalidValue
from awsfed.model.arns import parse_policy_arn
from awsfed.model.connector import MAXIMUM_DURATION, MINIMUM_DURATION
from awsfed.model.lifetime import FLOOR_S
from awsfed.model.narrowing import Narrowing
from awsfed.model.policies import parse_policy
from awsfed.workstation.credentials import Need

_UNITS = {"s": 1, "m": 60, "h": 3600}
Command = Callable[..., Any]


class Seconds(click.ParamType[int]):
    """A length of time such as 90m, 4h or 900 (seconds)."""

    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return it in seconds."""
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"(\d{1,6})([smh]?)", str(value))
        if match is None:
            self.fail(f"{value!r} is not a length of time such as 90m, 4h or 900s.", param, ctx)
        return int(match[1]) * _UNITS[match[2] or "s"]


class Shorter(Seconds):
    """A life that some connector can give."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return it in seconds."""
        seconds = super().convert(value, param, ctx)
        if not MINIMUM_DURATION <= seconds <= max(MAXIMUM_DURATION.values()):
            self.fail(f"{value!r} is not from 15m to 36h.", param, ctx)
        return seconds


class PolicyFile(click.ParamType[str]):
    """A file with a policy document."""

    name = "FILE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the document as compact JSON."""
        try:
            return parse_policy(Path(str(value)).read_text(encoding="utf-8"))
        except OSError as error:
            self.fail(f"{value!r} cannot be read: {error.strerror}.", param, ctx)
        except (InvalidValue, UnicodeDecodeError) as error:
            reason = error.message if isinstance(error, InvalidValue) else "is not UTF-8 text"
            self.fail(f"{value!r} {reason}.", param, ctx)


_NARROWING = (
    click.option("--policy", type=PolicyFile(), help="Allow no more than the policy in this file does."),
    click.option(
        "--policy-arn",
        multiple=True,
        type=Parsed(parse_policy_arn),
        help="Allow no more than this managed policy does; may be given several times.",
    ),
    click.option("--read-only", is_flag=True, help="Allow only what reads."),
    click.option(
        "--region-lock",
        multiple=True,
        type=REGION,
        help="Allow requests to this region only; may be given several times.",
    ),
    click.option("--duration", type=Shorter(), help="Ask for credentials with a shorter life, such as 15m."),
)
_MIN_LIFE = click.option(
    "--min-life",
    "min_life_s",
    type=Seconds(),
    default=FLOOR_S,
    help="How long the credentials have to be good for, such as 45m; a minute by default.",
)


def narrowing_options(command: Command) -> Command:
    """Add the options that narrow; the command gets `narrowing`, a Narrowing."""

    @functools.wraps(command)
    def narrowing(*args: Any, **kwargs: Any) -> Any:
        wish = Narrowing(
            policy=kwargs.pop("policy"),
            policy_arns=kwargs.pop("policy_arn"),
            read_only=kwargs.pop("read_only"),
            region_lock=kwargs.pop("region_lock"),
            duration=kwargs.pop("duration"),
        )
        return command(*args, narrowing=wish, **kwargs)

    decorated: Command = narrowing
    for option in reversed(_NARROWING):
        decorated = option(decorated)
    return decorated


def need_options(command: Command) -> Command:
    """Add the options that narrow and `--min-life`; the command gets `need`, a Need."""

    @functools.wraps(command)
    def needing(*args: Any, narrowing: Narrowing, min_life_s: int, **kwargs: Any) -> Any:
        return command(*args, need=Need(narrowing=narrowing, min_life_s=min_life_s), **kwargs)

    return _MIN_LIFE(narrowing_options(needing))
