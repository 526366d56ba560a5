"""Entering and checking long-term access keys."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

from awsfed.broker.answers import CallerIdentity
from awsfed.broker.keys.interface import AccessKeySource
from awsfed.broker.keys.keyring import KeyringKey
from awsfed.broker.keys.missing import loaded
from awsfed.broker.sts.interface import Vendor
from awsfed.errors import CorruptEntry, NotFound, Refused
from awsfed.model.connector import Connector
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
    connectors: Callable[[], Mapping[str, Connector]]
    """Every connector of this broker, by id."""
    named: Container[str]
    """The names of the keys that the settings know."""
    is_in_store: Callable[[str], bool]
    """Tells whether a broker's store has a key of that name or id."""
    has_keyring: Callable[[], bool]
    region: str | None

    def add(self, key: AccessKey, *, validate: bool) -> CallerIdentity | None:
        """Keep a key in the keyring; ask AWS first whose it is, unless told not to.

        Raises:
            RoleRefused: AWS does not take it; nothing is kept.
            AwsUnavailable: AWS could not be asked; nothing is kept.
        """
        owner = self.owner(key) if validate else None
        self.entry(key.name).save(key)
        return owner

    def check(self, name: str) -> tuple[AccessKey, CallerIdentity]:
        """Return a key and what AWS takes it for; raise NotFound where there is none of that name."""
        key = loaded(name, self.place(name))
        return key, self.owner(key)

    def place(self, name: str) -> AccessKeySource:
        """Return the place of a key.

        Raises:
            Refused: it is in the store of a broker that serves others, which its server alone shows and changes.
            NotFound: there is no keyring in which a key could be that the settings do not know.
            StoreError: it is not in the keyring, and that store cannot be used.
        """
        if name in self.named or self.is_kept(name):
            return self.source(name)
        if self.is_in_store(name):
            hint = "administrators change it there: PUT /rest/identity-federation-for-aws/2.2/accounts/ID"
            raise Refused(f"access key {name!r} is in the broker's store", hint=hint)
        if not self.has_keyring():
            raise NotFound(f"no access key named {name!r}", hint="awsfed keys list")
        return self.source(name)

    def is_kept(self, name: str) -> bool:
        """Tell whether the keyring has an entry of a name, readable or not."""
        try:
            return self.has_keyring() and self.entry(name).load() is not None
        except CorruptEntry:
            return True

    def check_editable(self, name: str) -> None:
        """Raise Refused where a key is in another place than the keyring, which awsfed only reads; and as `place`."""
        source = self.place(name)
        if not isinstance(source, KeyringKey):
            raise Refused(f"access key {name!r} is not in the keyring", hint=f"change it in its place: {source.place}")

    def dependents(self) -> Mapping[str, tuple[str, ...]]:
        """Return the ids of the connectors that name each key; a key that none names is left out.

        Raises:
            InvalidSettings: a connector is wrong; then none counts.
            CatalogueUnavailable: their source cannot be read.
        """
        found: dict[str, list[str]] = {}
        for connector in self.connectors().values():
            found.setdefault(connector.access_key, []).append(connector.id)
        return {name: tuple(ids) for name, ids in found.items()}

    def remove(self, name: str) -> None:
        """Delete a key from the keyring; raise NotFound where it holds none of that name."""
        if not self.entry(name).delete():
            raise NotFound(f"the keyring holds no access key named {name!r}", hint="awsfed keys list")

    def owner(self, key: AccessKey) -> CallerIdentity:
        """Return what AWS takes a key for; raise RoleRefused where it does not take it."""
        return self.vendor().caller_identity(key, self.region or PARTITIONS["aws"].default_region)
