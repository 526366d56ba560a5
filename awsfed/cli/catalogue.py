"""awsfed catalogue."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from awsfed.cli import exits, output
from awsfed.cli.catalogue_signing import keygen, sign, verify
from awsfed.cli.documents import read_named
from awsfed.cli.groups import ListingGroup
from awsfed.errors import ConfigError
from awsfed.wiring import Wiring

if TYPE_CHECKING:
    from awsfed.broker.catalogue.differences import Difference
    from awsfed.broker.catalogue.standing import Standing

DIFFERENT = 1
"""What `diff` returns where there is a difference, as the program of that name does."""
_VALUE_LIMIT = 5000


@click.group(cls=ListingGroup)
def catalogue() -> None:
    """Look into the catalogue of connectors, and publish one.

    Examples: awsfed catalogue show; awsfed catalogue diff new.toml; awsfed catalogue sign new.toml --key-file KEY
    """


@catalogue.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show(wiring: Wiring, as_json: bool) -> None:
    """Show where connectors come from: age, version, expiry and signature of each document."""
    standings = [part.standing() for part in wiring.catalogues()]
    if as_json:
        output.answer_json([_as_json(standing, wiring.clock.now()) for standing in standings])
        return
    rows: list[tuple[str, ...]] = []
    for standing in standings:
        fetched = output.moment(standing.fetched_at) if standing.fetched_at is not None else ""
        if not standing.documents:
            rows.append((standing.origin, str(standing.connectors), "", "", "", fetched))
        for document in standing.documents:
            opened = document.opened
            expires = output.moment(opened.expires) if opened.expires is not None else ""
            signed = f"{document.signed.value} {document.key}" if document.key else document.signed.value
            version = str(opened.version or "")
            rows.append((opened.name, str(len(opened.tables)), version, expires, signed, fetched))
    output.table(("CATALOGUE", "CONNECTORS", "VERSION", "EXPIRES", "SIGNATURE", "FETCHED"), rows)


@catalogue.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def diff(wiring: Wiring, file: str, as_json: bool) -> int:
    """Say what would change if FILE took the place of the catalogue.

    The exit status is 0 where nothing would, and 1 where something would.
    """
    from awsfed.broker.catalogue.bounds import bounded
    from awsfed.broker.catalogue.differences import differences
    from awsfed.broker.catalogue.document import read_document

    named = wiring.catalogues()[1:]
    if not named:
        raise ConfigError("no catalogue is set to compare with", hint="set catalogue.source, or AWSFED_CATALOGUE")
    after = bounded(read_document(read_named(file), name=file), wiring.settings.keys).good()
    found = differences(named[0].connectors().by_id, after)
    if as_json:
        output.answer_json(
            [{"connector": one.connector, "change": one.change.value, "fields": one.fields} for one in found]
        )
    else:
        for one in found:
            _show_difference(one)
    return DIFFERENT if found else exits.OK


@catalogue.command()
@click.pass_obj
def refresh(wiring: Wiring) -> None:
    """Ask the source of the catalogue now, however young the last answer is."""
    from awsfed.broker.catalogue.fetched import FetchedCatalogue

    for part in wiring.catalogues():
        if isinstance(part, FetchedCatalogue):
            part.refresh()
            output.note(f"Fetched {part.source.name}.")
            return
    output.note("There is nothing to fetch: the catalogue is on this machine.")


catalogue.add_command(keygen)
catalogue.add_command(sign)
catalogue.add_command(verify)


def _show_difference(one: "Difference") -> None:
    from awsfed.model.text import shown
    from awsfed.settings.written import as_toml

    output.answer(f"{one.change.value} {one.connector}")
    for field, (before, after) in one.fields.items():
        values = ["" if value is None else shown(as_toml(value), limit=_VALUE_LIMIT) for value in (before, after)]
        if before is None or after is None:
            output.answer(f"  {'+' if before is None else '-'} {field} = {values[before is None]}")
        else:
            output.answer(f"  - {field} = {values[0]}\n  + {field} = {values[1]}")


def _as_json(standing: "Standing", now: float) -> dict[str, object]:
    return {
        "source": standing.origin,
        "connectors": standing.connectors,
        "fetched": _iso(standing.fetched_at),
        "age_s": None if standing.fetched_at is None else round(now - standing.fetched_at),
        "documents": [
            {
                "name": document.opened.name,
                "connectors": len(document.opened.tables),
                "version": document.opened.version,
                "expires": _iso(document.opened.expires),
                "signature": document.signed.value,
                "key": document.key,
            }
            for document in standing.documents
        ],
    }


def _iso(epoch_s: float | None) -> str | None:
    return None if epoch_s is None else datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
