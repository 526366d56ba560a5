"""Passwords that are kept by choice, and what connectors are called."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from fakes.clock import FakeClock

from awsfed.errors import KeyringLocked
from awsfed.model.identity import Session
from awsfed.model.secret import Secret
from awsfed.workstation.known import Known, KnownConnector, KnownStore
from awsfed.workstation.passwords import Passwords
from awsfed.workstation.session import Sessions

ISSUER = "https://bamboo.example.org"
ALICE = Session(
    issuer=ISSUER, key="host:alice", name="alice", signed_in_at=0, ends_at=2_000_000_000, token=Secret("one")
)
GUIDS = ("0a0f3a4e-7a5c-4d63-9f0e-1f2b3c4d5e6f", "1b1f3a4e-7a5c-4d63-9f0e-1f2b3c4d5e6f")


@dataclass
class Store:
    """Secrets in memory, unless it is locked."""

    secrets: dict[str, Secret] = field(default_factory=dict)
    is_locked: bool = False

    def get(self, name: str) -> Secret | None:
        if self.is_locked:
            raise KeyringLocked("locked")
        return self.secrets.get(name)

    def put(self, name: str, secret: Secret) -> None:
        self.secrets[name] = secret

    def delete(self, name: str) -> bool:
        if self.is_locked:
            raise KeyringLocked("locked")
        return self.secrets.pop(name, None) is not None


@pytest.fixture
def store() -> Store:
    """An empty keyring."""
    return Store()


@pytest.fixture
def passwords(store: Store, tmp_path: Path) -> Passwords:
    """Passwords in it, and sessions beside them."""
    known = KnownStore(directory=tmp_path / "known", cache_directory=tmp_path / "cache", clock=FakeClock())
    return Passwords(store=lambda: store, sessions=Sessions(store=lambda: store), known=known)


def test_a_password_is_found_by_its_own_user(passwords: Passwords) -> None:
    """At its own issuer, until it is forgotten."""
    passwords.keep(ALICE, Secret("right"))

    assert Secret("right") == passwords.get(ALICE)
    assert passwords.get(replace(ALICE, key="host:bob")) is None
    assert passwords.get(replace(ALICE, issuer="https://elsewhere.example.org")) is None
    passwords.forget(ALICE)
    assert passwords.get(ALICE) is None


@pytest.mark.parametrize("record", ["", "[]", "{", '{"key": "host:alice"}', '{"key": "host:alice", "password": 7}'])
def test_a_record_that_is_not_ours_is_none(passwords: Passwords, store: Store, record: str) -> None:
    """Somebody else may write into a keyring."""
    store.put(f"password:{ISSUER}", Secret(record))

    assert passwords.get(ALICE) is None


def test_a_locked_keyring_has_none(passwords: Passwords, store: Store) -> None:
    """A renewal behind somebody's back asks nobody; what is to be kept is refused at once."""
    passwords.keep(ALICE, Secret("right"))
    store.is_locked = True

    assert passwords.get(ALICE) is None
    passwords.forget(ALICE)
    with pytest.raises(KeyringLocked):
        passwords.check(ISSUER)


def test_a_renewed_session_takes_the_place_of_its_own(passwords: Passwords) -> None:
    """Not of another user's, and not after the logout."""
    renewed = replace(ALICE, token=Secret("two"))
    passwords.renewed(renewed)
    assert not passwords.sessions.forget(ISSUER)

    passwords.sessions.keep(replace(ALICE, key="host:bob"))
    passwords.renewed(renewed)
    assert "host:bob" == passwords.sessions.load(ISSUER).key

    passwords.sessions.keep(ALICE)
    passwords.renewed(renewed)
    assert Secret("two") == passwords.sessions.load(ISSUER).token


@pytest.mark.parametrize(
    ("ids", "names", "handles"),
    [
        (("dev", "ops"), ("Development", "Operations"), ("dev", "ops")),
        (GUIDS, ("Team A", "Team B"), ("team-a", "team-b")),
        (GUIDS, ("Team A", "team a"), GUIDS),
        (("team-a", GUIDS[0]), ("x", "Team A"), ("team-a", GUIDS[0])),
        (GUIDS, ("???", "ß"), (GUIDS[0], "ss")),
    ],
)
def test_connectors_are_called_by_ids_that_people_type(
    ids: tuple[str, str], names: tuple[str, str], handles: tuple[str, str]
) -> None:
    """A GUID is none; where the name would stand for two, it is the id after all."""
    connectors = tuple(
        KnownConnector(id=one, name=name, type="ASSUME_ROLE", region=None, fingerprint="x")
        for one, name in zip(ids, names, strict=True)
    )
    known = Known(issuer=ISSUER, subject="host:alice", name="alice", ends_at=0, connectors=connectors)

    assert handles == tuple(known.handle(connector) for connector in connectors)
