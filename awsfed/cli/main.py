"""The command line: which commands there are, and what becomes of errors."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from awsfed.cli import exits, output
from awsfed.errors import AwsfedError, StoreError
from awsfed.version import VERSION
from awsfed.wiring import Wiring

COMMANDS = {
    "audit": "awsfed.cli.audit:audit",
    "catalogue": "awsfed.cli.catalogue:catalogue",
    "codeartifact": "awsfed.cli.codeartifact:codeartifact",
    "config": "awsfed.cli.config:config",
    "configure": "awsfed.cli.configure:configure",
    "connectors": "awsfed.cli.connectors:connectors",
    "console": "awsfed.cli.console:console",
    "credential-process": "awsfed.cli.credential_process:credential_process",
    "credentials": "awsfed.cli.credentials:credentials",
    "ecr": "awsfed.cli.ecr:ecr",
    "eks": "awsfed.cli.eks:eks",
    "endpoint": "awsfed.cli.endpoint:endpoint",
    "env": "awsfed.cli.env:env",
    "exec": "awsfed.cli.exec:exec_",
    "git-credential": "awsfed.cli.git_credential:git_credential",
    "keys": "awsfed.cli.keys:keys",
    "labs": "awsfed.cli.labs:labs",
    "login": "awsfed.cli.login:login",
    "logout": "awsfed.cli.logout:logout",
    "provision": "awsfed.cli.provision:provision",
    "rds": "awsfed.cli.rds:rds",
    "revoke": "awsfed.cli.revoke:revoke",
    "sandbox": "awsfed.cli.sandbox:sandbox",
    "serve": "awsfed.cli.serve:serve",
    "services": "awsfed.cli.services:services",
    "status": "awsfed.cli.status:status",
    "store": "awsfed.cli.store:store",
    "whoami": "awsfed.cli.whoami:whoami",
}

_PROCESS_HELP = "awsfed credential-process --help"


_LIKE_A_COMMAND = 0.75
"""With less, `version` would be told to be `provision`, and `doctor` to be `connectors`."""
_WITH_VALUE = {"--config", "--max-retries"}
"""Global options whose next argument is their value."""


class LazyGroup(click.Group):
    """Imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Return a command, imported just now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list."""
        from awsfed.cli.groups import list_commands

        list_commands(self, ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was typed, or say which was probably meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from awsfed.model.slugs import closest

            meant = closest(args[0], list(COMMANDS), _LIKE_A_COMMAND)
            hint = f" Did you mean {meant!r}?" if meant else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="First steps: awsfed config init, awsfed login, awsfed connectors. To try it out: awsfed sandbox -- bash",
)
@click.version_option(VERSION, "-V", "--version", message="%(prog)s %(version)s")
@click.option("--config", "config_file", type=click.Path(), help="Settings file to use instead of the usual one.")
@click.option("--max-retries", type=int, help="How often a failed request is repeated.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show a traceback with an unexpected error.")
@click.pass_context
def cli(ctx: click.Context, config_file: str | None, max_retries: int | None) -> None:
    """Temporary AWS credentials for the people in your Atlassian Crowd."""
    wiring: Wiring = ctx.obj
    options = {} if max_retries is None else {"retry.max_retries": max_retries}
    arguments: tuple[str, ...] = () if max_retries is None else ("--max-retries", str(max_retries))
    environ = dict(wiring.environ)
    if config_file is not None:
        config_file = str(Path(config_file).absolute())
        arguments = ("--config", config_file, *arguments)
        environ["AWSFED_CONFIG"] = config_file
    ctx.obj = wiring.changed(environ=environ, options=options, arguments=arguments)


def run(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Run one command and return its exit status; every error ends here."""
    command = _command(arguments)
    one_line = command == "credential-process"
    try:
        status = cli.main(arguments, "awsfed", standalone_mode=False, obj=_wiring(environ))
    except Exception as error:  # noqa: BLE001 - the outermost handler
        return _status(error, command, _told(error, arguments, one_line=one_line))
    except KeyboardInterrupt as error:
        return _told(error, arguments, one_line=one_line)
    except SystemExit as end:
        if end.code != exits.UNEXPECTED:
            raise  # from click, which has completed what a shell asked for
        return exits.UNREAD  # from click as well, where nobody reads on
    return status if isinstance(status, int) else exits.OK


def _command(arguments: list[str]) -> str | None:
    """Return the command that was typed, behind the global options."""
    rest = iter(arguments)
    for argument in rest:
        if argument in _WITH_VALUE:
            next(rest, None)
        elif not argument.startswith("-"):
            return argument
    return None


def _status(error: Exception, command: str | None, status: int) -> int:
    """Return an exit status: for exec, failures of our own are told apart from those of the command it runs."""
    is_ours = not isinstance(error, (click.exceptions.Exit, click.Abort))
    return exits.EXEC_FAILED if command == "exec" and is_ours else status


def _told(error: BaseException, arguments: list[str], *, one_line: bool) -> int:  # noqa: PLR0911 - one return an outcome
    """Say what went wrong; return the exit status that stands for it."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.Abort() | KeyboardInterrupt():
            output.interrupted()
            return exits.INTERRUPTED
        case click.ClickException() if one_line:
            output.fail(AwsfedError(error.format_message().removesuffix("."), hint=_PROCESS_HELP), one_line=True)
            return error.exit_code
        case click.ClickException():
            error.show()
            return error.exit_code
        case AwsfedError():
            output.fail(error, one_line=one_line)
            return exits.code_of(error)
        case OSError() if output.is_about_streams(error):
            output.detach_broken_pipe()
            reason = (error.strerror or "closed").lower()
            output.fail(StoreError(f"cannot write the answer: {reason}"), one_line=one_line)
            return exits.CODES[StoreError]
        case _:
            return _bug(error, arguments, one_line=one_line)


def _wiring(environ: Mapping[str, str]) -> Wiring:
    return Wiring(environ=environ, ask_code=_mfa_code, show=output.waiting, notice=output.warn_once)


def _mfa_code(prompt: str) -> str | None:
    from awsfed.cli import asking

    return asking.mfa_code(prompt)


def _bug(error: BaseException, arguments: list[str], *, one_line: bool) -> int:
    if "--debug" in arguments:
        import traceback

        traceback.print_exception(error)
    bug = AwsfedError(
        f"unexpected {type(error).__name__}, a bug in awsfed",
        hint="run it again as awsfed --debug …, and report what it prints",
    )
    output.fail(bug, one_line=one_line)
    return exits.UNEXPECTED


def usage(message: str) -> NoReturn:
    """Refuse what was typed."""
    raise click.UsageError(message, click.get_current_context(silent=True))
