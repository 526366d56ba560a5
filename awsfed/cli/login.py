"""awsfed login."""

import getpass

import click

from awsfed.cli import asking, output
from awsfed.errors import NoKeyring, Refused
from awsfed.wiring import Wiring


@click.command()
@click.argument("connector", nargs=-1)
@click.option("-u", "--user", help="Name to sign in with; remembered for the next time.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.option("--yes", is_flag=True, help="Answer yes to every question, such as whether to trust a new Crowd.")
@click.pass_obj
def login(wiring: Wiring, connector: tuple[str, ...], user: str | None, password_stdin: bool, yes: bool) -> None:
    """Sign in to Crowd; CONNECTORs that are named become AWS profiles.

    Examples: awsfed login; awsfed login dev ops
    """
    issuer = wiring.issuer
    _trust(wiring, issuer, yes=yes)
    _agree_on_store(wiring, yes=yes)
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
        wiring.sessions.store()
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
