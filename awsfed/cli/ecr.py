"""awsfed ecr."""

import click

from awsfed.cli import output
from awsfed.cli.asking import chosen_connector
from awsfed.cli.groups import ListingGroup
from awsfed.cli.values import REGION
from awsfed.wiring import Wiring
from awsfed.workstation.delivery.docker import TOOLS


@click.group(cls=ListingGroup)
def ecr() -> None:
    """Sign container tools in to Amazon's registry.

    With docker-credential-awsfed, tools that use credential helpers need no login.
    """


@ecr.command()
@click.argument("connector", required=False)
@click.option("-r", "--region", type=REGION, help="Region of the registry; the connector's by default.")
@click.option("--tool", type=click.Choice(TOOLS), default=TOOLS[0], show_default=True, help="Tool to sign in.")
@click.option("--print", "print_", is_flag=True, help="Print the password instead; the user name is AWS.")
@click.pass_obj
def login(wiring: Wiring, connector: str | None, region: str | None, tool: str, print_: bool) -> None:
    """Sign a container tool in to the registry of a connector's account, for 12 hours.

    The tool gets the password on its standard input and keeps it where it keeps passwords. It works until it expires,
    also when the connector is not yours any more.

    Examples: awsfed ecr login dev; awsfed ecr login dev --tool podman
    """
    from awsfed.workstation.delivery.docker import sign_in

    name = chosen_connector(wiring, connector)
    given = wiring.broker.ecr_credentials(wiring.sessions.load(wiring.issuer), name, region)
    if print_:
        output.answer(given.password.reveal())
        return
    sign_in(tool, given, wiring.environ)
    output.note(f"Signed {tool} in to {given.host} until {output.moment(given.expires_at)}.")
