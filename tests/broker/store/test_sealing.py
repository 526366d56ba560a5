"""Secrets in the store: sealed in their own place, with keys that are wrapped elsewhere, and sealed anew."""

import subprocess
import sys
from pathlib import Path

import pytest
from broker.store.conftest import wrapping
from contracts.records import KEY, SECRET
from fakes.clock import FakeClock
from sqlalchemy import select, update

from awsfed.broker.store.access_keys import StoredKeys, cell
from awsfed.broker.store.database import open_database
from awsfed.broker.store.envelope import HeldKey, KmsKey
from awsfed.broker.store.opened import Store
from awsfed.broker.store.resealing import open_all, reseal
from awsfed.broker.store.sealing import Cell, Sealer
from awsfed.broker.store.tables import ACCESS_KEYS, SEALING_KEYS
from awsfed.errors import AwsUnavailable, ConfigError, CorruptEntry, NotFound, RoleRefused, StoreError
from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.outside import aead
from awsfed.outside.aws import AwsDoor
from awsfed.outside.clock import SystemClock
from awsfed.outside.retry import Retries
from awsfed.sandbox.world import Sandbox

REGION = "eu-central-1"


class TestCells:
    def test_what_is_sealed_twice_differs(self, store: Store) -> None:
        """Whoever reads the file learns nothing, not even that two secrets are the same."""
        with store.database.writing() as connection:
            one, other = (store.sealer.seal(connection, cell("k-1"), SECRET) for _ in range(2))

        assert one != other
        assert SECRET.reveal().encode() not in one

    def test_a_secret_opens_in_its_own_row_and_column_only(self, store: Store) -> None:
        """What somebody moved in the file does not open: neither in another row nor in another column."""
        with store.database.writing() as connection:
            moved = connection.scalar(select(ACCESS_KEYS.c.sealed_secret).where(ACCESS_KEYS.c.id == "k-2"))
            connection.execute(update(ACCESS_KEYS).where(ACCESS_KEYS.c.id == "k-1").values(sealed_secret=moved))

        with pytest.raises(CorruptEntry, match="access_keys, row k-1, was not sealed there"):
            store.keys.open("main")
        with store.database.reading() as connection:
            assert Secret("other/secret+0123456789") == store.sealer.open(connection, cell("k-2"), moved or b"")
            for place in (
                Cell(table="access_keys", row="k-2", column="name"),
                Cell(table="others", row="k-2", column="sealed_secret"),
            ):
                with pytest.raises(CorruptEntry):
                    store.sealer.open(connection, place, moved or b"")

    @pytest.mark.parametrize("position", [0, 1, 16, 17, 28, 29, -17, -1])
    def test_a_changed_bit_is_noticed(self, store: Store, position: int) -> None:
        """Wherever it is: in the format, the id of the key, the nonce, the text or the tag."""
        with store.database.reading() as connection:
            sealed = bytearray(connection.scalar(select(ACCESS_KEYS.c.sealed_secret)) or b"")
            sealed[position] ^= 1

            with pytest.raises(CorruptEntry):
                store.sealer.open(connection, cell("k-1"), bytes(sealed))

    @pytest.mark.parametrize("length", [0, 1, 16, 17, 20, 40])
    def test_a_cut_secret_is_noticed(self, store: Store, length: int) -> None:
        """However short it is."""
        with store.database.reading() as connection:
            sealed = connection.scalar(select(ACCESS_KEYS.c.sealed_secret)) or b""

            with pytest.raises(CorruptEntry):
                store.sealer.open(connection, cell("k-1"), sealed[:length])

    def test_keys_are_bound_to_their_ids(self, store: Store) -> None:
        """A wrapped key that was put under another id does not open."""
        with store.database.writing() as connection:
            store.sealer.add_key(connection, store.sealer.new_key(2))
            ids = list(connection.scalars(select(SEALING_KEYS.c.id)))
            wrapped = connection.scalar(select(SEALING_KEYS.c.wrapped).where(SEALING_KEYS.c.id == ids[0]))
            connection.execute(update(SEALING_KEYS).where(SEALING_KEYS.c.id == ids[1]).values(wrapped=wrapped))

        with store.database.reading() as connection, pytest.raises(CorruptEntry):
            Sealer(wrapping("a")).check(connection)

    def test_a_store_without_a_key_seals_nothing(self, store: Store) -> None:
        """It says what to type."""
        with store.database.writing() as connection:
            connection.execute(SEALING_KEYS.delete())

        with pytest.raises(StoreError) as caught:
            store.keys.replace(KEY, SECRET, before=KEY)
        assert "awsfed store init" == caught.value.hint
        with store.database.reading() as connection, pytest.raises(StoreError):
            store.sealer.check(connection)


