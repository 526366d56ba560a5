"""awsfed env."""

import click

from awsfed.cli import output
from awsfed.cli.asking import chosen_connector
from awsfed.cli.delivering import deliver
from awsfed.cli.main import usage
from awsfed.cli.needing import need_options
from awsfed.wiring import Wiring
from awsfed.workstation.credentials import Need
from awsfed.workstation.delivery import environ as delivery


@click.command()
@click.argument("connector", required=False)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(list(delivery.FORMATS)),
    default="bash",
    show_default=True,
    help="Shell or tool that will read it.",
)
@click.option("--unset", is_flag=True, help="Print the commands that take the variables back instead.")
@need_options
@click.pass_obj
def env(wiring: Wiring, connector: str | None, form: str, unset: bool, need: Need) -> None:
    """Print credentials as environment variables.

    Example: eval "$(awsfed env dev)"
    """
    if unset:
        if form not in delivery.UNSET_FORMATS:
            usage(f"--unset goes with the formats {', '.join(delivery.UNSET_FORMATS)}.")
        output.answer_bytes(delivery.unset(form).encode())
        return
    obtained = deliver(wiring, chosen_connector(wiring, connector), need)
    values = delivery.variables(obtained.credentials, obtained.region)
    output.answer_bytes(delivery.FORMATS[form](values).encode())
