"""awsfed connectors import and export."""

from pathlib import Path

import click

from awsfed.cli import output
from awsfed.cli.documents import STDIN, read_named, write_named
from awsfed.errors import ConfigError
from awsfed.wiring import Wiring

_FILE = click.Path(dir_okay=False, allow_dash=True)
_FORMATS = ("ifaws", "toml")


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--accounts", type=_FILE, help="File with the accounts, if they are not in the same one.")
@click.option("--output", "-o", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option("--replace", is_flag=True, help="Replace a file that exists.")
def import_(file: str, accounts: str | None, target: Path | None, replace: bool) -> None:
    """Turn the connectors of an installed IFAWS into a catalogue.

    FILE holds the JSON of its REST resources: a list of connectors, or {"connectors": …, "accounts": …}; - is standard
    input. What has no place here is warned about. No secret is read.
    """
    from awsfed.broker.catalogue.exchange.listing import read_listing
    from awsfed.broker.catalogue.exchange.taking import take

    more = read_named(accounts) if accounts else None
    taken = take(read_listing(read_named(file), name=_name(file), accounts=more, accounts_name=_name(accounts or "")))
    for warning in taken.warnings:
        output.warn(warning)
    if target is None:
        output.answer(taken.text.rstrip("\n"))
    else:
        write_named(target, taken.text.encode(), replace=replace)
        output.note(f"Wrote {taken.taken} connectors to {target}.")
    if taken.left_out:
        count = f"{taken.left_out} of {taken.taken + taken.left_out} connectors"
        raise ConfigError(f"{count} could not be taken over", hint="the reasons stand above, and in the document")


@click.command()
@click.option(
    "--format", "kind", type=click.Choice(_FORMATS), default="ifaws", show_default=True, help="What to write."
)
@click.pass_obj
def export(wiring: Wiring, kind: str) -> None:
    """Print every connector of settings and catalogue, for an installed IFAWS or for another awsfed.

    The ids of IFAWS are made of ours, the same ones every time. Access keys are named, and never printed.
    """
    found = wiring.catalogue.connectors().by_id.values()
    if kind == "toml":
        from awsfed.broker.catalogue.written import as_text

        output.answer(as_text((connector, ()) for connector in found).strip("\n"))
        return
    from awsfed.broker.catalogue.exchange.giving import give

    given = give(found)
    for warning in given.warnings:
        output.warn(warning)
    output.answer_json(given.document)


def _name(file: str) -> str:
    return "standard input" if file == STDIN else file
