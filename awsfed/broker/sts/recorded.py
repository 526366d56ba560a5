"""Vending with a trail: what is about to happen is written down first, what came of it before anybody gets it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from awsfed.broker.answers import CallerIdentity
from awsfed.broker.audit.interface import Trail
from awsfed.broker.sts.interface import Vendor
from awsfed.model.connector import Connector
from awsfed.model.credentials import AccessKey, Credentials
from awsfed.model.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedVendor:
    """The Vendor port over another, for one purpose; StoreError where the trail cannot be written besides."""

    vendor: Vendor
    trail: Trail
    about: Mapping[str, str]
    """Why it vends; see `Trail.vend`."""

    def vend(self, connector: Connector, identity: Identity, key: AccessKey) -> Credentials:
        """Note the intent, vend, and note the outcome; see the port."""
        with self.lent(connector, identity, key) as credentials:
            return credentials

    @contextmanager
    def lent(self, connector: Connector, identity: Identity, key: AccessKey) -> Iterator[Credentials]:
        """Vend for what the block does with it; where that fails, that is noted too, for nobody got anything."""
        with self.trail.vend(identity, connector, self.about) as outcome:
            credentials = self.vendor.vend(connector, identity, key)
            outcome.vended(credentials)
            yield credentials

    def caller_identity(self, key: AccessKey, region: str) -> CallerIdentity:
        """Ask whose key it is, which gives nobody anything; see the port."""
        return self.vendor.caller_identity(key, region)

    def region_of(self, connector: Connector) -> str:
        """Return the region of the calls; see the port."""
        return self.vendor.region_of(connector)
