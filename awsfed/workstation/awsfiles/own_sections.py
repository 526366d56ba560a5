"""Putting our keys into a section and taking them out again: what both files have in common."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from awsfed.errors import Refused
from awsfed.model.slugs import parse_slug
from awsfed.model.text import shown
from awsfed.workstation.awsfiles import edits
from awsfed.workstation.awsfiles.document import Document, Section
from awsfed.workstation.awsfiles.marker import Marker
from awsfed.workstation.awsfiles.sources import foreign_sources


def put(
    document: Document,
    section: Section | None,
    header: str,
    connector: str,
    values: Mapping[str, str],
    own: frozenset[str],
    drop: Collection[str] = (),
) -> bytes:
    """Write our keys into a section of ours, a harmless one of the user's, or a new one under `header`.

    A region that the user had set in a section of theirs stays.

    Raises:
        Refused: the section is the user's and has a source of credentials, or a value cannot stand in the file.
        InvalidValue: the connector is not a slug.
    """
    marker = Marker(connector=parse_slug(connector))
    values = {key: edits.check_value(key, value) for key, value in values.items()}
    if section is None:
        return edits.append(document, header, marker, values)
    if sources := foreign_sources(section, own):
        raise Refused(
            f"[{shown(section.header)}] already has {shown(sources[0])}, and awsfed did not write it",
            hint="choose another name with --profile NAME",
        )
    if section.marker is None or section.marker.adopted:
        had = section.marker is None or section.marker.keeps_region
        marker = replace(marker, adopted=True, keeps_region=had and section.option("region") is not None)
    if marker.keeps_region:
        values.pop("region", None)
    return edits.put(document, section, marker, values, drop)
