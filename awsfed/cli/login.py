"""awsfed login."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from awsfed.cli import asking, output
from awsfed.cli.main import usage
from awsfed.cli.values import NAME, URL
from awsfed.errors import ConfigError, LoginRefused, NoKeyring, NotFound, Refused
from awsfed.model.secret import Secret
from awsfed.settings.variables import BROKER_URL, SERVICE_TOKEN
from awsfed.wiring import Wiring


@click.command()
@click.argument("connector", nargs=-1)
@click.option("-u", "--user", type=NAME, help="Name to sign in with; remembered for the next time.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.option("--broker", type=URL, help="Address of the broker; kept in your settings once you are signed in there.")
@click.option("--service", help="Sign in as this service, with its token instead of a password.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help="File with the service's token; AWSFED_SERVICE_TOKEN holds it where neither this nor --token-fd is given.",
)
@click.option("--token-fd", type=int, help="Open descriptor to read the service's token from.")
@click.option(
    "--access-token",
    is_flag=True,
    help="Sign in with a personal access token of Bamboo, Jira or Bitbucket instead of the password.",
)
@click.option(
    "--keep-password",
    is_flag=True,
    help="Keep the password in the keyring, to sign in again where Bamboo, Jira or Bitbucket ended the session.",
)
@click.option(
    "--yes", is_flag=True, help="Answer yes to every question, such as whether to trust a new Crowd or broker."
)
@click.pass_obj
def login(  # noqa: PLR0913, PLR0917 - one parameter an option
    wiring: Wiring,
    connector: tuple[str, ...],
    user: str | None,
    password_stdin: bool,
    broker: str | None,
    service: str | None,
    token_file: Path | None,
    token_fd: int | None,
    access_token: bool,
    keep_password: bool,
    yes: bool,
) -> None:
    """Sign in, to the broker or to Crowd; CONNECTORs that are named become AWS profiles.

    Examples: awsfed login; awsfed login dev ops; awsfed login --broker https://awsfed.example.org
    """
    if service and (user or password_stdin or access_token or keep_password):
        usage("--service goes with none of --user, --password-stdin, --access-token and --keep-password.")
    if not (service or access_token) and (token_file or token_fd is not None):
        usage("--token-file and --token-fd go with --service or --access-token.")
    if access_token and keep_password:
        usage("--access-token goes without --keep-password: the token is kept as it is.")
    if broker is not None:
        wiring = _at(wiring, broker)
    issuer = wiring.issuer
    if (access_token or keep_password) and wiring.settings.broker_url is None:
        usage("--access-token and --keep-password are for brokers on Bamboo, Jira or Bitbucket.")
    _trust(wiring, issuer, yes=yes)
    _agree_on_store(wiring, yes=yes)
    if service:
        secret = _token(wiring, token_file, token_fd)
        with _told_again(broker, service):
            session = wiring.log_in(service, secret, as_service=True)
    else:
        name = user or _name(wiring, issuer)
        given = token_file or token_fd is not None
        what = "Access token" if access_token else "Password"
        secret = (
            _token(wiring, token_file, token_fd)
            if given
            else asking.password(f"{what} of {name} at {issuer}", wiring, from_stdin=password_stdin)
        )
        with _told_again(broker, None):
            session = wiring.log_in(name, secret, as_service=access_token, keep_password=keep_password)
    output.note(f"Signed in to {issuer} as {session.name} until {output.moment(session.ends_at)}.")
    if broker is not None:
        _keep_broker(wiring, broker)
    known = wiring.known_now()
    if connector:
        from awsfed.cli.configure import report

        report(wiring.configure(known, [asking.named_connector(wiring, one) for one in connector]))
    elif known.connectors:
        many = "1 connector is" if len(known.connectors) == 1 else f"{len(known.connectors)} connectors are"
        output.note(f"{many} open to you: awsfed connectors")
    else:
        output.note("No connector is granted to you yet: ask an administrator for a group that opens one.")


def _at(wiring: Wiring, broker: str) -> Wiring:
    """Return a wiring for a broker; the one that an administrator chose is not left for another."""
    origin = wiring.settings.origins["broker.url"]
    if origin.locked and origin.value != broker:
        chosen = f"{origin.value} is the broker" if origin.value else "there is no broker"
        raise ConfigError(f"{chosen} here, as {origin.source} says", hint="awsfed login, without --broker")
    return wiring.changed(options={**wiring.options, "broker.url": broker})


def _keep_broker(wiring: Wiring, broker: str) -> None:
    """Write the broker into the user's settings, where it is not what they say anyway."""
    usual = wiring.changed(options={name: value for name, value in wiring.options.items() if name != "broker.url"})
    origin = usual.settings.origins["broker.url"]
    if origin.value == broker:
        return
    if origin.source == BROKER_URL:
        output.warn(f"{BROKER_URL} still names {origin.value}, and counts before your settings")
    wiring.settings_file.put("broker", "url", value=broker)
    output.note(f"Wrote the broker into {wiring.settings_file.path}.")


@contextmanager
def _told_again(broker: str | None, service: str | None) -> Iterator[None]:
    """Say how to try again, with what is kept nowhere before it was right."""
    try:
        yield
    except LoginRefused as error:
        words = [
            "awsfed login",
            *(["--broker", broker] if broker else []),
            *(["--service", service] if service else []),
        ]
        hint = "check name and token of the service: awsfed login" if service else error.hint or "awsfed login"
        raise type(error)(error.message, hint=hint.replace("awsfed login", " ".join(words))) from error


def _token(wiring: Wiring, file: Path | None, descriptor: int | None) -> Secret:
    from awsfed.outside.secrets import given

    if file:
        return given.from_file(file)
    if descriptor is not None:
        return given.from_descriptor(descriptor)
    try:
        return given.from_variable(wiring.environ, SERVICE_TOKEN)
    except NotFound as error:
        raise NotFound(error.message, hint="set it, or name a place: --token-file, --token-fd") from None


def _trust(wiring: Wiring, issuer: str, *, yes: bool) -> None:
    """Ask before a password goes to a Crowd or broker that is not the one it went to before."""
    trusted = wiring.known.trusted()
    if yes or not trusted or issuer in trusted:
        return
    before = ", ".join(trusted)
    if not asking.somebody_is_there():
        raise Refused(
            f"{issuer} is new; until now you signed in to {before}", hint="the same command with --yes, if it is right"
        )
    click.confirm(f"Until now you signed in to {before}. Send your password to {issuer}?", abort=True, err=True)


def _agree_on_store(wiring: Wiring, *, yes: bool) -> None:
    """Where there is no keyring, ask whether sessions may be kept in a private file."""
    try:
        wiring.sessions.check(wiring.issuer)
    except NoKeyring as error:
        if not yes and not asking.somebody_is_there():
            file = wiring.settings_file.path
            hint = f'with --yes sessions are kept in a private file, as with secrets.store = "file" in {file}'
            raise NoKeyring(error.message, hint=hint) from None
        if not yes:
            question = "There is no keyring here. Keep your session in a file that only you can read?"
            click.confirm(question, abort=True, err=True)
        wiring.choose_file_store()


def _name(wiring: Wiring, issuer: str) -> str:
    usual = wiring.settings.user or wiring.known.trusted().get(issuer)
    if usual or not asking.somebody_is_there():
        return usual or getpass.getuser()
    return str(click.prompt("User name", default=getpass.getuser(), err=True))
