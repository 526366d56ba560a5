"""What is changed on the machine of a broker itself, and written down as whatever else is changed."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from awsfed.outside.users import this_user
from awsfed.wiring.storing import store_folder

if TYPE_CHECKING:
    from awsfed.broker.audit.heads import AuditKey
    from awsfed.broker.audit.interface import Changes
    from awsfed.broker.catalogue.interface import Catalogue
    from awsfed.broker.store.database import Database
    from awsfed.model.connector import Connector
    from awsfed.tasks.keep_services import KeepServices
    from awsfed.wiring.west import WestWing

SOURCE = "the broker's machine"
"""Stands in the trail where others have an address."""


@contextmanager
def keeping_services(wing: "WestWing") -> "Iterator[KeepServices]":
    """Give whatever looks after the services of this broker: in its store where it serves others, else in a file.

    Raises:
        Refused: the broker is on another machine.
        ConfigError, NotFound, StoreError: the store, or the key that signs its trail, cannot be used.
    """
    wing.here("services are kept")
    from awsfed.tasks.keep_services import KeepServices

    actor = this_user()
    if wing.settings.server.folder is None:
        known = wing.catalogue
        yield KeepServices(
            services=wing.services, connectors=lambda: known.connectors().by_id, trail=_NoChanges(), actor=actor
        )
        return
    store_folder(wing)  # before anything that needs what may not be installed
    if wing.services_file.exists():
        wing.notice(f"the services in {wing.services_file} are of a time without a store, and sign in nowhere now")
    from awsfed.broker.identity.services import Services
    from awsfed.broker.store.services import StoredServices
    from awsfed.wiring.auditing import audit_key, opened

    with opened(wing) as database, written_down(wing, audit_key(wing), database) as trail:
        everything = _with_those_of(database, wing)
        yield KeepServices(
            services=Services(records=StoredServices(database=database), clock=wing.clock),
            connectors=lambda: everything.connectors().by_id,
            trail=trail,
            actor=actor,
        )


def has_store(wing: "WestWing") -> bool:
    """Tell whether anybody can have been served from here; raise what keeps that from being found out."""
    if wing.settings.server.folder is None:
        return False
    folder = store_folder(wing)  # before anything that needs what may not be installed
    from awsfed.broker.store.database import is_there

    return is_there(folder)


def connectors_here(wing: "WestWing") -> "Mapping[str, Connector]":
    """Return the connectors of this broker by id, those of its store too where it serves others; raise as `opened`."""
    if not has_store(wing):
        return wing.catalogue.connectors().by_id
    from awsfed.wiring.auditing import opened

    with opened(wing) as database:
        return _with_those_of(database, wing).connectors().by_id


def is_key_in_store(wing: "WestWing", name: str) -> bool:
    """Tell whether an access key is in the store of this broker, by its name or id; raise as `opened`."""
    if not has_store(wing):
        return False
    from awsfed.broker.store.access_keys import is_there
    from awsfed.wiring.auditing import opened

    with opened(wing) as database:
        return is_there(database, name)


def _with_those_of(database: "Database", wing: "WestWing") -> "Catalogue":
    from awsfed.broker.catalogue.database import StoredCatalogue
    from awsfed.broker.catalogue.merged import MergedCatalogue
    from awsfed.broker.store.connectors import StoredConnectors

    stored = StoredCatalogue(StoredConnectors(database=database), wing.settings.keys)
    return MergedCatalogue(parts=(wing.catalogue, stored))


@contextmanager
def written_down(wing: "WestWing", key: "AuditKey | None", database: "Database") -> "Iterator[Changes]":
    """Give the trail of one command; its end is signed where there is a key."""
    from awsfed.broker.audit.trail import ChainTrail, RequestTrail
    from awsfed.broker.store.audit import StoredEvents
    from awsfed.wiring.auditing import signing

    records = StoredEvents(database=database)
    signer = signing(wing, key, records)
    chain = ChainTrail(records=records, signing=signer)
    try:
        yield RequestTrail(chain=chain, clock=wing.clock, source=SOURCE, request_id=secrets.token_hex(8))
    finally:
        if signer:
            signer.sign(chain.newest())


class _NoChanges:
    """Keeps nothing: for a broker that serves the one person who runs it."""

    def change(self, *_: object) -> "nullcontext[None]":
        """Do nothing; see the port."""
        return nullcontext()
