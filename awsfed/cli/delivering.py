"""What the deliveries that cannot renew have in common."""

import re

import click

from awsfed.cli import output
from awsfed.model.lifetime import FLOOR_S
from awsfed.wiring import Wiring
from awsfed.workstation.credentials import Need, Obtained

_UNITS = {"s": 1, "m": 60, "h": 3600}


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


min_life_option = click.option(
    "--min-life",
    "min_life_s",
    type=Seconds(),
    default=FLOOR_S,
    help="How long the credentials have to be good for, such as 45m; a minute by default.",
)


def deliver(wiring: Wiring, connector: str, min_life_s: int) -> Obtained:
    """Return credentials, and say so when they are older ones because new ones could not be had."""
    obtained = wiring.obtain_credentials(connector, Need(min_life_s=min_life_s))
    if obtained.left_over:
        until = output.moment(obtained.credentials.expires_at)
        output.warn(f"{obtained.left_over.message}; these credentials are older ones, good until {until}")
    if obtained.not_kept:
        output.warn(f"{obtained.not_kept.message}; the next use has to ask for new credentials")
    return obtained
