"""awsfed keys rotate."""

import click

from awsfed.cli import asking, output
from awsfed.cli.key_details import check_kept, dependents, in_words
from awsfed.cli.main import usage
from awsfed.cli.needing import Seconds
from awsfed.cli.values import SLUG
from awsfed.errors import NotFound
from awsfed.tasks.rotation_journal import Rotation, Step
from awsfed.wiring import Wiring

_NEXT = {
    Step.ASKED: "the second key is made",
    Step.MADE: "it takes the place of the old one, when AWS accepts it",
    Step.SWITCHED: "the old key is deactivated",
    Step.DEACTIVATED: "the old key is deleted",
}


@click.command()
@click.argument("name", type=SLUG, required=False)
@click.option("--grace", "grace_s", type=Seconds(), help="Keep the old key, deactivated, for so long (usually 1h).")
@click.option("--wait", is_flag=True, help="Stay until the old key is deleted, instead of leaving that to a later run.")
@click.option("--yes", is_flag=True, help="Agree to whatever would be asked.")
@click.option("--status", is_flag=True, help="Only show which rotations are under way.")
@click.option("--abandon", is_flag=True, help="Forget a rotation that cannot go on; nothing changes in AWS.")
@click.pass_obj
def rotate(
    wiring: Wiring,
    name: str | None,
    grace_s: int | None,
    wait: bool,
    yes: bool,
    status: bool,
    abandon: bool,
) -> None:
    """Exchange an access key in the keyring for a new one of the same user.

    A second key is made; when AWS accepts it, it takes the place of the old one, which is deactivated, and deleted
    after a while. Whatever interrupts this: the key works, and the same command goes on.
    """
    if status:
        _status(wiring, name)
    elif name is None:
        usage("Name the access key to rotate.")
    elif abandon:
        _abandon(wiring, name)
    else:
        _rotate(wiring, name, grace_s, wait=wait, yes=yes)


def _rotate(wiring: Wiring, name: str, grace_s: int | None, *, wait: bool, yes: bool) -> None:
    wiring.access_keys.check_editable(name)
    if wiring.rotations.load(name) is None:
        check_kept(wiring, name)
        _explain(wiring, name)
        if not _agrees("Rotate it?", yes=yes):
            raise click.Abort
    rotation = wiring.rotate(output.note)(
        name, grace_s=grace_s, wait=wait, agree=lambda question: _agrees(question, yes=yes)
    )
    if rotation.step is Step.DELETED:
        output.note(f"Deleted {rotation.old_id}. The rotation of {name} is done.")
    elif rotation.delete_at is not None:
        output.note(
            f"{rotation.old_id} can be deleted from {output.moment(rotation.delete_at)} on: awsfed keys rotate {name}"
        )


def _explain(wiring: Wiring, name: str) -> None:
    by_key = dependents(wiring)
    output.note(f"Connectors that depend on {name}: {in_words(None if by_key is None else by_key.get(name, ()))}")
    output.note("The old key stops working everywhere: other machines and programs that have a copy need the new one.")


def _agrees(question: str, *, yes: bool) -> bool:
    if yes:
        return True
    if not asking.somebody_is_there():
        usage("There is no terminal to ask on; use --yes.")
    return click.confirm(question, err=True)


def _status(wiring: Wiring, name: str | None) -> None:
    found = [rotation for rotation in wiring.rotations.all() if name in {None, rotation.key}]
    if not found:
        output.note("No rotation is under way.")
    else:
        rows = [(one.key, one.old_id, one.new_id or "", one.step.value, _next(one)) for one in found]
        output.table(("KEY", "OLD", "NEW", "STEP", "NEXT"), rows)


def _next(rotation: Rotation) -> str:
    at = "" if rotation.delete_at is None else f", from {output.moment(rotation.delete_at)} on"
    return _NEXT[rotation.step] + at


def _abandon(wiring: Wiring, name: str) -> None:
    found = [rotation for rotation in wiring.rotations.all() if rotation.key == name]
    if not found:
        raise NotFound(f"no rotation of {name!r} is under way", hint="awsfed keys rotate --status")
    wiring.rotate(output.note).abandon(name)
    current = wiring.keyring_key(name).load()
    output.note(f"Forgot the rotation of {name}, which is {current.access_key_id if current else 'not there'}.")
    output.note(f"Look at the other access key of {found[0].user} in AWS: nothing was deleted there.")
