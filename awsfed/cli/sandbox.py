"""awsfed sandbox."""

from pathlib import Path

import click

from awsfed.cli.groups import CommandAfterDashes, command_behind_dashes
from awsfed.errors import Busy, NotInstalled


@click.command(cls=CommandAfterDashes, context_settings={"allow_extra_args": True})
@click.option(
    "--directory",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file with the users and groups of the sandbox's Crowd.",
)
@click.option("--crowd-port", type=int, default=0, help="Port of the sandbox's Crowd; any free one by default.")
@click.option("--aws-port", type=int, default=0, help="Port of the sandbox's AWS; any free one by default.")
@click.pass_context
def sandbox(ctx: click.Context, directory: Path | None, crowd_port: int, aws_port: int) -> int:
    """Serve a Crowd and an AWS on this machine, to try everything against.

    It stays until Ctrl-C, or runs one command inside it with a home of its own.

    Example: awsfed sandbox -- bash
    """
    try:
        from awsfed.sandbox import run
    except ImportError as error:
        raise NotInstalled("the sandbox", str(error.name), "sandbox") from error
    command = command_behind_dashes(ctx)
    if ctx.args:
        ctx.fail("Put the command behind --, such as: awsfed sandbox -- bash")
    try:
        return (
            run.run(command, directory, crowd_port, aws_port) if command else run.serve(directory, crowd_port, aws_port)
        )
    except OSError as error:
        raise Busy(
            f"the sandbox cannot listen: {error.strerror}", hint="choose another port, or leave it out"
        ) from error
