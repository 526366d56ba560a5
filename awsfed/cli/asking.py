"""Questions to the person at the terminal, and what to do where there is none."""

import sys
from collections.abc import Sequence

import click

from awsfed.errors import AuthenticationError, InvalidValue, NotFound
from awsfed.model.naming import id_of
from awsfed.model.secret import Secret
from awsfed.wiring import Wiring
from awsfed.workstation.known import KnownConnector

_SHOWN = 5


def somebody_is_there() -> bool:
    """Tell whether there is a terminal to ask on."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def password(prompt: str, wiring: Wiring, *, from_stdin: bool) -> Secret:
    """Return a password from stdin, from `AWSFED_PASSWORD`, or from a question; never from the command line.

    Raises:
        AuthenticationError: it is empty, or there is nobody to ask.
    """
    if from_stdin:
        text = sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    elif "AWSFED_PASSWORD" in wiring.environ:
        text = wiring.environ["AWSFED_PASSWORD"]
    elif somebody_is_there():
        text = click.prompt(prompt, hide_input=True, default="", show_default=False, err=True)
    else:
        raise AuthenticationError(
            "there is no terminal to ask for a password on", hint="awsfed login --password-stdin, or AWSFED_PASSWORD"
        )
    if not text:
        raise AuthenticationError("the password is empty", hint="type it, or give it in AWSFED_PASSWORD")
    return Secret(text)


def mfa_code(prompt: str) -> str | None:
    """Return the six digits that the person typed, or None where nobody is there; nothing else is sent to AWS."""
    if not somebody_is_there():
        return None
    from awsfed.model.mfa import parse_mfa_code

    while True:
        typed = str(click.prompt(prompt, hide_input=True, err=True))
        try:
            return parse_mfa_code(typed).reveal()
        except InvalidValue as error:
            click.echo(f"It {error.message}.", err=True)


def granted(wiring: Wiring) -> Sequence[KnownConnector]:
    """Return the connectors of the last listing, or ask for them where there was none."""
    known = wiring.known.load(wiring.issuer)
    return known.connectors if known and known.connectors else wiring.known_now().connectors


def chosen_connector(wiring: Wiring, given: str | None) -> str:
    """Return the connector to use: given, set, the only one, or the answer to a question.

    Raises:
        NotFound: there are several, and nobody to ask.
        Refused: several have the name that was given.
    """
    if given or wiring.settings.connector:
        return named_connector(wiring, given or wiring.settings.connector or "")
    connectors = granted(wiring)
    if len(connectors) == 1:
        return connectors[0].id
    if not connectors:
        raise NotFound("no connector is granted to you", hint="ask an administrator for a group that opens one")
    if not somebody_is_there():
        names = ", ".join(handle(wiring, connector.id) for connector in connectors[:_SHOWN])
        more = " …" if len(connectors) > _SHOWN else ""
        raise NotFound(
            f"which connector? there are {len(connectors)}: {names}{more}", hint="name one, or set AWSFED_CONNECTOR"
        )
    return _asked(connectors)


def named_connector(wiring: Wiring, given: str) -> str:
    """Return the id of the connector that was named by its id or its name.

    A broker elsewhere may give ids that nobody types; here they are what the settings call the connectors.
    """
    if wiring.settings.broker_url is None:
        return given
    known = wiring.known.load(wiring.issuer)
    return (id_of(known.connectors, given) if known else None) or (id_of(wiring.known_now().connectors, given) or given)


def handle(wiring: Wiring, connector: str) -> str:
    """Return what people call a connector, for the name of a profile."""
    known = wiring.known.load(wiring.issuer)
    found = known.connector(connector) if known else None
    return known.handle(found) if known and found else connector


def _asked(connectors: Sequence[KnownConnector]) -> str:
    for number, connector in enumerate(connectors, 1):
        name = "" if connector.name == connector.id else f"  {connector.name}"
        click.echo(f"{number:3}  {connector.id}{name}", err=True)
    names = {connector.id for connector in connectors}
    while True:
        typed = click.prompt("Connector", err=True)
        if typed in names:
            return str(typed)
        if typed.isdigit() and 0 < int(typed) <= len(connectors):
            return connectors[int(typed) - 1].id
        click.echo("Type its number or its name.", err=True)
