"""awsfed codeartifact."""

import functools
from collections.abc import Callable
from typing import Any

import click

from awsfed.broker.answers import PackageDomain, PackageToken
from awsfed.cli import output
from awsfed.cli.asking import chosen_connector
from awsfed.cli.groups import ListingGroup
from awsfed.cli.main import usage
from awsfed.cli.needing import Seconds
from awsfed.cli.tokens import region_option
from awsfed.cli.values import Parsed
from awsfed.errors import ConfigError, InvalidValue
from awsfed.wiring import Wiring
from awsfed.workstation.delivery.packages.tools import EDITS, parse_repository, parse_scope

_OPTIONS = (
    click.option("--domain", required=True, help="Name of the domain."),
    click.option(
        "--domain-owner",
        "owner",
        help="Account of the domain; the connector's by default, but a broker elsewhere is not asked for it.",
    ),
    region_option,
    click.option(
        "--duration",
        type=Seconds(),
        help="Life of the token, 15m to 12h; 0 ends it together with the credentials; 12h by default.",
    ),
)


def _domain_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that describe a domain; it gets them as one `domain`."""

    @functools.wraps(command)
    def wrapped(
        *args: Any, domain: str, owner: str | None, region: str | None, duration: int | None, **others: Any
    ) -> Any:
        wanted = PackageDomain(name=domain, owner=owner, region=region, duration=duration)
        try:
            wanted.check()
        except InvalidValue as error:
            usage(f"{error.message}.")
        return command(*args, domain=wanted, **others)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


@click.group(cls=ListingGroup)
def codeartifact() -> None:
    """Sign package tools in to CodeArtifact."""


@codeartifact.command()
@click.argument("connector", required=False)
@_domain_options
@click.pass_obj
def token(wiring: Wiring, connector: str | None, domain: PackageDomain) -> None:
    """Print a token for a domain, for a tool that awsfed does not know; the user name is aws.

    A token works until it expires, also when the connector is not yours any more.
    """
    output.answer(_token(wiring, connector, domain).token.reveal())


@codeartifact.command()
@click.argument("tool", type=click.Choice(list(EDITS)))
@click.argument("connector", required=False)
@click.option("--repository", type=Parsed(parse_repository), required=True, help="Name of the repository.")
@click.option("--namespace", type=Parsed(parse_scope), help="Scope of npm that comes from there; else everything does.")
@_domain_options
@click.pass_obj
def login(
    wiring: Wiring, tool: str, connector: str | None, repository: str, namespace: str | None, domain: PackageDomain
) -> None:
    """Write a repository and a token for it into the settings file of a package tool.

    That is pip.conf, .npmrc or .pypirc; every other line stays as it is, and the file becomes readable by you alone.
    The token is in the file only, never on a command line. In .pypirc the repository is named codeartifact.
    """
    from awsfed.settings.places import home_directory
    from awsfed.workstation.delivery.packages import tools

    if namespace and tool != "npm":
        usage("--namespace goes with npm only.")
    given = _token(wiring, connector, domain)
    if given.owner is None:
        raise ConfigError(f"which account has the domain {domain.name!r}?", hint="name it with --domain-owner")
    file = tools.place(tool, wiring.environ, home_directory(wiring.environ))
    place = tools.Repository(
        domain=domain.name,
        owner=given.owner,
        region=given.region,
        name=repository,
        variant=wiring.settings.aws.variant,
    )
    tools.sign_in(tool, file, place, given.token, namespace)
    output.note(f"Wrote {file}: {tool} uses {repository} until {output.moment(given.expires_at)}.")


def _token(wiring: Wiring, connector: str | None, domain: PackageDomain) -> PackageToken:
    session = wiring.sessions.load(wiring.issuer)
    return wiring.broker.codeartifact_token(session, chosen_connector(wiring, connector), domain)
