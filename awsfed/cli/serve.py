"""awsfed serve."""

import sys
from pathlib import Path

import click

from awsfed.cli import output
from awsfed.cli.main import usage
from awsfed.errors import ConfigError, NotInstalled
from awsfed.settings.layers import OPTION
from awsfed.settings.problems import InvalidSettings
from awsfed.settings.values import Settings
from awsfed.wiring import Wiring

_OPTIONS = ("server.listen", "server.certificate", "server.certificate_key", "server.url")
"""What is set by our options, or missing beside them."""


@click.command()
@click.option("--init", is_flag=True, help="Make the settings and the store of a new broker, and serve nothing yet.")
@click.option("--listen", metavar="ADDRESS:PORT", help="Where to listen, instead of server.listen.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    help="File with the certificate in PEM form, instead of server.certificate.",
)
@click.option(
    "--certificate-key",
    type=click.Path(path_type=Path),
    help="File with its private key, instead of server.certificate_key.",
)
@click.pass_obj
def serve(
    wiring: Wiring, init: bool, listen: str | None, certificate: Path | None, certificate_key: Path | None
) -> None:
    """Be the broker of others: awsfed over HTTP, and the REST interface of an installed IFAWS.

    It stays until SIGTERM or Ctrl-C, and lets running requests end. The log goes to stderr, one JSON object a line.
    """
    given = {"server.listen": listen, "server.certificate": certificate, "server.certificate_key": certificate_key}
    options = {name: str(value) for name, value in given.items() if value is not None}
    if init:
        if options:
            usage("--init goes without --listen, --certificate and --certificate-key.")
        from awsfed.cli.serve_init import make

        make(wiring)
        return
    try:
        from awsfed.server.run import run
        from awsfed.wiring.serving import REQUEST_S
    except ImportError as error:
        raise NotInstalled("a server", str(error.name), "broker") from error
    everything = {**wiring.options, **options}
    changed = wiring.changed(options=everything, may_unlock=False, ask_code=None, deadline_s=REQUEST_S)
    settings = _settings(changed)
    if settings.crowd is None and settings.broker_url is None:
        raise ConfigError("no Crowd is set", hint="awsfed serve --init makes the settings and the store of a broker")
    run(changed, sys.stderr, _tell)


def _settings(wiring: Wiring) -> Settings:
    """Return the settings; what is wrong with options is a mistake on the command line, and all of it is told."""
    try:
        return wiring.settings
    except InvalidSettings as error:
        given = [
            f"{problem.key} {problem.message}{f' ({problem.hint})' if problem.hint else ''}"
            for problem in error.problems
            if problem.file == OPTION and problem.key in _OPTIONS
        ]
        if not given:
            raise
        usage(f"{'; '.join(given)}.")


def _tell(url: str) -> None:
    """Say where it serves to whoever watches; a file is told by the log."""
    if sys.stderr.isatty():
        output.note(f"Serving on {url}; Ctrl-C ends it.")
