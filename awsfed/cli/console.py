"""awsfed console."""

import click

from awsfed.cli import output
from awsfed.cli.asking import chosen_connector
from awsfed.cli.needing import narrowing_options
from awsfed.cli.values import REGION
from awsfed.model.narrowing import Narrowing
from awsfed.wiring import Wiring


@click.command()
@click.argument("connector", required=False)
@click.option("-s", "--service", help="Service to arrive at, such as s3 or cloudwatch.")
@click.option("-r", "--region", type=REGION, help="Region to arrive in.")
@click.option("--print", "print_", is_flag=True, help="Print the address instead of opening it; it is a secret.")
@narrowing_options
@click.pass_obj
def console(
    wiring: Wiring,
    connector: str | None,
    service: str | None,
    region: str | None,
    print_: bool,
    narrowing: Narrowing,
) -> None:
    """Sign in to the AWS console in the browser.

    The address signs in whoever opens it, for 15 minutes; that of a broker elsewhere once, and for a minute.
    """
    from awsfed.broker.answers import ConsolePlace
    from awsfed.workstation.delivery.browser import has_browser, open_secretly

    name = chosen_connector(wiring, connector)
    session = wiring.sessions.load(wiring.issuer)
    url = wiring.broker.console_url(session, name, ConsolePlace(service=service, region=region), narrowing)
    if not print_ and has_browser(wiring.environ) and open_secretly(url, wiring.cache_directory / "console"):
        output.note(f"Opened the console for {name} in your browser.")
        return
    if not print_:
        within = "a minute" if wiring.settings.broker_url else "15 minutes"
        output.note(f"There is no browser here. Open this address within {within}, and show it to nobody:")
    output.answer(url.reveal())
