"""awsfed credential-process."""

import click

from awsfed.cli import exits, output
from awsfed.cli.asking import chosen_connector
from awsfed.cli.main import usage
from awsfed.launch import is_key
from awsfed.wiring import PROCESS_S, Wiring
from awsfed.workstation.cache.interface import connector_of


def _silent(_: object) -> None:
    """Show nothing: some SDKs read standard error as part of the answer."""


@click.command("credential-process")
@click.argument("connector", required=False)
@click.option("--key", help="Cache entry to answer from, named in the line that `awsfed configure` wrote.")
@click.option("--renew", is_flag=True, hidden=True, help="Renew behind somebody's answer, and print nothing.")
@click.pass_obj
def credential_process(wiring: Wiring, connector: str | None, key: str | None, renew: bool) -> int:
    """Answer an AWS SDK with credentials, as its credential_process.

    One line of JSON on standard output, nothing on standard error; on failure one line there. Never asks anything.
    """
    if (key is None) == (connector is None):
        usage("Name either a CONNECTOR or a --key.")
    if key is not None and not is_key(key):
        usage("That is not a key that awsfed configure writes.")
    from awsfed.workstation.credentials import Need

    quiet = wiring.changed(deadline_s=PROCESS_S, may_unlock=False, ask_code=None, show=_silent, notice=_silent)
    name = connector_of(key) if key else chosen_connector(quiet, connector)
    need = Need(renewable=True, key=key)
    if renew:
        quiet.obtain_credentials.renew(name, need)
    else:
        output.answer_bytes(quiet.obtain_credentials(name, need).answer)
    return exits.OK
