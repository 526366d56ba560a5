"""awsfed exec."""

import click

from awsfed.cli import exits, output
from awsfed.cli.asking import chosen_connector
from awsfed.cli.delivering import deliver, min_life_option
from awsfed.cli.groups import CommandAfterDashes, command_behind_dashes
from awsfed.errors import AwsfedError, Refused
from awsfed.wiring import Wiring


@click.command("exec", cls=CommandAfterDashes)
@click.argument("connector", required=False)
@click.option("--nested", is_flag=True, help="Allow it inside another `awsfed exec`.")
@min_life_option
@click.pass_context
def exec_(ctx: click.Context, connector: str | None, nested: bool, min_life_s: int) -> int:
    """Run a command with credentials in its environment.

    Its exit status and its signals are its own; a failure before it ran is 125, 126 or 127.

    Example: awsfed exec dev -- terraform apply
    """
    from awsfed.workstation.delivery import environ as delivery
    from awsfed.workstation.delivery.execute import CannotRun, replace_with

    command = command_behind_dashes(ctx)
    wiring: Wiring = ctx.obj
    try:
        if not command:
            ctx.fail("Which command? Put it behind --, such as: awsfed exec dev -- aws s3 ls")
        outer = wiring.environ.get(delivery.EXEC_MARK)
        if outer and not nested:
            raise Refused(f"this is already inside awsfed exec {outer}", hint="leave it first, or use --nested")
        name = chosen_connector(wiring, connector)
        obtained = deliver(wiring, name, min_life_s)
        environ = delivery.child_environment(wiring.environ, name, obtained.credentials, obtained.region)
        return replace_with(command, environ)
    except CannotRun as error:
        output.note(f"awsfed: error: {error}")
        return error.status
    except AwsfedError as error:
        output.fail(error)
        return exits.EXEC_FAILED
    except click.UsageError as error:
        error.show()
        return exits.EXEC_FAILED
