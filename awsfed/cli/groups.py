"""Kinds of commands that click does not have."""

import click

_WHOLE = 1000


class ListingGroup(click.Group):
    """A group that lists its commands with what each does, told to the end of the sentence."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list."""
        list_commands(self, ctx, formatter)


def list_commands(group: click.Group, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the commands of a group; click itself would cut each sentence off at the end of the line."""
    commands = {name: group.get_command(ctx, name) for name in group.list_commands(ctx)}
    shown = [(name, one.get_short_help_str(_WHOLE)) for name, one in commands.items() if one and not one.hidden]
    if shown:
        with formatter.section("Commands"):
            formatter.write_dl(shown)


class DefaultGroup(ListingGroup):
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
        """Cut off what stands behind the first `--`; it is in `ctx.meta["command"]` afterwards.

        What the command allows besides its own arguments counts only where there is no `--`.
        """
        if "--" in args:
            at = args.index("--")
            args, ctx.meta["command"] = args[:at], args[at + 1 :]
            ctx.allow_extra_args = ctx.ignore_unknown_options = False
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show the part behind the dashes in the usage line."""
        return [*super().collect_usage_pieces(ctx), "-- COMMAND..."]


def command_behind_dashes(ctx: click.Context) -> list[str]:
    """Return what stood behind `--`, as it was typed."""
    command: list[str] = ctx.meta.get("command", [])
    return command
