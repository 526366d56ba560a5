"""awsfed store."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from awsfed.cli import output
from awsfed.cli.audit_details import warn_of_other_keys
from awsfed.cli.groups import ListingGroup
from awsfed.errors import InvalidValue
from awsfed.settings.kinds import SEALING
from awsfed.settings.places import Place
from awsfed.settings.values import SealingReference
from awsfed.wiring import Wiring

if TYPE_CHECKING:
    from awsfed.broker.store.backup import Contents

_FILE = click.Path(dir_okay=False, path_type=Path)


class _SealingKey(click.ParamType[SealingReference]):
    """Where a sealing key is; a text that says nothing of it may be the key itself, and is not repeated."""

    name = "PLACE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> SealingReference:
        """Return it parsed."""
        try:
            reference: SealingReference = SEALING.parse(value, Place(base=Path("/"), home=Path("/")))
        except InvalidValue as error:
            self.fail(f"It {error.message}.", param, ctx)
        return reference


@click.group(cls=ListingGroup)
def store() -> None:
    """Look after the store of a broker that serves others, in server.folder.

    It keeps sessions, the trail, and what administrators made: connectors, and access keys whose secrets are sealed.
    The key that seals them is elsewhere, where server.sealing_key says; without it nobody can open them.
    """


@store.command()
@click.pass_obj
def init(wiring: Wiring) -> None:
    """Make the store, and the sealing key where there is none yet; a store that is there is left alone.

    Where server.audit_key names a place, the key that signs the trail is made there too.
    """
    from awsfed.wiring import auditing, storing

    made = storing.make_store(wiring)()
    if made.is_new:
        output.note(f"Made the store in {made.folder}.")
    else:
        output.note(f"There is a store in {made.folder} already.")
    if made.is_new_key:
        output.note(f"Made its sealing key in {made.sealing_key}: keep a copy of it, apart from backups of the store.")
    if wiring.settings.server.audit_key and (signer := auditing.make_audit_key(wiring)):
        key, place = signer
        output.note(f"Made the audit key in {place}; its public half is {key.public}")
        warn_of_other_keys(wiring, key)


@store.command()
@click.pass_obj
def migrate(wiring: Wiring) -> None:
    """Bring the store to the schema of this version, after a backup beside it; servers have to be stopped."""
    from awsfed.wiring import storing

    migrated = storing.keep_store(wiring).migrate()
    if migrated.backup is None:
        output.note(f"The store has schema {migrated.after} already.")
        return
    output.note(f"Brought the store from schema {migrated.before} to {migrated.after}.")
    output.note(f"As it was before, it is in {migrated.backup}.")


@store.command()
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace the file where there is one.")
@click.pass_obj
def backup(wiring: Wiring, file: Path, force: bool) -> None:
    """Write the store into FILE, as it is at this moment; servers go on.

    The sealing key is not in it: without that key, which needs a backup of its own, the secrets do not open.
    """
    from awsfed.wiring import storing

    contents = storing.keep_store(wiring).back_up(file, replace=force)
    output.note(f"Wrote {file}: {_told(contents)}.")
    output.note("The sealing key is not in it: keep that elsewhere.")


@store.command()
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Lose the store that is there.")
@click.pass_obj
def restore(wiring: Wiring, file: Path, force: bool) -> None:
    """Put the backup in FILE into the place of the store; servers have to be stopped.

    Everybody has to sign in again: sessions that were revoked since the backup stay revoked.
    """
    from awsfed.wiring import storing

    contents = storing.keep_store(wiring).restore(file, replace=force)
    output.note(f"Restored {_told(contents)}.")
    output.note("To find out whether the sealing key fits: awsfed store check")
    if contents.services:
        output.warn("services are as they were: a token that was revoked or rotated since is good again")
        output.note("To find those, and end them: awsfed services list, awsfed services rotate NAME")


@store.command()
@click.option(
    "--to", type=_SealingKey(), help="Where the new wrapping key is: file:/PATH, environment, keyring or kms:ARN."
)
@click.pass_obj
def reseal(wiring: Wiring, to: SealingReference | None) -> None:
    """Seal every secret with a new key, and forget the key of before.

    With --to, the new key is wrapped by the key at another place, which is made there where possible; servers have to
    be stopped for that. Old backups open with the old key only.
    """
    from awsfed.wiring import storing

    resealed = storing.keep_store(wiring).reseal(to)
    secrets = output.many(resealed.secrets, "secret")
    output.note(f"Sealed {secrets} with a new key, which the key in {resealed.place} wraps.")
    if resealed.is_new_key:
        output.note("That key was made too: keep a copy of it, apart from backups of the store.")
    if to is not None:
        output.note(f'Now set in the settings: server.sealing_key = "{to}"')


@store.command()
@click.pass_obj
def check(wiring: Wiring) -> None:
    """Look at everything: who can enter the folder, the file, its schema, and whether every secret opens."""
    from awsfed.wiring import storing

    checked = storing.keep_store(wiring).check()
    contents = checked.contents
    output.facts(
        {
            "schema": contents.schema,
            "connectors": str(contents.connectors),
            "access keys": str(contents.access_keys),
            "services": str(contents.services),
            "events": str(contents.events),
            "sessions": str(contents.sessions),
            "sealing key": checked.place,
        }
    )
    output.note(f"{output.many(checked.secrets, 'secret')} looked at: every one opens.")


def _told(contents: "Contents") -> str:
    """Return what is in a store, for people."""
    counts = {
        "connector": contents.connectors,
        "access key": contents.access_keys,
        "service": contents.services,
        "event": contents.events,
    }
    return ", ".join(output.many(count, what) for what, count in counts.items())
