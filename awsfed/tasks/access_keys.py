"""Entering and checking long-term access keys."""

from collections.abc import Callable
from dataclasses import dataclass

from awsfed.broker.interface import CallerIdentity
from awsfed.broker.keys.interface import AccessKeySource
from awsfed.broker.keys.keyring import KeyringKey
from awsfed.broker.sts.interface import Vendor
from awsfed.errors import NotFound
from awsfed.model.credentials import AccessKey
from awsfed.model.partitions import PARTITIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKeys:
    """The keys of the settings, and the entries of the keyring."""

    source: Callable[[str], AccessKeySource]
    """Finds the place of a key by its name."""
    entry: Callable[[str], KeyringKey]
    """The keyring's entry of a name."""
    vendor: Callable[[], Vendor]
    region: str | None

    def add(self, key: AccessKey, *, validate: bool) -> CallerIdentity | None:
        """Keep a key in the keyring; ask AWS first whose it is, unless told not to.

        Raises:
            RoleRefused: AWS does not take it; nothing is kept.
            AwsUnavailable: AWS could not be asked; nothing is kept.
        """
        owner = self._owner(key) if validate else None
        self.entry(key.name).save(key)
        return owner

    def check(self, name: str) -> tuple[AccessKey, CallerIdentity]:
        """Return a key and what AWS takes it for; raise NotFound where there is none of that name."""
        key = self.source(name).load()
        if key is None:
            raise NotFound(f"no access key named {name!r}", hint=f"awsfed keys add {name}")
        return key, self._owner(key)

    def remove(self, name: str) -> None:
        """Delete a key from the keyring; raise NotFound where it holds none of that name."""
        if not self.entry(name).delete():
            raise NotFound(f"the keyring holds no access key named {name!r}", hint="awsfed keys list")

    def _owner(self, key: AccessKey) -> CallerIdentity:
        return self.vendor().caller_identity(key, self.region or PARTITIONS["aws"].default_region)
