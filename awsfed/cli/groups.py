"""Kinds of commands that click does not have."""

import click


class DefaultGroup(click.Group):
    """A group whose first command is meant when none of them is named."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the named command, or the default with all the arguments."""
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        default = next(iter(self.commands))
        return default, self.commands[default], args

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hand options to the default command, except the question for help on the group."""
        asks_for_help = args[:1] in (["-h"], ["--help"])
        if not asks_for_help and (not args or args[0] not in self.commands):
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show that the default command need not be named."""
        default = next(iter(self.commands.values()))
        return [f"[{default.name}]", *default.collect_usage_pieces(ctx)]

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order they were made, the default first."""
        return list(self.commands)


class CommandAfterDashes(click.Command):
    """A command that takes somebody else's command line behind `--`, and leaves it alone."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Cut off what stands behind the first `--`; it is in `ctx.meta["command"]` afterwards."""
        if "--" in args:
            at = args.index("--")
            args, ctx.meta["command"] = args[:at], args[at + 1 :]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show the part behind the dashes in the usage line."""
        return [*super().collect_usage_pieces(ctx), "-- COMMAND..."]


def command_behind_dashes(ctx: click.Context) -> list[str]:
    """Return what stood behind `--`, as it was typed."""
    command: list[str] = ctx.meta.get("command", [])
    return command
