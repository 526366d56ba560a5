"""Sealed cells: each secret opens in its own table, row and column only, with a key of the store that is wrapped."""

import threading
import uuid
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from awsfed.broker.store.envelope import Envelope, wrong_key
from awsfed.broker.store.tables import ACCESS_KEYS, SEALING_KEYS
from awsfed.errors import CorruptEntry, StoreError
from awsfed.model.secret import Secret
from awsfed.outside import aead

SEALED = ((ACCESS_KEYS, ACCESS_KEYS.c.sealed_secret),)
"""Every column that is sealed; the rows of its table have an `id`."""
_FORMAT = b"\x01"
_ID_SIZE = 16
_HEAD = len(_FORMAT) + _ID_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The place of a secret, which it is bound to."""

    table: str
    row: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}|{self.row}|{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey:
    """A key of the store as it is kept."""

    id: str
    wrapped: bytes
    wrapped_by: str
    """Where the wrapping key is."""
    created_at: int
    """Epoch seconds."""


class Sealer:
    """Seals with the newest key of the store and opens with any; threads may share it.

    Keys are unwrapped once and kept in memory, so that nobody waits for KMS but the first. One that another process
    made meanwhile is found by its id.
    """

    def __init__(self, envelope: Envelope) -> None:
        self._envelope = envelope
        self._lock = threading.Lock()
        self._keys: dict[str, bytes] = {}

    @property
    def place(self) -> str:
        """Where the wrapping key is."""
        return self._envelope.place

    def new_key(self, now: int) -> WrappedKey:
        """Return a new key, once it is certain that it can be unwrapped again; nothing of the store is touched."""
        key_id, key = uuid.uuid4().hex, aead.new_key()
        wrapped = self._envelope.wrap(key_id, key)
        if self._envelope.unwrap(key_id, wrapped) != key:
            raise wrong_key(self.place)
        with self._lock:
            self._keys[key_id] = key
        return WrappedKey(id=key_id, wrapped=wrapped, wrapped_by=self.place, created_at=now)

    def add_key(self, connection: Connection, key: WrappedKey) -> None:
        """Keep a new key, which seals from now on."""
        connection.execute(insert(SEALING_KEYS).values(asdict(key)))

    def check(self, connection: Connection) -> None:
        """Unwrap every key; raise StoreError where there is none, or another wrapping key was used."""
        if not self.has_key(connection):
            raise no_sealing_key()
        for key_id in list(connection.scalars(select(SEALING_KEYS.c.id))):
            self._key(connection, key_id)

    def has_key(self, connection: Connection) -> bool:
        """Tell whether the store has a key at all."""
        return connection.scalar(select(SEALING_KEYS.c.id).limit(1)) is not None

    def seal(self, connection: Connection, cell: Cell, secret: Secret) -> bytes:
        """Return a secret sealed for a place."""
        newest = select(SEALING_KEYS.c.id).order_by(SEALING_KEYS.c.created_at.desc(), SEALING_KEYS.c.id).limit(1)
        key_id = connection.scalar(newest)
        if key_id is None:
            raise no_sealing_key()
        return self.seal_with(connection, key_id, cell, secret)

    def seal_with(self, connection: Connection, key_id: str, cell: Cell, secret: Secret) -> bytes:
        """Return a secret sealed for a place with one of the keys."""
        sealed = aead.seal(self._key(connection, key_id), secret.reveal().encode(), str(cell))
        return _FORMAT + bytes.fromhex(key_id) + sealed

    def open(self, connection: Connection, cell: Cell, sealed: bytes) -> Secret:
        """Return the secret of a place; raise StoreError where it was not sealed there, or was changed."""
        return _opened(self._key(connection, _key_id(cell, sealed)), cell, sealed)

    def open_at_hand(self, cell: Cell, sealed: bytes) -> Secret | None:
        """Return the secret of a place as `open` does; None where its key was not read yet."""
        key = self._keys.get(_key_id(cell, sealed))
        return None if key is None else _opened(key, cell, sealed)

    def _key(self, connection: Connection, key_id: str) -> bytes:
        with self._lock:
            if key_id not in self._keys:
                row = connection.execute(select(SEALING_KEYS).where(SEALING_KEYS.c.id == key_id)).first()
                if row is None:
                    raise CorruptEntry("a secret of the store is sealed with a key that is not there", hint=_CHECK)
                try:
                    self._keys[key_id] = self._envelope.unwrap(key_id, row.wrapped)
                except CorruptEntry:
                    raise wrong_key(self.place, row.wrapped_by) from None
            return self._keys[key_id]


_CHECK = "awsfed store check"


def _key_id(cell: Cell, sealed: bytes) -> str:
    if sealed[:1] != _FORMAT:
        raise _not_ours(cell)
    return sealed[1:_HEAD].hex()


def _opened(key: bytes, cell: Cell, sealed: bytes) -> Secret:
    data = aead.unseal(key, sealed[_HEAD:], str(cell))
    if data is None:
        raise _not_ours(cell)
    return Secret(data.decode())


def no_sealing_key() -> StoreError:
    """Return the error for a store that was never set up to the end."""
    return StoreError("the store has no key to seal secrets with", hint="awsfed store init")


def _not_ours(cell: Cell) -> CorruptEntry:
    message = f"the secret in {cell.table}, row {cell.row}, was not sealed there or was changed"
    return CorruptEntry(message, hint=_CHECK)
