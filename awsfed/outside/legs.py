"""The legs that a request may go on: to Crowd, to a broker, to a catalogue, to AWS; each has settings of its own."""

from dataclasses import dataclass
from pathlib import Path

LEGS = ("crowd", "broker", "catalogue", "aws")
"""The tables of the settings that have them."""
DIRECT = "none"
"""In place of a proxy: none, whatever the environment says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """How the peers on one leg are reached and recognised, and what they are shown."""

    name: str
    """Its table in the settings."""
    proxy: str | None = None
    """URL of a proxy, or DIRECT; None means what the environment says."""
    ca_bundle: Path | None = None
    """Certificates to trust; None means what the environment says, or else the operating system's."""
    client_certificate: Path | None = None
    client_key: Path | None = None
    """Its private key, where that is in a file of its own."""
