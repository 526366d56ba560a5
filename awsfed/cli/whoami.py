"""awsfed whoami."""

import click

from awsfed.cli import output
from awsfed.cli.asking import chosen_connector
from awsfed.wiring import Wiring


@click.command()
@click.argument("connector", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def whoami(wiring: Wiring, connector: str | None, as_json: bool) -> None:
    """Ask AWS who you are with a connector: account, ARN and user id.

    Example: awsfed whoami dev
    """
    name = chosen_connector(wiring, connector)
    who = wiring.broker.caller_identity(wiring.sessions.load(wiring.issuer), name)
    if as_json:
        output.answer_json({"account": who.account, "arn": who.arn, "user_id": who.user_id})
        return
    output.facts({"account": who.account, "arn": who.arn, "user id": who.user_id})
