"""awsfed configure."""

import click

from awsfed.cli import output
from awsfed.cli.asking import chosen_connector, named_connector
from awsfed.cli.main import usage
from awsfed.cli.values import PROFILE
from awsfed.tasks.configure import Configured
from awsfed.wiring import Wiring
from awsfed.workstation.known import Known

_DEFAULT = "default"


@click.command()
@click.argument("connector", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="Configure every connector that is open to you.")
@click.option(
    "-p", "--profile", type=PROFILE, help="Name of the profile, for a single CONNECTOR; its own name by default."
)
@click.option("--dry-run", is_flag=True, help="Show what would change.")
@click.pass_obj
def configure(wiring: Wiring, connector: tuple[str, ...], all_: bool, profile: str | None, dry_run: bool) -> None:
    """Write AWS profiles that fetch and renew their credentials by themselves.

    Each is a credential_process line in the AWS config file. Profiles written earlier are brought up to date, and
    those whose connector is no longer open to you are removed.

    Example: awsfed configure dev && aws --profile dev s3 ls
    """
    if all_ and (connector or profile):
        usage("--all goes with neither a CONNECTOR nor a --profile.")
    if profile and len(connector) > 1:
        usage("--profile goes with a single CONNECTOR.")
    known = wiring.known_now()
    wanted = _all(known) if all_ else [named_connector(wiring, one) for one in connector]
    if not wanted and not all_:
        wanted = [chosen_connector(wiring, None)]
    if dry_run:
        planned = wiring.configure.preview(known, wanted, profile=profile)
        output.answer(planned.difference.rstrip("\n") if planned.difference else "Nothing would be written.")
        for name in planned.pruned:
            output.answer(f"Profile {name} would be removed.")
        return
    report(wiring.configure(known, wanted, profile=profile))


def _all(known: Known) -> list[str]:
    """Return every connector but one that would become the profile of every command which names none."""
    named = {one.id: known.handle(one) for one in known.connectors}
    if _DEFAULT in named.values():
        output.note(f"Left profile {_DEFAULT} alone: awsfed configure {_DEFAULT} writes it.")
    return [connector for connector, profile in named.items() if profile != _DEFAULT]


def report(done: Configured) -> None:
    """Say what became of the file."""
    for name in done.written:
        output.note(f"Configured profile {name}. Try: aws --profile {name} sts get-caller-identity")
    for name in done.unchanged:
        output.note(f"Profile {name} is up to date.")
    for name in done.repaired:
        output.note(f"Removed the older credentials of profile {name} from the credentials file.")
    for name in done.pruned:
        output.note(f"Removed profile {name}: its connector is no longer open to you.")