class TestWrappingKeys:
    def test_another_key_is_told_in_one_sentence(self, store: Store) -> None:
        """With the place of the right one, and nothing of either."""
        keys = StoredKeys(database=store.database, sealer=Sealer(wrapping("b")))

        with pytest.raises(CorruptEntry, match="the key in /b is not the one that this store is sealed with") as caught:
            keys.open("main")

        assert "it was sealed with the key in /a: name that in server.sealing_key" == caught.value.hint

    def test_another_key_at_the_same_place(self, store: Store) -> None:
        """Then the right one has to be put back."""
        other = HeldKey(place="/a", load=wrapping("b").load)

        with store.database.reading() as connection, pytest.raises(CorruptEntry) as caught:
            Sealer(other).check(connection)
        assert "put back the one that it was sealed with" == caught.value.hint

    @pytest.mark.parametrize("text", ["", "x", "AAAA", "A" * 44, "canary!" * 7, "ä" * 44])
    def test_what_is_no_key_is_refused(self, text: str) -> None:
        """And not repeated."""
        held = HeldKey(place="/k", load=lambda: Secret(text))

        with pytest.raises(ConfigError, match="what is in /k is no sealing key") as caught:
            held.wrap("id", aead.new_key())
        assert not text or text not in caught.value.message

    def test_a_key_that_is_gone_is_not_made_anew(self) -> None:
        """Nothing would open with it; only somebody who makes a store asks for a new one."""
        kept: list[Secret] = []
        held = HeldKey(place="/k", load=lambda: kept[0] if kept else None, save=kept.append)

        with pytest.raises(NotFound):
            held.unwrap("id", b"")
        assert held.make()
        assert not held.make()
        wrapped = held.wrap("id", b"k" * 32)
        assert b"k" * 32 == held.unwrap("id", wrapped)
        assert not wrapping("a").make()


class Garbling(HeldKey):
    """A wrapping key that gives back something else than it was given."""

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        return super().unwrap(key_id, wrapped)[::-1]


def test_a_key_that_cannot_be_unwrapped_again_seals_nothing() -> None:
    """It is tried before anything depends on it."""
    held = wrapping("a")
    garbling = Garbling(place=held.place, load=held.load)

    with pytest.raises(StoreError):
        Sealer(garbling).new_key(1)


class TestKms:
    @pytest.fixture
    def kms(self, sandbox: Sandbox) -> KmsKey:
        """A key of KMS in the sandbox."""
        secret = Secret(sandbox.secret_access_key)
        key = AccessKey(name="main", access_key_id=sandbox.access_key_id, secret_access_key=secret)
        door = AwsDoor(clock=SystemClock(), environ={}, endpoint=sandbox.aws_url)
        arn = door.call("kms", "CreateKey", {}, key, REGION).data["KeyMetadata"]["Arn"]
        return KmsKey(
            arn=arn,
            region=REGION,
            door=door,
            retries=lambda: Retries(clock=FakeClock(), retries=0),
            access_key=lambda: key,
        )

    def test_a_store_may_be_sealed_with_a_key_of_kms(self, store: Store, kms: KmsKey, sandbox: Sandbox) -> None:
        """It is asked once, and then never again by the same process."""
        sealer = Sealer(kms)
        reseal(store.database, store.sealer, sealer, now=2)
        other = Sealer(kms)
        sandbox.aws.calls.clear()

        for _ in range(3):
            assert (KEY, SECRET) == StoredKeys(database=store.database, sealer=other).open("main")

        assert ["Decrypt"] == [call.action.rpartition(".")[2] for call in sandbox.aws.calls]
        assert kms.place.startswith("kms:arn:aws:kms:eu-central-1:")

    def test_the_id_of_the_key_is_its_context(self, kms: KmsKey) -> None:
        """KMS opens it under no other, which is one plain sentence."""
        wrapped = kms.wrap("one", b"k" * 32)

        assert b"k" * 32 == kms.unwrap("one", wrapped)
        with pytest.raises(CorruptEntry, match="is not the one that this store is sealed with"):
            kms.unwrap("other", wrapped)
        with pytest.raises(CorruptEntry):
            kms.unwrap("short", kms.wrap("short", b"k"))
        assert not kms.make()

    def test_a_key_that_is_not_there_is_refused(self, kms: KmsKey) -> None:
        """As AWS says it."""
        gone = KmsKey(
            arn=kms.arn[:-4] + "0000", region=REGION, door=kms.door, retries=kms.retries, access_key=kms.access_key
        )

        with pytest.raises(RoleRefused, match="NotFoundException"):
            gone.wrap("one", b"k" * 32)

    def test_kms_may_be_away(self, kms: KmsKey) -> None:
        """Then one tries again later."""
        door = AwsDoor(clock=SystemClock(), environ={}, endpoint="http://127.0.0.1:1")
        away = KmsKey(arn=kms.arn, region=REGION, door=door, retries=kms.retries, access_key=kms.access_key)

        with pytest.raises(AwsUnavailable):
            away.wrap("one", b"k" * 32)


