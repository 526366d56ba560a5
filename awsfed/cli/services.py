"""awsfed services."""

import click

from awsfed.cli import output
from awsfed.cli.groups import ListingGroup
from awsfed.cli.values import SLUG
from awsfed.wiring import Wiring
from awsfed.wiring.keeping import keeping_services


@click.group(cls=ListingGroup)
def services() -> None:
    """Let programs without a person sign in, each with a token and connectors of its own."""


@services.command()
@click.argument("name", type=SLUG)
@click.argument("connector", nargs=-1, required=True)
@click.pass_obj
def add(wiring: Wiring, name: str, connector: tuple[str, ...]) -> None:
    """Create a service that may use these CONNECTORs, and print its token.

    The token is shown this once. The connectors, by id or name, have to be of scope SYSTEM.

    Example: awsfed services add nightly-build deploy
    """
    with keeping_services(wiring) as keeper:
        token = keeper.add(name, connector)
    output.note(f"Created service {name}. Its token, shown this once:")
    output.answer(token.reveal())


@services.command()
@click.argument("name")
@click.argument("connector", nargs=-1, required=True)
@click.pass_obj
def edit(wiring: Wiring, name: str, connector: tuple[str, ...]) -> None:
    """Let a service use these CONNECTORs, and no others; its token stays.

    Example: awsfed services edit nightly-build deploy publish
    """
    with keeping_services(wiring) as keeper:
        keeper.edit(name, connector)
    output.note(f"Changed what service {name} may use. Credentials that it has live until they expire.")


@services.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_(wiring: Wiring, as_json: bool) -> None:
    """List the services and what each may use."""
    with keeping_services(wiring) as keeper:
        found = keeper.all()
        labels = {one.name: ", ".join(keeper.label(connector) for connector in one.connectors) for one in found}
    if as_json:
        output.answer_json(
            [{"name": one.name, "connectors": list(one.connectors), "token_made": one.created_at} for one in found]
        )
    elif found:
        rows = [(one.name, labels[one.name], output.moment(one.created_at)) for one in found]
        output.table(("SERVICE", "CONNECTORS", "TOKEN MADE"), rows)
    else:
        output.note("There are no services: awsfed services add NAME CONNECTOR")


@services.command()
@click.argument("name")
@click.pass_obj
def rotate(wiring: Wiring, name: str) -> None:
    """Give a service a new token; the old one and its sessions end at once."""
    with keeping_services(wiring) as keeper:
        token = keeper.rotate(name)
    output.note(f"The new token of service {name}, shown this once:")
    output.answer(token.reveal())


@services.command()
@click.argument("name")
@click.pass_obj
def revoke(wiring: Wiring, name: str) -> None:
    """Delete a service; its token and its sessions end at once."""
    with keeping_services(wiring) as keeper:
        keeper.revoke(name)
    output.note(f"Revoked service {name}. Credentials that it has live until they expire.")
