"""awsfed exec."""

import click

from awsfed.cli import output
from awsfed.cli.asking import chosen_connector
from awsfed.cli.delivering import deliver
from awsfed.cli.groups import CommandAfterDashes, command_behind_dashes
from awsfed.cli.needing import need_options
from awsfed.cli.renewing import obtain_first, tell
from awsfed.errors import Refused
from awsfed.wiring import Wiring
from awsfed.workstation.credentials import Need

_WITHOUT_DASHES = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Then the command is missed, whatever else is there."""


@click.command("exec", cls=CommandAfterDashes, context_settings=_WITHOUT_DASHES)
@click.argument("connector", required=False)
@click.option("--refresh", is_flag=True, help="Renew the credentials for as long as the command runs.")
@click.option("--nested", is_flag=True, help="Allow it inside another `awsfed exec`.")
@need_options
@click.pass_context
def exec_(ctx: click.Context, connector: str | None, refresh: bool, nested: bool, need: Need) -> int:
    """Run a command with credentials in its environment.

    Its exit status and its signals are its own; a failure before it ran is 125, 126 or 127. With --refresh the
    command gets no keys but the address of a local endpoint, from which AWS programs fetch new ones in time.

    Example: awsfed exec dev -- terraform apply
    """
    from awsfed.workstation.delivery import environ as delivery
    from awsfed.workstation.delivery.execute import CannotRun

    command = command_behind_dashes(ctx)
    wiring: Wiring = ctx.obj
    try:
        if not command:
            ctx.fail("Which command? Put it behind --, such as: awsfed exec dev -- aws s3 ls")
        outer = wiring.environ.get(delivery.EXEC_MARK)
        if outer and not nested:
            raise Refused(f"this is already inside awsfed exec {outer}", hint="leave it first, or use --nested")
        name = chosen_connector(wiring, connector)
        return (_beside_endpoint if refresh else _in_our_place)(wiring, name, command, need)
    except CannotRun as error:
        output.note(f"awsfed: error: {error}")
        return error.status


def _in_our_place(wiring: Wiring, connector: str, command: list[str], need: Need) -> int:
    from awsfed.workstation.delivery.environ import child_environment
    from awsfed.workstation.delivery.execute import replace_with

    try:
        obtained = deliver(wiring, connector, need)
    except Refused as error:
        hint = "awsfed exec --refresh renews them while the command runs; or raise the connector's duration"
        raise Refused(error.message, hint=hint) from error
    environ = child_environment(wiring.environ, connector, obtained.credentials, obtained.region)
    return replace_with(command, environ)


def _beside_endpoint(wiring: Wiring, connector: str, command: list[str], need: Need) -> int:
    from awsfed.workstation.delivery.environ import endpoint_child_environment
    from awsfed.workstation.delivery.execute import run_beside

    obtained = obtain_first(wiring, connector, need)
    with wiring.endpoint(connector, obtained, tell(connector), need.narrowing).serving() as variables:
        return run_beside(command, endpoint_child_environment(wiring.environ, connector, variables))
