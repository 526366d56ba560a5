"""awsfed keys."""

import sys
from collections.abc import Callable

import click

from awsfed.broker.keys.parsing import parse_access_key
from awsfed.cli import asking, output
from awsfed.cli.groups import ListingGroup
from awsfed.cli.key_details import check_kept, dependents, in_words, show
from awsfed.cli.key_rotation import rotate
from awsfed.cli.main import usage
from awsfed.cli.values import SLUG
from awsfed.errors import AwsfedError, InvalidValue, Refused
from awsfed.settings.values import KeySource
from awsfed.wiring import Wiring

_NO_KEYS = "There are no access keys in the settings: awsfed keys add NAME"


@click.group(cls=ListingGroup)
def keys() -> None:
    """Enter and check the long-term access keys behind connectors."""


keys.add_command(show)
keys.add_command(rotate)


@keys.command()
@click.argument("name", type=SLUG)
@click.option("--access-key-id", help="Id of the key; asked for where it is not given.")
@click.option("--secret-stdin", is_flag=True, help="Read the secret from the first line of standard input.")
@click.option("--secret-fd", type=int, help="Read the secret from this open descriptor.")
@click.option("--skip-validation", is_flag=True, help="Keep it without asking AWS whose key it is.")
@click.option("--replace", is_flag=True, help="Replace a key of that name.")
@click.pass_obj
def add(
    wiring: Wiring,
    name: str,
    access_key_id: str | None,
    secret_stdin: bool,
    secret_fd: int | None,
    skip_validation: bool,
    replace: bool,
) -> None:
    """Put an access key into the keyring, under the NAME that connectors use.

    The secret is never an argument: arguments are seen by everybody on the machine.
    """
    if not replace and wiring.keyring_key(name).load() is not None:
        raise Refused(f"there is an access key named {name!r} already", hint=f"awsfed keys add {name} --replace")
    _enter(
        wiring, name, access_key_id, lambda: _secret(secret_fd, from_stdin=secret_stdin), validate=not skip_validation
    )
    named = wiring.settings.keys.get(name)
    if named is None or named.source is not KeySource.KEYRING:
        how = (
            "add to the settings"
            if named is None
            else f"change in the settings, which take it from {named.source.value}"
        )
        output.note(f'To use it in connectors, {how}:\n\n[keys.{name}]\nsource = "keyring"')


@keys.command()
@click.argument("name", type=SLUG)
@click.option("--access-key-id", help="Id of the new key; asked for where it is not given.")
@click.option("--secret-stdin", is_flag=True, help="Read the secret from the first line of standard input.")
@click.option("--secret-fd", type=int, help="Read the secret from this open descriptor.")
@click.option("--skip-validation", is_flag=True, help="Keep it without asking AWS whose key it is.")
@click.option("--yes", is_flag=True, help="Do not ask whether the connectors may change.")
@click.pass_obj
def edit(
    wiring: Wiring,
    name: str,
    access_key_id: str | None,
    secret_stdin: bool,
    secret_fd: int | None,
    skip_validation: bool,
    yes: bool,
) -> None:
    """Put another access key in the place of one in the keyring, for all connectors that depend on it.

    They are shown first. To exchange a key for a new one of the same user, see awsfed keys rotate.
    """
    wiring.access_keys.check_editable(name)
    check_kept(wiring, name)
    by_key = dependents(wiring)
    output.note(f"Connectors that depend on {name}: {in_words(None if by_key is None else by_key.get(name, ()))}")
    if not yes and not asking.somebody_is_there():
        usage("There is no terminal to ask on; use --yes.")
    if not yes:
        click.confirm("Change the access key of all of them?", abort=True, err=True)
    _enter(
        wiring, name, access_key_id, lambda: _secret(secret_fd, from_stdin=secret_stdin), validate=not skip_validation
    )


def _enter(
    wiring: Wiring, name: str, access_key_id: str | None, secret_of: Callable[[], str], *, validate: bool
) -> None:
    """Ask for what is not given, and keep the key."""
    key_id = access_key_id or _asked("Access key id")
    secret = secret_of()
    try:
        key = parse_access_key(name, {"aws_access_key_id": key_id, "aws_secret_access_key": secret})
    except InvalidValue as error:
        usage(f"The access key {error.message}.")
    owner = wiring.access_keys.add(key, validate=validate)
    output.note(f"Kept access key {name}" + (f", which belongs to {owner.arn}." if owner else "."))


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_(wiring: Wiring, as_json: bool) -> None:
    """List the access keys of the settings, where each is kept, and the connectors that depend on it."""
    wiring.here("access keys are kept")
    by_key = dependents(wiring)
    rows = []
    for name, setting in wiring.settings.keys.items():
        rows.append({"name": name, "source": setting.source.value, **_state(wiring, name)})
    if wiring.settings.server.folder:
        output.note("Access keys of the broker's store are listed by its server, which administrators ask:")
        output.note("GET /rest/identity-federation-for-aws/2.2/accounts")
    users = {name: None if by_key is None else by_key.get(name, ()) for name in wiring.settings.keys}
    if as_json:
        output.answer_json([{**row, "connectors": users[row["name"]]} for row in rows])
    elif rows:
        output.table(
            ("KEY", "SOURCE", "ACCESS KEY ID", "CONNECTORS", "STATE"),
            [
                (row["name"], row["source"], row["access_key_id"], in_words(users[row["name"]]), row["state"])
                for row in rows
            ],
        )
    else:
        output.note(_NO_KEYS)


@keys.command()
@click.argument("name", required=False)
@click.pass_obj
def check(wiring: Wiring, name: str | None) -> None:
    """Ask AWS whose keys they are: the one named, or all of the settings."""
    names = [name] if name else list(wiring.settings.keys)
    if not names:
        output.note(_NO_KEYS)
    failed: AwsfedError | None = None
    for one in names:
        try:
            key, owner = wiring.access_keys.check(one)
            output.answer(f"{one}: {key.access_key_id} belongs to {owner.arn}")
        except AwsfedError as error:
            output.answer(f"{one}: {error.message}")
            failed = error
    if failed:
        raise failed


@keys.command()
@click.argument("name")
@click.pass_obj
def remove(wiring: Wiring, name: str) -> None:
    """Remove an access key from the keyring; AWS keeps it until it is deleted there."""
    wiring.access_keys.remove(name)
    output.note(f"Removed access key {name} from the keyring.")


def _state(wiring: Wiring, name: str) -> dict[str, str]:
    try:
        key = wiring.access_key_source(name).load()
    except AwsfedError as error:
        return {"access_key_id": "", "state": error.message}
    if key is None:
        missing = "missing: awsfed keys add" if wiring.settings.keys[name].source is KeySource.KEYRING else "missing"
        return {"access_key_id": "", "state": missing}
    return {"access_key_id": key.access_key_id, "state": "present"}


def _asked(question: str) -> str:
    if not asking.somebody_is_there():
        usage("There is no terminal to ask on; give --access-key-id.")
    return str(click.prompt(question, err=True)).strip()


def _secret(descriptor: int | None, *, from_stdin: bool) -> str:
    if descriptor is not None:
        from awsfed.outside.secrets.given import from_descriptor

        return from_descriptor(descriptor).reveal()
    if from_stdin:
        return sys.stdin.readline().strip()
    if not asking.somebody_is_there():
        usage("There is no terminal to ask for the secret on; use --secret-stdin.")
    return str(click.prompt("Secret access key", hide_input=True, err=True)).strip()
