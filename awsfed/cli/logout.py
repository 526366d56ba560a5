"""awsfed logout."""

import click

from awsfed.cli import output
from awsfed.cli.values import URL
from awsfed.errors import ConfigError, StoreError
from awsfed.wiring import Wiring


@click.command()
@click.option("--issuer", type=URL, help="Sign out of this Crowd or broker only, by its address.")
@click.pass_obj
def logout(wiring: Wiring, issuer: str | None) -> None:
    """End your sessions, and remove every cached credential and the profile sections made from them."""
    try:
        ended = wiring.log_out(issuer)
    except ConfigError:
        wiring.sweep_cache(None)
        if not wiring.known.all():
            output.note("You are not signed in.")
            return
        output.note("Removed the cached credentials. The session stays, because the settings cannot be read:")
        raise
    trouble: StoreError | None = None
    for one in ended:
        sections = f" Removed from the credentials file: {', '.join(one.profiles)}." if one.profiles else ""
        output.note(f"Signed {one.name} out of {one.issuer}.{sections}")
        if one.left_there:
            output.warn(f"the broker could not be told, so the session there ends by itself: {one.left_there.message}")
        trouble = trouble or one.trouble
    if trouble:
        raise trouble
    if not ended:
        output.note("You are not signed in." if issuer is None else f"You are not signed in to {issuer}.")
