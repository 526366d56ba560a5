"""A store with two access keys in it."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from contracts.records import CONNECTOR, KEY, SECRET

from awsfed.broker.store.database import open_database
from awsfed.broker.store.envelope import HeldKey
from awsfed.broker.store.opened import Store
from awsfed.broker.store.sealing import Sealer
from awsfed.model.secret import Secret
from awsfed.outside.clock import SystemClock
from awsfed.tasks.make_store import MakeStore


def wrapping(letter: str) -> HeldKey:
    """Return a wrapping key that is made of a letter, as its place is."""
    key = Secret(base64.b64encode(letter.encode() * 32).decode())
    return HeldKey(place=f"/{letter}", load=lambda: key)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the store."""
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """A store that is sealed with the key `a`; it holds the keys main and ops, and a connector."""
    MakeStore(folder=folder, envelope=wrapping("a"), clock=SystemClock())()
    store = Store(database=open_database(folder), sealer=Sealer(wrapping("a")))
    store.keys.add(KEY, SECRET)
    store.keys.add(replace(KEY, id="k-2", name="ops"), Secret("other/secret+0123456789"))
    store.connectors.add(CONNECTOR)
    yield store
    store.close()
