"""awsfed labs."""

import click

from awsfed.cli import output
from awsfed.cli.groups import DefaultGroup
from awsfed.wiring import Wiring


@click.group(cls=DefaultGroup)
def labs() -> None:
    """Switch features on and off that not everybody wants."""


@labs.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_(wiring: Wiring, as_json: bool) -> None:
    """List the switches and how each stands."""
    found = wiring.labs.all()
    if as_json:
        output.answer_json([{"name": s.name, "on": s.is_on, "source": s.source, "locked": s.locked} for s in found])
        return
    rows = [(s.name, "on" if s.is_on else "off", s.source + (" (locked)" if s.locked else "")) for s in found]
    output.table(("SWITCH", "STATE", "FROM"), rows)


@labs.command()
@click.argument("name")
@click.pass_obj
def enable(wiring: Wiring, name: str) -> None:
    """Switch a feature on, in your settings file."""
    _turn(wiring, name, on=True)


@labs.command()
@click.argument("name")
@click.pass_obj
def disable(wiring: Wiring, name: str) -> None:
    """Switch a feature off, in your settings file."""
    _turn(wiring, name, on=False)


def _turn(wiring: Wiring, name: str, *, on: bool) -> None:
    state = "on" if on else "off"
    changed = wiring.labs.turn(name, on=on)
    output.note(f"Switched {name} {state} in {wiring.labs.file.path}." if changed else f"{name} is {state} already.")
