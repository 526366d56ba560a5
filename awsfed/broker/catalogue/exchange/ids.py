"""Ids out of names: the same ones every time, in whatever order the names come."""

from collections import Counter
from collections.abc import Sequence

from awsfed.broker.catalogue.exchange.listing import Body
from awsfed.broker.catalogue.exchange.words import ID, NAME, SLUG
from awsfed.errors import InvalidValue
from awsfed.model.slugs import SLUG_LIMIT, parse_slug, slug_from

_PIECE = 8
"""Letters of a GUID that tell two things of one name apart."""


def ids_of(bodies: Sequence[Body], fallback: str) -> list[str]:
    """Return an id for each body, all different, also where upper and lower case are one.

    It is made of the name. Where two would be the same, or nothing is left of a name, the beginning of the body's GUID
    is added to each of them, so that none depends on the order in which they came.
    """
    bases = [_base(body) for body in bodies]
    counts = Counter(base.casefold() for base in bases)
    taken: set[str] = set()
    ids = [""] * len(bodies)
    for number, base in enumerate(bases):
        if base and counts[base.casefold()] == 1:
            ids[number] = base
            taken.add(base.casefold())
    for number, base in enumerate(bases):
        if not ids[number]:
            ids[number] = _free(base or fallback, _guid_piece(bodies[number]), taken)
            taken.add(ids[number].casefold())
    return ids


def _base(body: Body) -> str:
    try:
        return parse_slug(body.get(SLUG))
    except InvalidValue:
        name = body.get(NAME)
        return slug_from(name) if isinstance(name, str) else ""


def _guid_piece(body: Body) -> str:
    given = body.get(ID)
    return slug_from(given)[:_PIECE].strip("._-") if isinstance(given, str) else ""


def _free(base: str, piece: str, taken: set[str]) -> str:
    """Return an id that nobody has: with a piece of the GUID, or else with the first number that is free."""
    stem = base[: SLUG_LIMIT - 2 * _PIECE]
    if piece:
        stem = f"{stem}-{piece}"
        if stem.casefold() not in taken:
            return stem
    number = 1
    while f"{stem}-{number}".casefold() in taken:
        number += 1
    return f"{stem}-{number}"
