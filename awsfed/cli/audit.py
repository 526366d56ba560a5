"""awsfed audit."""

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from awsfed.cli import output
from awsfed.cli.audit_details import chain_row, facts_of, members_of, row
from awsfed.cli.groups import ListingGroup
from awsfed.cli.main import usage
from awsfed.cli.values import MOMENT, NAME, PUBLIC_KEY
from awsfed.errors import AwsfedError, ConfigError, CorruptEntry, NotFound, StoreError
from awsfed.model.text import shown
from awsfed.wiring import Wiring

if TYPE_CHECKING:
    from awsfed.broker.audit.interface import Head
    from awsfed.broker.audit.reading import Found, Readable, Verified, Wanted

_FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
_KINDS = ("sign-in", "sign-in-refused", "sign-out", "intent", "vended", "failed", "refused", "changed")
_from_file = click.option(
    "--file", type=_FILE, help="A trail that was exported, instead of the one in server.folder; - is standard input."
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(cls=ListingGroup)
def audit() -> None:
    """Read the trail of a broker that serves others, in server.folder: who had which access, when, and why.

    Every sign-in, vend, refusal and change is in it. A vend is written down before AWS is asked and again before its
    credentials are handed out. Each entry holds the digest of the one before it, so that none can be changed or taken
    out unnoticed, and the ends of these chains are signed with the key of server.audit_key.
    """


@audit.command()
@_from_file
@click.option(
    "--public-key",
    type=PUBLIC_KEY,
    multiple=True,
    help="Key to trust; that of server.audit_key where none is given, and no --file.",
)
@click.option("--head", type=_FILE, multiple=True, help="Signatures that were exported earlier, and have to fit still.")
@_as_json
@click.pass_obj
def verify(
    wiring: Wiring, file: Path | None, public_key: tuple[str, ...], head: tuple[Path, ...], as_json: bool
) -> None:
    """Tell whether the trail is whole: nothing changed, nothing missing, every signature that of a trusted key.

    What was written after the last signature of a chain, a minute at most, may have been cut off unnoticed. Whoever
    owns the database may have taken away ends of chains, or whole ones, with their signatures: export the signatures
    regularly, keep them elsewhere, and give them with --head. A trail that is not whole is exit code 8.
    """
    from awsfed.broker.audit.reading import verify as verified

    trusted = public_key or _own_key(wiring, file)
    kept = [one for path in head for one in _kept(path)]
    if kept and not trusted:
        raise ConfigError("there is no key to verify signatures with", hint="use --public-key, or set server.audit_key")
    with _trail(wiring, file) as trail:
        chains = sorted(verified(trail, trusted, kept), key=lambda chain: (chain.signed_at or math.inf, chain.writer))
    if chains or as_json:
        _show_chains(chains, as_json=as_json)
    else:
        output.note(
            "There is nothing in this trail. Signatures that were kept elsewhere tell whether that is so: --head."
        )
    if not trusted:
        missing = "a trail in a file is verified with --public-key" if file else "set server.audit_key, or --public-key"
        output.warn(f"no signature was looked at: {missing}")
    broken = [chain for chain in chains if chain.problems]
    if broken:
        problem = f"{broken[0].problems[0]}, in the chain of {shown(broken[0].writer)}"
        raise CorruptEntry(
            f"the trail is not whole: {problem}",
            hint="compare it with a backup and with CloudTrail; trust a key of before with --public-key",
        )


@audit.command()
@_from_file
@click.option("--user", type=NAME, help="Name or key of a user.")
@click.option("--connector", type=NAME, help="Id of a connector, or the name of one that there is.")
@click.option("--kind", type=click.Choice(_KINDS), multiple=True, help="What happened; may be given several times.")
@click.option("--access-key", type=NAME, help="Id of an access key that was vended.")
@click.option("--source", type=NAME, help="Address that a request came from.")
@click.option("--request", type=NAME, help="Id of a request: from our log, from X-Request-Id, or from CloudTrail.")
@click.option(
    "--since", type=MOMENT, help="Nothing that is older: a day, or a moment; of this machine's zone if it names none."
)
@click.option("--until", type=MOMENT, help="Nothing from then on.")
@click.option("--last", type=click.IntRange(1, 100_000), default=100, show_default=True, help="How many at most.")
@_as_json
@click.pass_obj
def search(  # noqa: PLR0913, PLR0917 - one argument an option
    wiring: Wiring,
    file: Path | None,
    user: str | None,
    connector: str | None,
    kind: tuple[str, ...],
    access_key: str | None,
    source: str | None,
    request: str | None,
    since: float | None,
    until: float | None,
    last: int,
    as_json: bool,
) -> None:
    """Show what is in the trail, the newest last."""
    if since is not None and until is not None and since >= until:
        usage("--since has to be before --until.")
    from awsfed.broker.audit.interface import EventKind
    from awsfed.broker.audit.reading import Wanted

    wanted = Wanted(
        user=user,
        connectors=_ids(wiring, connector, file) if connector else (),
        kinds=tuple(EventKind(one) for one in kind),
        access_key_id=access_key.upper() if access_key else None,
        source=source,
        request=request,
        since=since,
        until=until,
    )
    found = _found(wiring, file, wanted, last)
    if as_json:
        output.answer_json([members_of(event) for event in found.events])
    elif not found.events:
        output.note("Nothing in the trail fits.")
    else:
        output.table(("WHEN", "WHAT", "USER", "CONNECTOR", "ACCESS KEY", "SOURCE", "REASON"), map(row, found.events))
    if found.more:
        left_out = "1 older one was" if found.more == 1 else f"{found.more} older ones were"
        output.note(f"{left_out} left out; see --last.")
    people = {event.user_key for event in found.events if event.user_key}
    if user and len(people) > 1:
        output.note(f"{len(people)} users had this name; look for one by key: {', '.join(sorted(map(shown, people)))}")


@audit.command()
@_from_file
@click.argument("access_key_id", type=NAME)
@_as_json
@click.pass_obj
def who(wiring: Wiring, file: Path | None, access_key_id: str, as_json: bool) -> None:
    """Tell to whom temporary credentials were given, by the ACCESS_KEY_ID that CloudTrail has of them."""
    from awsfed.broker.audit.interface import EventKind
    from awsfed.broker.audit.reading import Wanted

    wanted = Wanted(access_key_id=access_key_id.upper(), kinds=(EventKind.VENDED,))
    found = _found(wiring, file, wanted, 100_000)
    if not found.events:
        raise NotFound(
            f"this trail has no access key {access_key_id}", hint="another broker, or another key of the same account"
        )
    if as_json:
        output.answer_json([members_of(event) for event in found.events])
        return
    for number, event in enumerate(found.events):
        if number:
            output.answer("")
        output.facts({name: shown(value, limit=2048) for name, value in facts_of(event).items() if value})


@audit.command()
@_from_file
@click.option("--heads-only", is_flag=True, help="The signatures alone, for audit verify --head later.")
@click.option(
    "--after",
    type=_FILE,
    multiple=True,
    help="Only what is not in an earlier export; may be given several times.",
)
@click.pass_obj
def export(wiring: Wiring, file: Path | None, heads_only: bool, after: tuple[Path, ...]) -> None:
    """Print the trail, one JSON object a line, for audit verify --file on another machine.

    With --after it is exported piece by piece: all pieces so far are what --after wants. Of signatures alone it goes on
    behind the last one of each chain, and repeats what was not signed then.
    """
    from awsfed.broker.audit.exported import Exported, lines

    with ExitStack() as stack:
        first = "an empty one will do for a first --after"
        earlier = [stack.enter_context(Exported.opened(path, missing=first)) for path in after]
        for line in lines(stack.enter_context(_trail(wiring, file)), heads_only=heads_only, after=earlier):
            output.answer(line)


@audit.command("public-key")
@click.pass_obj
def public_key(wiring: Wiring) -> None:
    """Print the public half of server.audit_key, which whoever verifies the trail elsewhere has to know."""
    from awsfed.wiring import auditing

    key = auditing.audit_key(wiring)
    if key is None:
        raise ConfigError("nobody signs the trail", hint="set server.audit_key, then: awsfed store init")
    output.answer(key.public)


@contextmanager
def _trail(wiring: Wiring, file: Path | None) -> "Iterator[Readable]":
    if file is not None:
        from awsfed.broker.audit.exported import Exported

        with Exported.opened(file) as exported:
            if not exported.writers():
                raise ConfigError(f"there is nothing of a trail in {file}", hint="awsfed audit export writes one")
            yield exported
        return
    from awsfed.wiring import auditing

    with auditing.events(wiring) as events:
        yield events


def _kept(path: Path) -> "list[Head]":
    """Return the signatures of a file; an export that failed leaves one without any, which would prove nothing."""
    from awsfed.broker.audit.exported import Exported

    with Exported.opened(path) as exported:
        heads = list(exported.all_heads())
    if not heads:
        raise ConfigError(f"there is no signature in {path}", hint="awsfed audit export --heads-only writes them")
    return heads


def _own_key(wiring: Wiring, file: Path | None) -> tuple[str, ...]:
    """Return the public half of the broker's own key, which a file from elsewhere is not held to."""
    from awsfed.wiring import auditing

    key = auditing.audit_key(wiring) if file is None else None
    return (key.public,) if key else ()


def _ids(wiring: Wiring, given: str, file: Path | None) -> tuple[str, ...]:
    """Return the ids of the connectors that are called so; the text too, which may be the id of one that is gone."""
    from awsfed.model.naming import ids_of
    from awsfed.wiring.keeping import connectors_here

    try:
        known = {} if file else connectors_here(wiring)
    except (NotFound, StoreError):
        return (given,)  # whoever opens the trail is told why
    except AwsfedError as error:
        output.warn(f"connectors are found by their id alone: {error.message}")
        return (given,)
    return (given,) if given in known else (given, *ids_of(known.values(), given))


def _found(wiring: Wiring, file: Path | None, wanted: "Wanted", limit: int) -> "Found":
    from awsfed.broker.audit.reading import search as searched

    with _trail(wiring, file) as trail:
        found = searched(trail, wanted, limit)
    if found.unreadable:
        output.warn(f"{found.unreadable} entries cannot be read; awsfed audit verify tells whether they were changed")
    if found.changed:
        output.warn(f"{found.changed} of these entries were changed; awsfed audit verify tells what else was")
    return found


def _show_chains(chains: "list[Verified]", *, as_json: bool) -> None:
    if as_json:
        output.answer_json(
            [
                {
                    "writer": chain.writer,
                    "events": chain.links,
                    "signed": chain.signed,
                    "signedAt": chain.signed_at,
                    "unsigned": chain.unsigned,
                    "problems": list(chain.problems),
                }
                for chain in chains
            ]
        )
        return
    output.table(("WRITER", "EVENTS", "SIGNED", "LAST SIGNED", "RESULT"), map(chain_row, chains))
