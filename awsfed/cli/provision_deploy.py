"""What awsfed provision does with a template: print it, write it, or deploy it."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from awsfed.cli import asking, output
from awsfed.cli.documents import write_named
from awsfed.cli.main import usage
from awsfed.cli.values import REGION, SLUG, Parsed
from awsfed.model.partitions import PARTITIONS, partition_of_region
from awsfed.tasks.provision.stacks import Change, Stack, Stacks
from awsfed.tasks.provision.templates import KEY_ID_OUTPUT, Template, parse_stack_name, text_of, with_defaults
from awsfed.wiring import Wiring

Command = Callable[..., Any]


class Assignment(click.ParamType[tuple[str, str]]):
    """NAME=VALUE."""

    name = "NAME=VALUE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Return both parts."""
        name, equals, text = str(value).partition("=")
        if not name or not equals:
            self.fail(f"{value!r} is not of the form NAME=VALUE.", param, ctx)
        return name, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to become of a template."""

    parameters: Mapping[str, str]
    file: Path | None
    replace: bool
    deploy: bool
    key_name: str | None
    stack_name: str | None
    region: str | None
    yes: bool

    def with_parameter(self, name: str, text: str) -> "Wish":
        """Return the same with one more parameter."""
        return replace(self, parameters={**self.parameters, name: text})


_OPTIONS = (
    click.option(
        "-p",
        "--parameter",
        "parameters",
        multiple=True,
        type=Assignment(),
        help="Value of a parameter of the template; may be given several times.",
    ),
    click.option("-o", "--output", "file", type=click.Path(path_type=Path), help="Write the template to this file."),
    click.option("--replace", is_flag=True, help="Replace that file if it is there."),
    click.option("--deploy", is_flag=True, help="Show what would change in AWS, ask, and do it."),
    click.option("--key", "key_name", type=SLUG, help="Access key that calls CloudFormation, with --deploy."),
    click.option("--stack-name", type=Parsed(parse_stack_name), help="Name of the stack; has a default."),
    click.option("--region", type=REGION, help="Region of the stack; that of the settings by default."),
    click.option("--yes", is_flag=True, help="Agree to whatever would be asked."),
)


_DEPLOYING = {"key_name": "--key", "stack_name": "--stack-name", "region": "--region", "yes": "--yes"}


def template_options(command: Command) -> Command:
    """Add the options of every template; the command gets `wish`, a Wish."""

    @functools.wraps(command)
    def wishing(*args: Any, **kwargs: Any) -> Any:
        names = ("file", "replace", "deploy", "key_name", "stack_name", "region", "yes")
        given = {name: kwargs.pop(name) for name in names}
        wish = Wish(parameters=dict(kwargs.pop("parameters")), **given)
        _check(wish)
        return command(*args, wish=wish, **kwargs)

    decorated: Command = wishing
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def _check(wish: Wish) -> None:
    """Refuse options that contradict each other, before anything happens."""
    if not wish.deploy:
        surplus = [option for name, option in _DEPLOYING.items() if getattr(wish, name)]
        if surplus:
            usage(f"{surplus[0]} is of use with --deploy only.")
    elif wish.file:
        usage("--output writes the template instead of deploying it: leave out one of the two.")
    elif wish.key_name is None:
        usage("Name the access key that calls CloudFormation: --key NAME.")
    elif not wish.yes and not asking.somebody_is_there():
        usage("There is no terminal to ask on; use --yes.")


def printed(template: Template, wish: Wish) -> None:
    """Print a template, or write it to a file, with the given parameters as defaults."""
    _check_parameters(template, wish)
    text = text_of(with_defaults(template, wish.parameters))
    if wish.file is None:
        output.answer(text.removesuffix("\n"))
        return
    write_named(wish.file, text.encode(), replace=wish.replace, mode=0o644)
    output.note(f"Wrote {wish.file}.")


def deployed(wiring: Wiring, template: Template, wish: Wish, *, name: str, partition: str) -> tuple[Stack, Stacks]:
    """Deploy a template, and print the outputs of the stack."""
    _check_parameters(template, wish)
    stacks = _stacks(wiring, wish, partition)
    name = wish.stack_name or name
    owner = wiring.vendor.caller_identity(stacks.key, stacks.region)
    output.note(f"Stack {name} in {stacks.region}, as {owner.arn}")

    def agree(changes: Sequence[Change]) -> None:
        _show(changes)
        if not wish.yes and not click.confirm("Deploy it?", err=True):
            raise click.Abort

    stack = wiring.deploy(stacks, tell=output.note, agree=agree)(name, template, wish.parameters)
    if stack.outputs:
        output.facts(stack.outputs)
    return stack, stacks


def account_of_key(wiring: Wiring, wish: Wish, partition: str) -> str:
    """Ask AWS which account the key belongs to that calls CloudFormation."""
    stacks = _stacks(wiring, wish, partition)
    return wiring.vendor.caller_identity(stacks.key, stacks.region).account


def keep(wiring: Wiring, name: str, stack: Stack, stacks: Stacks, *, yes: bool) -> None:
    """Offer to put the key of a stack into the keyring, unless the settings say that it lives elsewhere."""
    from awsfed.broker.keys.keyring import KeyringKey

    source = wiring.access_key_source(name)
    if not isinstance(source, KeyringKey):
        output.note(
            f"By the settings, the place of access key {name} is {source.place}. "
            "awsfed only reads there: put the new key there yourself."
        )
        return
    keep_key = wiring.keep_key(name, stacks)
    held = keep_key.held()
    if held is not None and held == stack.outputs.get(KEY_ID_OUTPUT):
        output.note(f"The keyring has the access key as {name} already.")
    elif held is not None:
        output.note(f"The keyring keeps {held} as {name}. To put the other in its place: awsfed keys remove {name}")
    elif yes or click.confirm(f"Put the access key into the keyring, as {name}?", err=True):
        key = keep_key(stack)
        output.note(
            f"Kept access key {name}, {key.access_key_id}. When AWS knows it everywhere: awsfed keys check {name}"
        )
    else:
        output.note("The same command asks again, here or on the machine that needs the key.")


def _stacks(wiring: Wiring, wish: Wish, partition: str) -> Stacks:
    region = wish.region or wiring.settings.aws.region
    if wish.region and partition_of_region(wish.region) != partition:
        usage(f"The region {wish.region} is not in the partition {partition}, as the connectors are.")
    if region is None or partition_of_region(region) != partition:
        region = PARTITIONS[partition].default_region
    return wiring.stacks(wish.key_name or "", region)


def _check_parameters(template: Template, wish: Wish) -> None:
    known = template["Parameters"]
    for name in wish.parameters:
        if name not in known:
            usage(f"The template has no parameter {name}; it has {', '.join(known)}.")


def _show(changes: Sequence[Change]) -> None:
    """Show what would change, in columns; what is on standard output is for the outputs."""
    if not changes:
        output.note("No resource would change, only what the stack tells about them.")
        return
    rows = [("ACTION", "RESOURCE", "TYPE", "REPLACED")]
    rows += [(one.action, one.resource, one.type, _REPLACED.get(one.replacement, "")) for one in changes]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        output.note("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


_REPLACED = {"True": "yes", "Conditional": "perhaps"}
