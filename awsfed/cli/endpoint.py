"""awsfed endpoint."""

import click

from awsfed.cli import output
from awsfed.cli.asking import chosen_connector
from awsfed.cli.renewing import obtain_first, tell
from awsfed.wiring import Wiring
from awsfed.workstation.credentials import Need
from awsfed.workstation.delivery import environ as delivery


@click.command()
@click.argument("connector", required=False)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(list(delivery.ENDPOINT_FORMATS)),
    default="bash",
    show_default=True,
    help="Shell or tool that will read the variables.",
)
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="Port on 127.0.0.1; any free one by default.")
@click.pass_obj
def endpoint(wiring: Wiring, connector: str | None, form: str, port: int) -> None:
    """Serve credentials to AWS programs on this machine until Ctrl-C, and renew them meanwhile.

    Prints the variables that lead a program to the endpoint. Among them is a token: whoever knows it and can reach
    127.0.0.1 here gets the credentials, so treat the output as you would treat a password.

    Example: awsfed endpoint dev
    """
    from awsfed.workstation.delivery.execute import until_told_to_end

    name = chosen_connector(wiring, connector)
    first = obtain_first(wiring, name, Need())
    with wiring.endpoint(name, first, tell(name)).serving(port) as variables:
        output.answer_bytes(delivery.endpoint_text(form, variables).encode())
        output.note(f"Serving credentials of {name} until Ctrl-C.")
        until_told_to_end()
