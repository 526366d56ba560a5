"""What the commands have in common that sign something with credentials."""

import click

from awsfed.cli.asking import chosen_connector
from awsfed.cli.delivering import deliver
from awsfed.cli.values import REGION
from awsfed.errors import ConfigError
from awsfed.wiring import Wiring
from awsfed.workstation.credentials import Need, Obtained

region_option = click.option("-r", "--region", type=REGION, help="Region to use; the connector's by default.")


def credentials_for_token(wiring: Wiring, connector: str | None) -> Obtained:
    """Return credentials that outlive whatever is signed with them now, where new ones can be had."""
    return deliver(wiring, chosen_connector(wiring, connector), Need(renewable=True))


def settled_region(given: str | None, obtained: Obtained) -> str:
    """Return the region that was given, else the connector's; raise ConfigError where there is neither."""
    region = given or obtained.region
    if region is None:
        raise ConfigError("which region?", hint="name it with --region, or set aws.region")
    return region
