"""awsfed credentials."""

import click

from awsfed.cli import output
from awsfed.cli.asking import chosen_connector, granted, handle
from awsfed.cli.delivering import deliver
from awsfed.cli.groups import DefaultGroup
from awsfed.cli.main import usage
from awsfed.cli.needing import need_options
from awsfed.cli.values import PROFILE
from awsfed.errors import AwsfedError
from awsfed.wiring import Wiring
from awsfed.workstation.credentials import Need


@click.group(cls=DefaultGroup)
def credentials() -> None:
    """Write credentials into the AWS credentials file, or remove them from it.

    Examples: awsfed credentials dev; awsfed credentials dev --profile work; awsfed credentials remove dev
    """


@credentials.command()
@click.argument("connector", required=False)
@click.option("-p", "--profile", type=PROFILE, help="Name of the profile; the connector's by default.")
@click.option("--all", "all_", is_flag=True, help="Write a profile for every connector that is open to you.")
@click.option("--dry-run", is_flag=True, help="Show what would change, with the secrets hidden.")
@need_options
@click.pass_obj
def write(wiring: Wiring, connector: str | None, profile: str | None, all_: bool, dry_run: bool, need: Need) -> None:
    """Write the credentials of a connector into a profile of the AWS credentials file.

    Everything else in the file stays as it is. SDKs read such a profile once and do not renew it: for work that
    lasts, use `awsfed configure`.
    """
    if all_ and (connector or profile):
        usage("--all goes with neither a CONNECTOR nor a --profile.")
    names = [one.id for one in granted(wiring)] if all_ else [chosen_connector(wiring, connector)]
    failed: AwsfedError | None = None
    for name in names:
        try:
            _write(wiring, name, profile or handle(wiring, name), need, dry_run=dry_run)
        except AwsfedError as error:
            if not all_:
                raise
            output.fail(error)
            failed = error
    if failed:
        raise failed


@credentials.command()
@click.argument("profile", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="Remove every profile that awsfed wrote.")
@click.pass_obj
def remove(wiring: Wiring, profile: tuple[str, ...], all_: bool) -> None:
    """Remove profiles that awsfed wrote from the AWS credentials file."""
    if bool(profile) == all_:
        usage("Name PROFILEs, or use --all.")
    removed = wiring.profiles.remove(profile)
    for name in removed:
        output.note(f"Removed profile {name}.")
    if not removed:
        output.note("There was nothing to remove.")


def _write(wiring: Wiring, connector: str, profile: str, need: Need, *, dry_run: bool) -> None:
    wiring.profiles.check(profile)
    obtained = deliver(wiring, connector, need)
    if dry_run:
        difference = wiring.profiles.preview(profile, connector, obtained)
        output.answer(difference.rstrip("\n") if difference else "Nothing would change.")
        return
    wiring.profiles.write(profile, connector, obtained)
    until = output.moment(obtained.credentials.expires_at)
    output.note(f"Wrote profile {profile}, good until {until}. Try: aws --profile {profile} sts get-caller-identity")
