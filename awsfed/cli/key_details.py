"""awsfed keys show, and which connectors depend on a key."""

from collections.abc import Mapping

import click

from awsfed.cli import output
from awsfed.cli.values import SLUG
from awsfed.errors import AwsfedError, NotFound, RoleRefused
from awsfed.settings.values import KeySource
from awsfed.wiring import Wiring


def dependents(wiring: Wiring) -> Mapping[str, tuple[str, ...]] | None:
    """Return the ids of the connectors of each key; None, with a warning, where no connector can be read."""
    try:
        return wiring.access_keys.dependents()
    except AwsfedError as error:
        output.warn(f"which connectors depend on a key cannot be told: {error.message}")
        return None


def in_words(ids: tuple[str, ...] | None) -> str:
    """Return the connectors of one key for people."""
    if ids is None:
        return "unknown"
    return ", ".join(ids) or "none"


def check_kept(wiring: Wiring, name: str) -> None:
    """Raise NotFound where the keyring has no entry of a name; one that cannot be read may be replaced as well."""
    if not wiring.access_keys.is_kept(name):
        raise NotFound(f"the keyring holds no access key named {name!r}", hint=f"awsfed keys add {name}")


@click.command()
@click.argument("name", type=SLUG)
@click.option("--offline", is_flag=True, help="Do not ask AWS whose key it is.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show(wiring: Wiring, name: str, offline: bool, as_json: bool) -> None:
    """Show one access key: where it is, whose it is, and the connectors that depend on it."""
    source = wiring.access_keys.place(name)
    by_key = dependents(wiring)
    key = source.load()
    if key is None and name not in wiring.settings.keys and name not in (by_key or {}):
        raise NotFound(f"no access key named {name!r}", hint="awsfed keys list")
    owner = None
    if key is not None and not offline:
        try:
            owner = wiring.access_keys.owner(key)
        except RoleRefused as error:
            hint = f"awsfed keys edit {name}; awsfed keys show {name} --offline"
            raise RoleRefused(f"AWS refuses access key {name!r}: {error.message}", hint=hint) from error
    connectors = None if by_key is None else by_key.get(name, ())
    setting = wiring.settings.keys.get(name)
    values = {
        "name": name,
        "source": (setting.source if setting else KeySource.KEYRING).value,
        "place": source.place,
        "access_key_id": key.access_key_id if key else None,
        "owner": owner.arn if owner else None,
    }
    if as_json:
        output.answer_json({**values, "connectors": None if connectors is None else list(connectors)})
        return
    texts = {field.replace("_", " "): text for field, text in values.items() if text}
    output.facts({**texts, **({} if key else {"state": "missing"}), "connectors": in_words(connectors)})
