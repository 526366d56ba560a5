"""The store of a broker that serves others, and the key that seals it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from awsfed.errors import ConfigError, NotFound, NotInstalled
from awsfed.model.arns import region_of
from awsfed.settings.values import SealingReference, SealingSource
from awsfed.settings.variables import SEALING_KEY

if TYPE_CHECKING:
    from awsfed.broker.store.envelope import Envelope
    from awsfed.broker.store.opened import Store
    from awsfed.model.credentials import AccessKey
    from awsfed.model.secret import Secret
    from awsfed.outside.retry import Retries
    from awsfed.tasks.keep_store import KeepStore
    from awsfed.tasks.make_store import MakeStore
    from awsfed.wiring.west import WestWing


def check_installed() -> None:
    """Raise NotInstalled where something is missing that a store needs."""
    for library in ("alembic", "cryptography", "sqlalchemy"):
        try:
            import_module(library)
        except ImportError as error:
            raise NotInstalled("a broker that serves others", error.name or library, "broker") from error


def store_folder(wing: "WestWing") -> Path:
    """Return the folder of the store; raise ConfigError where none is set, and what `check_installed` raises.

    Refused is raised where the settings name a broker elsewhere.
    """
    wing.here("the store is kept")
    check_installed()
    folder = wing.settings.server.folder
    if folder is None:
        hint = 'awsfed serve --init makes one; or set server.folder, such as "/var/lib/awsfed/store"'
        raise ConfigError("no folder is set for the store", hint=hint)
    return folder


def envelope(wing: "WestWing", reference: SealingReference | None = None) -> "Envelope":
    """Return what wraps the keys of the store: the key at another place than the settings name, where one is given.

    Raises:
        ConfigError: no place is named, or it is inside the store.
    """
    from awsfed.broker.store.envelope import HeldKey

    folder = store_folder(wing)
    reference = reference or wing.settings.server.sealing_key
    if reference is None:
        hint = 'set server.sealing_key, such as "file:/etc/awsfed/sealing.key", "environment" or "kms:ARN"'
        raise ConfigError("it is not set where the key is that seals the store", hint=hint)
    match reference.source:
        case SealingSource.FILE if reference.path:
            return _in_file(reference.path, folder)
        case SealingSource.KMS if reference.arn:
            return _in_kms(wing, reference.arn)
        case SealingSource.ENVIRONMENT:
            return HeldKey(place=f"the variable {SEALING_KEY}", load=lambda: _variable(wing))
    entry = f"sealing:{folder}"
    return HeldKey(
        place="the keyring",
        load=lambda: wing.keyring.get(entry),
        save=lambda secret: wing.keyring.put(entry, secret),
    )


def make_store(wing: "WestWing") -> "MakeStore":
    """Return what makes the store."""
    wrapped = envelope(wing)
    from awsfed.tasks.make_store import MakeStore

    return MakeStore(folder=store_folder(wing), envelope=wrapped, clock=wing.clock)


def keep_store(wing: "WestWing") -> "KeepStore":
    """Return what looks after the store."""
    folder = store_folder(wing)
    from awsfed.outside.users import this_user
    from awsfed.tasks.keep_store import KeepStore
    from awsfed.wiring.auditing import audit_key
    from awsfed.wiring.keeping import written_down

    return KeepStore(
        trails=lambda: partial(written_down, wing, audit_key(wing)),
        actor=this_user(),
        folder=folder,
        envelope=lambda: envelope(wing),
        envelope_at=lambda reference: envelope(wing, reference),
        clock=wing.clock,
    )


@contextmanager
def serving_store(wing: "WestWing", *, unwrapped: bool = True) -> "Iterator[Store]":
    """Hold and open the store for a server, its sealing key unwrapped or left for later; it is closed at the end.

    Raises:
        NotFound: there is none.
        StoreError: it is of another version, open to others, or sealed with another key.
        Busy: somebody changes it as a whole.
    """
    folder = store_folder(wing)
    from awsfed.broker.store.database import open_database
    from awsfed.broker.store.holding import hold
    from awsfed.broker.store.opened import Store
    from awsfed.broker.store.schema import check_schema
    from awsfed.broker.store.sealing import Sealer

    store = Store(database=open_database(folder), sealer=Sealer(envelope(wing)))
    try:
        with hold(folder):
            check_schema(store.database)
            if unwrapped:
                with store.database.reading() as connection:
                    store.sealer.check(connection)
            yield store
    finally:
        store.close()


def _in_file(path: Path, folder: Path) -> "Envelope":
    from awsfed.broker.store.envelope import HeldKey
    from awsfed.model.secret import Secret
    from awsfed.outside.files import read_private
    from awsfed.outside.secrets.given import into_file

    if path.resolve().is_relative_to(folder.resolve()):
        message = f"the sealing key {path} lies in the store itself, where every copy of the store would hold it"
        raise ConfigError(message, hint="put it elsewhere, and name that place in server.sealing_key")

    def load() -> Secret | None:
        data = read_private(path, limit=4096)
        return None if data is None else Secret(data.decode("ascii", "replace"))

    return HeldKey(place=str(path), load=load, save=lambda secret: into_file(path, secret))


def _variable(wing: "WestWing") -> "Secret":
    from awsfed.outside.secrets.given import from_variable

    try:
        return from_variable(wing.environ, SEALING_KEY)
    except NotFound as error:
        hint = "set it to the key that the store was made with; for a new store: openssl rand -base64 32"
        raise NotFound(error.message, hint=hint) from None


def _in_kms(wing: "WestWing", arn: str) -> "Envelope":
    from awsfed.broker.store.envelope import KmsKey

    def access_key() -> "AccessKey":
        from awsfed.broker.keys.missing import loaded

        name = wing.settings.server.sealing_access_key
        if name is None:
            hint = 'name the access key of these settings that may use it: server.sealing_access_key = "main"'
            raise ConfigError("it is not set which access key may use the sealing key in KMS", hint=hint)
        return loaded(name, wing.access_key_source(name))

    def retries() -> "Retries":
        return replace(wing.retries, started_at=wing.clock.monotonic())

    return KmsKey(arn=arn, region=region_of(arn), door=wing.aws_door, retries=retries, access_key=access_key)
