"""awsfed rds."""

import click

from awsfed.cli import output
from awsfed.cli.groups import ListingGroup
from awsfed.cli.tokens import credentials_for_token, settled_region
from awsfed.cli.values import REGION, Parsed
from awsfed.model.text import parse_name
from awsfed.wiring import Wiring
from awsfed.workstation.delivery.database import parse_host


@click.group(cls=ListingGroup)
def rds() -> None:
    """Connect to databases of RDS and Aurora."""


@rds.command()
@click.argument("connector", required=False)
@click.option(
    "--host", type=Parsed(parse_host, may_hold_password=True), required=True, help="Endpoint of the database."
)
@click.option("--port", type=click.IntRange(1, 65_535), required=True, help="Its port, such as 5432 or 3306.")
@click.option("--user", type=Parsed(parse_name), required=True, help="User of the database.")
@click.option("-r", "--region", type=REGION, help="Region, where the host tells none and it is not the connector's.")
@click.pass_obj
def token(wiring: Wiring, connector: str | None, host: str, port: int, user: str, region: str | None) -> None:
    """Print the password of a database user who signs in with IAM.

    It is good for 15 minutes, for that user at that host alone, and over TLS only. The connector has to be allowed
    rds-db:connect. Hand it over in the environment, never on a command line.
    """
    from awsfed.workstation.delivery import database

    obtained = credentials_for_token(wiring, connector)
    password = database.token(
        host,
        port,
        user,
        region=settled_region(region or database.region_of(host), obtained),
        credentials=obtained.credentials,
        now=wiring.clock.now(),
    )
    output.answer(password.reveal())
