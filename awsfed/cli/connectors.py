"""awsfed connectors."""

import click

from awsfed.broker.interface import ConnectorSummary
from awsfed.cli import output
from awsfed.cli.asking import named_connector
from awsfed.cli.connectors_exchange import export, import_
from awsfed.cli.groups import DefaultGroup
from awsfed.errors import NotGranted, UnwritableFile
from awsfed.model.slugs import closest
from awsfed.wiring import Wiring


@click.group(cls=DefaultGroup)
def connectors() -> None:
    """List the connectors that your groups open, and explain them.

    Examples: awsfed connectors; awsfed connectors show dev; awsfed connectors why ops
    """


@connectors.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_(wiring: Wiring, as_json: bool) -> None:
    """List the connectors that are open to you."""
    found = _granted(wiring)
    if as_json:
        output.answer_json([_as_json(connector) for connector in found])
    elif found:
        rows = [(c.id, c.type.value, c.region or "", c.name if c.name != c.id else "") for c in found]
        output.table(("CONNECTOR", "TYPE", "REGION", "NAME"), rows)
    else:
        output.note("No connector is granted to you: ask an administrator for a group that opens one.")


@connectors.command()
@click.argument("connector")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show(wiring: Wiring, connector: str, as_json: bool) -> None:
    """Show one connector."""
    found = {one.id: one for one in _granted(wiring)}
    connector = named_connector(wiring, connector)
    if connector not in found:
        meant = closest(connector, list(found))
        raise NotGranted(
            f"no connector {connector!r} for you", hint=f"did you mean {meant}?" if meant else "awsfed connectors"
        )
    values = _as_json(found[connector])
    if as_json:
        output.answer_json(values)
        return
    texts = {name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in values.items()}
    output.facts({name.replace("_", " "): text for name, text in texts.items() if text not in {"", "None"}})


@connectors.command()
@click.argument("connector")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def why(wiring: Wiring, connector: str, as_json: bool) -> None:
    """Say which of your groups opens a connector, or which one would.

    A broker elsewhere tells that of connectors that are not open to you to administrators only.
    """
    session = wiring.sessions.load(wiring.issuer)
    connector = named_connector(wiring, connector)
    reason = wiring.broker.explain(session, connector)
    if as_json:
        output.answer_json(
            {"connector": reason.connector, "open": bool(reason.through), "through": list(reason.through)}
            | {"missing": list(reason.missing)}
        )
    elif reason.through:
        output.answer(f"{connector} is open to {session.name} through {', '.join(reason.through)}")
    elif reason.missing:
        output.answer(f"{connector} is not open to {session.name}; any of these groups would open it:")
        for group in reason.missing:
            output.answer(f"  {group}")
    else:
        output.answer(f"{connector} is not open to {session.name}; no group opens it")


@connectors.command()
@click.argument("connector")
@click.pass_obj
def test(wiring: Wiring, connector: str) -> None:
    """Vend from a connector, part by part, and say what is missing where that fails."""
    session = wiring.sessions.load(wiring.issuer)
    connector = named_connector(wiring, connector)
    reason = wiring.broker.explain(session, connector)
    if reason.through:
        output.answer(f"ok      open to {session.name} through {', '.join(reason.through)}")
    for step in wiring.broker.diagnose(session, connector):
        output.answer(
            f"{'FAILED' if step.error else 'ok    '}  {step.what}" + (f": {step.detail}" if step.detail else "")
        )
        if step.error:
            raise step.error


connectors.add_command(import_)
connectors.add_command(export)


def _granted(wiring: Wiring) -> tuple[ConnectorSummary, ...]:
    found = wiring.broker.connectors(wiring.sessions.load(wiring.issuer))
    try:
        wiring.known.remember_connectors(wiring.issuer, found)
    except UnwritableFile as error:  # what was listed is right all the same
        output.warn(error.message)
    return found


def _as_json(connector: ConnectorSummary) -> dict[str, object]:
    return {
        "id": connector.id,
        "name": connector.name,
        "type": connector.type.value,
        "region": connector.region,
        "role_arn": connector.role_arn,
        "duration": connector.duration,
        "groups": None if connector.groups is None else list(connector.groups),
    }
