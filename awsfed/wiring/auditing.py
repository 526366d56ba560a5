"""The trail of a broker that serves others: where it is read, and the key that signs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from awsfed.errors import ConfigError, InvalidValue, NotFound
from awsfed.settings.values import SecretSource
from awsfed.settings.variables import AUDIT_KEY
from awsfed.wiring.storing import store_folder

if TYPE_CHECKING:
    from awsfed.broker.audit.heads import AuditKey, Signing
    from awsfed.broker.audit.interface import EventRecords
    from awsfed.broker.store.database import Database
    from awsfed.model.secret import Secret
    from awsfed.wiring.west import WestWing


_LOST = "put back the one that signed the trail so far; for a new store, awsfed store init makes one"


@contextmanager
def events(wing: "WestWing") -> "Iterator[EventRecords]":
    """Open the trail to read it; errors are those of `opened`."""
    store_folder(wing)  # before anything that needs what may not be installed
    from awsfed.broker.store.audit import StoredEvents

    with opened(wing) as database:
        yield StoredEvents(database=database)


@contextmanager
def opened(wing: "WestWing") -> "Iterator[Database]":
    """Open the database of a broker beside servers that work on it; no sealing key is needed.

    Raises:
        Refused: the broker is on another machine.
        ConfigError: no folder is set for a store.
        NotFound: there is no store in it.
        StoreError: it is of another version, or open to others.
    """
    folder = store_folder(wing)
    from awsfed.broker.store.database import open_database
    from awsfed.broker.store.schema import check_schema

    database = open_database(folder)
    try:
        check_schema(database)
        yield database
    finally:
        database.close()


def audit_key(wing: "WestWing") -> "AuditKey | None":
    """Return the key that signs the trail; None where the settings name none.

    Raises:
        NotFound: there is none at that place.
        ConfigError: what is there is none, or it lies in the store.
        StoreError: the place cannot be used.
    """
    if wing.settings.server.audit_key is None:
        return None
    secret = _load(wing)
    if secret is None:
        raise NotFound(f"there is no audit key in {_place(wing)}", hint=_LOST)
    return _parsed(wing, secret)


def make_audit_key(wing: "WestWing") -> "tuple[AuditKey, str] | None":
    """Make the key where there is none yet; return it and its place, or None where it was there.

    Raises:
        ConfigError: the settings name no place for it.
        NotFound: they name one that only the administrator can put it to.
        StoreError: the place cannot be used.
    """
    reference = wing.settings.server.audit_key
    if reference is None:
        hint = 'set server.audit_key, such as "file:/etc/awsfed/audit.key"'
        raise ConfigError("it is not set where the key is that signs the trail", hint=hint)
    if _load(wing) is not None:
        return None
    from awsfed.model.random_keys import new_random_key
    from awsfed.outside.secrets.given import into_file

    secret = new_random_key()
    if reference.path is not None:
        into_file(_outside(wing, reference.path), secret)
    else:
        wing.keyring.put(_entry(wing), secret)
    return _parsed(wing, secret), _place(wing)


def keys_of_before(wing: "WestWing") -> tuple[str, ...]:
    """Return the public halves of the keys that signed the trail so far; errors are those of `opened`."""
    with events(wing) as trail:
        return tuple(sorted({head.public_key for writer in trail.writers() for head in trail.heads(writer)}))


def signing(wing: "WestWing", key: "AuditKey | None", records: "EventRecords") -> "Signing | None":
    """Return what signs a trail; None where there is no key."""
    if key is None:
        return None
    from awsfed.broker.audit.heads import Signing

    return Signing(records=records, key=key, clock=wing.clock)


def _parsed(wing: "WestWing", secret: "Secret") -> "AuditKey":
    from awsfed.broker.audit.heads import parse_audit_key

    try:
        return parse_audit_key(secret)
    except InvalidValue as error:
        raise ConfigError(f"what is in {_place(wing)} {error.message}") from None


def _load(wing: "WestWing") -> "Secret | None":
    from awsfed.outside.secrets import given

    reference = wing.settings.server.audit_key
    match reference.source if reference else None:
        case SecretSource.FILE if reference and reference.path:
            path = _outside(wing, reference.path)
            return given.from_file(path) if _may_be_there(path) else None
        case SecretSource.DESCRIPTOR if reference and reference.descriptor is not None:
            return given.from_descriptor(reference.descriptor)
        case SecretSource.ENVIRONMENT:
            try:
                return given.from_variable(wing.environ, AUDIT_KEY)
            except NotFound as error:
                hint = "set it to the key that signed the trail so far; for a new store: openssl rand -base64 32"
                raise NotFound(error.message, hint=hint) from None
    return wing.keyring.get(_entry(wing))


def _may_be_there(path: Path) -> bool:
    """Tell whether a file is there, or cannot be seen: whoever reads it finds out why."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def _outside(wing: "WestWing", path: Path) -> Path:
    """Return a path that is not in the store: whoever owns the store must not own the key."""
    if path.resolve().is_relative_to(store_folder(wing).resolve()):
        message = f"the audit key {path} lies in the store itself, whose owner could sign another trail with it"
        raise ConfigError(message, hint="put it elsewhere, and name that place in server.audit_key")
    return path


def _entry(wing: "WestWing") -> str:
    """Return the name under which the keyring keeps the key."""
    return f"audit:{store_folder(wing)}"


def _place(wing: "WestWing") -> str:
    reference = wing.settings.server.audit_key
    match reference.source if reference else None:
        case SecretSource.FILE if reference:
            return str(reference.path)
        case SecretSource.DESCRIPTOR if reference:
            return f"descriptor {reference.descriptor}"
        case SecretSource.ENVIRONMENT:
            return f"the variable {AUDIT_KEY}"
    return "the keyring"
