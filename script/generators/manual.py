"""The manual: one page for the program, and one for each of its commands."""

from collections.abc import Iterator

from awsfed.cli import exits
from awsfed.settings.variables import VARIABLES
from awsfed.version import VERSION
from script.generators import roff
from script.generators.examples import examples_of
from script.generators.places import PLACES
from script.generators.tree import Command, Option

_COMMON = "The variables, files and exit statuses of `awsfed` are described in awsfed(1)."


def pages(tree: Command) -> dict[str, str]:
    """Return every page by its path."""
    made = {"man/awsfed.1": "\n".join(_program(tree)) + "\n"}
    for command in tree.commands:
        made[f"man/{_page(command)}.1"] = "\n".join(_command(tree, command)) + "\n"
    return made


def _page(command: Command) -> str:
    return "-".join(command.path)


def _program(tree: Command) -> Iterator[str]:
    yield from _head(tree, tree.summary)
    yield from [roff.section("SYNOPSIS"), *_synopsis(tree)]
    yield from [roff.section("DESCRIPTION"), roff.line(tree.summary)]
    yield from [
        ".PP",
        roff.line(
            "People sign in with their Crowd name and password. The groups they are in open connectors; a connector is "
            "a named grant that says which call to AWS STS gives which credentials. The credentials end by themselves."
        ),
    ]
    yield roff.section("COMMANDS")
    for command in tree.commands:
        yield from roff.item(f"{roff.bold(_page(command))}(1)", command.summary)
    yield from [roff.section("OPTIONS"), *_options(tree.options)]
    yield roff.section("ENVIRONMENT")
    for name, sentence in VARIABLES.items():
        yield from roff.item(roff.bold(name), sentence)
    yield from [".PP", roff.line("In these names, NAME is the name of an access key in capitals, with _ for . and -.")]
    yield roff.section("FILES")
    for path, sentence in PLACES:
        yield from roff.item(roff.italic(path), sentence)
    yield roff.section("EXIT STATUS")
    for code, meaning in sorted(exits.MEANINGS.items()):
        yield from roff.item(roff.bold(str(code)), meaning)
    yield from _examples([tree])
    yield from _see_also([_page(command) for command in tree.commands])


def _command(tree: Command, command: Command) -> Iterator[str]:
    everything = list(command.all())
    leaves = everything[1:]
    yield from _head(command, command.summary)
    yield roff.section("SYNOPSIS")
    for number, one in enumerate(leaves or everything):
        yield from ([".br"] if number else []) + _synopsis(one, optional=command.default is one)
    yield from [roff.section("DESCRIPTION"), *_paragraphs(command.paragraphs)]
    if command.default:
        meant = command.default.path[-1]
        yield from [".PP", roff.line(f"Without the name of a command, `{meant}` is meant.")]
    if leaves:
        yield roff.section("COMMANDS")
        for one in leaves:
            yield from [roff.subsection(" ".join(one.path[1:])), *_paragraphs(one.paragraphs), *_options(one.options)]
    yield from [roff.section("OPTIONS"), *_options(command.options)]
    yield from [roff.section("ENVIRONMENT"), roff.line(_COMMON)]
    if command.before_dashes:
        yield roff.section("EXIT STATUS")
        yield from roff.item(roff.bold(str(exits.EXEC_FAILED)), exits.MEANINGS[exits.EXEC_FAILED])
    yield from _examples(everything)
    yield from _see_also(["awsfed", *(_page(one) for one in tree.commands if one is not command)])


def _head(command: Command, summary: str) -> list[str]:
    name = _page(command)
    title = f'.TH {roff.escaped(name.upper())} 1 "" "awsfed {VERSION}" "awsfed"'
    first = summary.partition(". ")[0].rstrip(".")
    return [title, ".ad l", ".nh", roff.section("NAME"), f"{roff.escaped(name)} \\- {roff.line(first)}"]


def _synopsis(command: Command, *, optional: bool = False) -> list[str]:
    name = roff.bold(command.name)
    if optional:
        name = f"{roff.bold(' '.join(command.path[:-1]))} [{roff.bold(command.path[-1])}]"
    return [f"{name} {roff.escaped(command.usage)}"]


def _paragraphs(texts: tuple[str, ...]) -> Iterator[str]:
    for number, text in enumerate(texts):
        if number:
            yield ".PP"
        yield roff.line(text)


def _options(options: tuple[Option, ...]) -> Iterator[str]:
    for option in options:
        head = ", ".join(roff.bold(name) for name in option.names)
        if option.value:
            head += f" {roff.italic(option.value.metavar)}"
        default = f" Default: {option.default}." if option.default else ""
        yield from roff.item(head, option.help + default)


def _examples(commands: list[Command]) -> Iterator[str]:
    above = examples_of(commands[0].name, commands[0].examples)
    found = above or [pair for command in commands for pair in examples_of(command.name, command.examples)]
    if not found:
        return
    yield roff.section("EXAMPLES")
    for number, (line, sentence) in enumerate(found):
        yield from [".PP"] if number else []
        yield from [roff.line(sentence)] if sentence else []
        yield from roff.example(line)


def _see_also(names: list[str]) -> list[str]:
    return [roff.section("SEE ALSO"), ",\n".join(f"{roff.bold(name)}(1)" for name in names)]
