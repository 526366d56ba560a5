"""awsfed login."""

import getpass
from pathlib import Path

import click

from awsfed.cli import asking, output
from awsfed.cli.main import usage
from awsfed.cli.values import NAME
from awsfed.errors import NoKeyring, Refused
from awsfed.model.secret import Secret
from awsfed.settings.variables import SERVICE_TOKEN
from awsfed.wiring import Wiring


@click.command()
@click.argument("connector", nargs=-1)
@click.option("-u", "--user", type=NAME, help="Name to sign in with; remembered for the next time.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.option("--service", help="Sign in as this service, with its token instead of a password.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help="File with the service's token; AWSFED_SERVICE_TOKEN holds it where neither this nor --token-fd is given.",
)
@click.option("--token-fd", type=int, help="Open descriptor to read the service's token from.")
@click.option("--yes", is_flag=True, help="Answer yes to every question, such as whether to trust a new Crowd.")
@click.pass_obj
def login(  # noqa: PLR0913, PLR0917 - one parameter an option
    wiring: Wiring,
    connector: tuple[str, ...],
    user: str | None,
    password_stdin: bool,
    service: str | None,
    token_file: Path | None,
    token_fd: int | None,
    yes: bool,
) -> None:
    """Sign in to Crowd; CONNECTORs that are named become AWS profiles.

    Examples: awsfed login; awsfed login dev ops; awsfed login --service nightly-build
    """
    if service and (user or password_stdin):
        usage("--service goes with neither --user nor --password-stdin.")
    if not service and (token_file or token_fd is not None):
        usage("--token-file and --token-fd go with --service.")
    issuer = wiring.issuer
    _trust(wiring, issuer, yes=yes)
    _agree_on_store(wiring, yes=yes)
    if service:
        session = wiring.log_in(service, _token(wiring, token_file, token_fd), as_service=True)
    else:
        name = user or _name(wiring, issuer)
        secret = asking.password(f"Password of {name} at {issuer}", wiring, from_stdin=password_stdin)
        session = wiring.log_in(name, secret)
    output.note(f"Signed in to {issuer} as {session.name} until {output.moment(session.ends_at)}.")
    known = wiring.known_now()
    if connector:
        from awsfed.cli.configure import report

        report(wiring.configure(known, connector))
    elif known.connectors:
        many = "1 connector is" if len(known.connectors) == 1 else f"{len(known.connectors)} connectors are"
        output.note(f"{many} open to you: awsfed connectors")
    else:
        output.note("No connector is granted to you yet: ask an administrator for a group that opens one.")


def _token(wiring: Wiring, file: Path | None, descriptor: int | None) -> Secret:
    from awsfed.outside.secrets import given

    if file:
        return given.from_file(file)
    if descriptor is not None:
        return given.from_descriptor(descriptor)
    return given.from_variable(wiring.environ, SERVICE_TOKEN)


def _trust(wiring: Wiring, issuer: str, *, yes: bool) -> None:
    """Ask before a password goes to a Crowd that is not the one it went to before."""
    trusted = wiring.known.trusted()
    if yes or not trusted or issuer in trusted:
        return
    before = ", ".join(trusted)
    if not asking.somebody_is_there():
        raise Refused(
            f"{issuer} is new; until now you signed in to {before}", hint="awsfed login --yes, if it is right"
        )
    click.confirm(f"Until now you signed in to {before}. Send your password to {issuer}?", abort=True, err=True)


def _agree_on_store(wiring: Wiring, *, yes: bool) -> None:
    """Where there is no keyring, ask whether sessions may be kept in a private file."""
    try:
        wiring.sessions.check(wiring.issuer)
    except NoKeyring:
        if not yes and not asking.somebody_is_there():
            raise
        if not yes:
            question = "There is no keyring here. Keep your session in a file that only you can read?"
            click.confirm(question, abort=True, err=True)
        wiring.choose_file_store()


def _name(wiring: Wiring, issuer: str) -> str:
    usual = wiring.settings.user or wiring.known.trusted().get(issuer)
    if usual or not asking.somebody_is_there():
        return usual or getpass.getuser()
    return str(click.prompt("User name", default=getpass.getuser(), err=True))
