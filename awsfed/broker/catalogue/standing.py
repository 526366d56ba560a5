"""What there is to know about a catalogue besides its connectors."""

from collections.abc import Mapping
from dataclasses import dataclass

from awsfed.broker.catalogue.signature import Accepted, Document
from awsfed.model.connector import Connector


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One catalogue, as it counts now."""

    origin: str
    documents: tuple[Document, ...]
    connectors: int
    fetched_at: float | None = None
    """Epoch seconds of the last time that the source confirmed it; None where it is on this machine."""


def standing(
    origin: str, accepted: Accepted, connectors: Mapping[str, Connector], *, fetched_at: float | None = None
) -> Standing:
    """Return the standing of a catalogue whose documents were accepted."""
    return Standing(origin=origin, documents=accepted.documents, connectors=len(connectors), fetched_at=fetched_at)
