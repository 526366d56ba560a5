"""The comment that says which sections, and which keys in them, are ours."""

import re
from dataclasses import dataclass

_MARKER = re.compile(
    r"# awsfed: connector (?P<connector>[A-Za-z0-9][A-Za-z0-9._-]{0,63})"
    r"(?P<adopted>, (section is|section and (?P<region>region) are) yours)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """The first line of a section that we keep."""

    connector: str
    adopted: bool = False
    """The section was there before us: its header stays when we go."""
    keeps_region: bool = False
    """So was its region: that line is not ours."""

    def line(self) -> str:
        """Return the comment, without a line end."""
        yours = "section and region are" if self.keeps_region else "section is"
        return f"# awsfed: connector {self.connector}" + (f", {yours} yours" if self.adopted else "")


def parse_marker(line: str) -> Marker | None:
    """Return what a line says about its section, None when it is any other line."""
    match = _MARKER.fullmatch(line.strip())
    if match is None:
        return None
    return Marker(
        connector=match["connector"], adopted=match["adopted"] is not None, keeps_region=match["region"] is not None
    )
