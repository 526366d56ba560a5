"""awsfed git-credential."""

import sys

import click

from awsfed.cli import output
from awsfed.cli.tokens import credentials_for_token
from awsfed.errors import AwsfedError
from awsfed.wiring import Wiring

_LIMIT = 65_536


@click.command("git-credential")
@click.argument("action", metavar="get|store|erase")
@click.option("--connector", help="Connector whose credentials open the repositories.")
@click.pass_obj
def git_credential(wiring: Wiring, action: str, connector: str | None) -> None:
    """Answer git with the user name and password of a CodeCommit repository.

    Nothing is stored: the password is made whenever git asks, and is good for 15 minutes. Repositories elsewhere are
    left to other helpers. Git starts it where credential.URL.helper is '!awsfed git-credential --connector dev', and
    credential.URL.UseHttpPath has to be true; URL is that of the region's repositories, such as
    https://git-codecommit.eu-central-1.amazonaws.com.
    """
    from awsfed.workstation.delivery import git

    if action != "get":
        return  # nothing is kept; what git may ask for one day is none of ours either
    request = git.parse_request(sys.stdin.buffer.read(_LIMIT))
    region = git.region_of(request)
    if region is None:
        return
    try:
        obtained = credentials_for_token(wiring, connector)
        answer = git.answer(request, region=region, credentials=obtained.credentials, now=wiring.clock.now())
    except AwsfedError:
        output.answer_bytes(git.STOP.encode())  # else git would ask for a name and a password that nobody has
        raise
    output.answer_bytes(answer.encode())
