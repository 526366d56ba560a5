"""Exchanging access keys for new ones."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from awsfed.errors import AwsfedError
from awsfed.model.once import once
from awsfed.model.partitions import PARTITIONS
from awsfed.wiring.west import WestWing

if TYPE_CHECKING:
    from awsfed.tasks.rotate import Rotate
    from awsfed.tasks.rotation_journal import Journal


class Rotating(WestWing):
    """Rotations of access keys."""

    @once
    def rotations(self) -> "Journal":
        """Those that are under way."""
        from awsfed.tasks.rotation_journal import Journal

        return Journal(directory=self.state_directory / "rotations", clock=self.clock)

    def rotate(self, tell: Callable[[str], None]) -> "Rotate":
        """Return what begins rotations and goes on with them; they may take long, so no deadline counts."""
        from awsfed.broker.keys.iam import IamKeys
        from awsfed.tasks.rotate import Rotate

        patient = replace(self.retries, deadline_s=math.inf)
        vendor = replace(self.vendor, retries=patient)
        return Rotate(
            journal=self.rotations,
            entry=self.keyring_key,
            issuer=IamKeys(door=self.aws_door, retries=patient),
            caller=vendor.caller_identity,
            regions=self._regions_of_key,
            clock=self.clock,
            interval_s=self.settings.await_transition_s,
            tell=tell,
        )

    def _regions_of_key(self, name: str) -> tuple[str, ...]:
        """Return where connectors use a key: the usual region where none does, or where none can be read."""
        try:
            connectors = tuple(self.catalogue.connectors().by_id.values())
        except AwsfedError:
            connectors = ()
        found = {self.vendor.region_of(connector) for connector in connectors if connector.access_key == name}
        return tuple(sorted(found)) or (self.settings.aws.region or PARTITIONS["aws"].default_region,)
