"""Making in AWS what connectors need."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from awsfed.wiring.rotating import Rotating

if TYPE_CHECKING:
    from awsfed.model.connector import Connector
    from awsfed.tasks.provision.deploy import Deploy
    from awsfed.tasks.provision.key import KeepKey
    from awsfed.tasks.provision.stacks import Change, Stacks


class Provisioning(Rotating):
    """Templates and stacks."""

    def all_connectors(self) -> "tuple[Connector, ...]":
        """Return every connector of the catalogue, in its order."""
        return tuple(self.catalogue.connectors().by_id.values())

    def stacks(self, key_name: str, region: str) -> "Stacks":
        """Return the stacks that an access key can see; they may take long, so no deadline counts."""
        from awsfed.broker.keys.missing import loaded
        from awsfed.tasks.provision.stacks import Stacks

        key = loaded(key_name, self.access_key_source(key_name))
        return Stacks(door=self.aws_door, retries=replace(self.retries, deadline_s=math.inf), key=key, region=region)

    def deploy(
        self, stacks: "Stacks", *, tell: Callable[[str], None], agree: "Callable[[Sequence[Change]], None]"
    ) -> "Deploy":
        """Return what makes and changes stacks."""
        from awsfed.tasks.provision.deploy import Deploy

        interval_s = self.settings.await_transition_s
        return Deploy(stacks=stacks, clock=self.clock, interval_s=interval_s, tell=tell, agree=agree)

    def keep_key(self, name: str, stacks: "Stacks") -> "KeepKey":
        """Return what puts the key of a stack into the keyring."""
        from awsfed.tasks.provision.key import KeepKey

        return KeepKey(entry=self.keyring_key(name), stacks=stacks)
