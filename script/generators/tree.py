"""The command tree as plain values, read from click's own objects."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

import click

from awsfed.cli.groups import CommandAfterDashes, DefaultGroup
from awsfed.cli.main import cli

PROGRAM = "awsfed"
_CONNECTOR = "connector"
_EXAMPLE = ("Example: ", "Examples: ")


class Offer(Enum):
    """What a shell can offer as a value."""

    NOTHING = auto()
    CHOICES = auto()
    FILES = auto()
    FOLDERS = auto()
    CONNECTORS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What an option or an argument takes."""

    metavar: str
    offer: Offer
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option with all its spellings."""

    names: tuple[str, ...]
    help: str
    value: Value | None
    """None for a flag."""
    default: str | None
    """Only where the help shows it."""
    repeatable: bool

    @property
    def short(self) -> str | None:
        """Return the letter behind a single dash."""
        return next((name[1:] for name in self.names if not name.startswith("--")), None)

    @property
    def long(self) -> tuple[str, ...]:
        """Return the words behind two dashes."""
        return tuple(name[2:] for name in self.names if name.startswith("--"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument by its place."""

    value: Value
    many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command; a group has commands of its own."""

    path: tuple[str, ...]
    usage: str
    """What follows its name in the usage line."""
    paragraphs: tuple[str, ...]
    """The help without examples; the first is the summary."""
    examples: tuple[str, ...]
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]
    commands: tuple["Command", ...]
    default: "Command | None"
    """The command that is meant where none is named."""
    before_dashes: bool
    """Whether somebody else's command line follows behind `--`."""

    @property
    def name(self) -> str:
        """Return what is typed, from the program's name on."""
        return " ".join(self.path)

    @property
    def summary(self) -> str:
        """Return the first paragraph."""
        return self.paragraphs[0]

    def all(self) -> Iterator["Command"]:
        """Yield it and everything below, parents first."""
        yield self
        for command in self.commands:
            yield from command.all()


def read_tree() -> Command:
    """Return the whole command line of awsfed."""
    return _command(cli, (PROGRAM,), None)


def _command(command: click.Command, path: tuple[str, ...], parent: click.Context | None) -> Command:
    context = click.Context(command, parent=parent, info_name=path[-1], **command.context_settings)
    parameters = [one for one in command.get_params(context) if not getattr(one, "hidden", False)]
    commands = tuple(_subcommands(command, path, context))
    paragraphs = [" ".join(part.split()) for part in inspect.cleandoc(command.help or "").split("\n\n")]
    return Command(
        path=path,
        usage=" ".join(command.collect_usage_pieces(context)),
        paragraphs=tuple(part for part in paragraphs if not part.startswith(_EXAMPLE)),
        examples=tuple(example for part in paragraphs if part.startswith(_EXAMPLE) for example in _examples(part)),
        options=tuple(_option(one, context) for one in parameters if isinstance(one, click.Option)),
        arguments=tuple(_argument(one, context) for one in parameters if isinstance(one, click.Argument)),
        commands=commands,
        default=commands[0] if isinstance(command, DefaultGroup) else None,
        before_dashes=isinstance(command, CommandAfterDashes),
    )


def _subcommands(command: click.Command, path: tuple[str, ...], context: click.Context) -> Iterator[Command]:
    if not isinstance(command, click.Group):
        return
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found and not found.hidden:
            yield _command(found, (*path, name), context)


def _examples(paragraph: str) -> list[str]:
    return paragraph.partition(": ")[2].split("; ")


def _option(option: click.Option, context: click.Context) -> Option:
    has_value = not (option.is_flag or option.count)
    return Option(
        names=tuple(option.opts) + tuple(option.secondary_opts),
        help=option.help or "",
        value=_value(option, context) if has_value else None,
        default=str(option.default) if option.show_default and has_value else None,
        repeatable=option.multiple or option.count,
    )


def _argument(argument: click.Argument, context: click.Context) -> Argument:
    return Argument(value=_value(argument, context), many=argument.nargs == -1)


def _value(parameter: click.Parameter, context: click.Context) -> Value:
    metavar = parameter.make_metavar(context)
    if isinstance(parameter.type, click.Choice):
        choices = tuple(map(str, parameter.type.choices))
        return Value(metavar=metavar, offer=Offer.CHOICES, choices=choices)
    if isinstance(parameter.type, click.Path):
        return Value(metavar=metavar, offer=Offer.FILES if parameter.type.file_okay else Offer.FOLDERS)
    if isinstance(parameter.type, click.File):
        return Value(metavar=metavar, offer=Offer.FILES)
    is_connector = parameter.name == _CONNECTOR
    return Value(metavar=metavar, offer=Offer.CONNECTORS if is_connector else Offer.NOTHING)