CUT_OFF = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from broker.store.conftest import wrapping
from awsfed.broker.store.database import open_database
from awsfed.broker.store.resealing import reseal
from awsfed.broker.store.sealing import Sealer

left = int(sys.argv[2])
def count(*_):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1

database = open_database(Path(sys.argv[1]))
for name in ("before_cursor_execute", "commit", "begin"):
    event.listen(database.engine, name, count)
reseal(database, Sealer(wrapping("a")), Sealer(wrapping("b")), now=2)
count()
"""


class TestResealing:
    def test_everything_opens_with_the_new_key_only(self, store: Store) -> None:
        """The key of before is forgotten, and what it sealed is gone."""
        with store.database.reading() as connection:
            before = set(connection.scalars(select(ACCESS_KEYS.c.sealed_secret)))

        assert 2 == reseal(store.database, store.sealer, Sealer(wrapping("b")), now=2)

        with store.database.reading() as connection:
            assert not before & set(connection.scalars(select(ACCESS_KEYS.c.sealed_secret)))
            assert ["/b"] == list(connection.scalars(select(SEALING_KEYS.c.wrapped_by)))
        assert 2 == open_all(store.database, Sealer(wrapping("b")))
        with pytest.raises(StoreError):
            open_all(store.database, Sealer(wrapping("a")))

    def test_a_server_finds_the_new_key_in_the_store(self, store: Store) -> None:
        """While the wrapping key stays nobody has to stop."""
        assert store.keys.open("main")

        reseal(store.database, Sealer(wrapping("a")), Sealer(wrapping("a")), now=2)

        assert (KEY, SECRET) == store.keys.open("main")
        store.keys.replace(KEY, Secret("newer/secret+0123456789"), before=KEY)
        assert 2 == open_all(store.database, Sealer(wrapping("a")))

    def test_one_secret_that_does_not_open_stops_it_all(self, store: Store) -> None:
        """Nothing changes then."""
        broken = update(ACCESS_KEYS).where(ACCESS_KEYS.c.id == "k-2").values(sealed_secret=b"\x01broken")
        with store.database.writing() as connection:
            connection.execute(broken)

        with pytest.raises(CorruptEntry):
            reseal(store.database, store.sealer, Sealer(wrapping("b")), now=2)
        assert (KEY, SECRET) == StoredKeys(database=store.database, sealer=Sealer(wrapping("a"))).open("main")

    def test_it_may_be_killed_before_any_step(self, store: Store, folder: Path) -> None:
        """Every time all opens as before; once it is through, all opens with the new key."""
        store.close()
        steps = 0
        while True:
            child = subprocess.run(
                [sys.executable, "-c", CUT_OFF, str(folder), str(steps)],
                cwd=Path(__file__).parents[3],
                env={"PYTHONPATH": ".:tests"},
                capture_output=True,
                timeout=60,
                check=False,
            )
            database = open_database(folder)
            good = [letter for letter in "ab" if _opens(Store(database=database, sealer=Sealer(wrapping(letter))))]
            database.close()
            if child.returncode == 0:
                break
            assert -9 == child.returncode, child.stderr
            assert good in (["a"], ["b"])
            if good == ["b"]:
                assert steps > 8
                break
            steps += 1

        assert ["b"] == good
        assert steps > 8


def _opens(store: Store) -> bool:
    try:
        return open_all(store.database, store.sealer) == 2
    except StoreError:
        return False
