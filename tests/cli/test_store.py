"""awsfed store, as an administrator uses it."""

import base64
import hashlib
import os
import sqlite3
import stat
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest
from cli.terminal import ended
from conftest import Workstation
from contracts.records import kept

from awsfed.broker.store.backup import restore
from awsfed.broker.store.database import open_database
from awsfed.broker.store.envelope import HeldKey
from awsfed.broker.store.holding import hold, hold_alone
from awsfed.broker.store.interface import ConnectorRecord, KeyRecord
from awsfed.broker.store.opened import Store
from awsfed.broker.store.sealing import Sealer
from awsfed.errors import Busy, CorruptEntry, StoreError
from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.outside.aws import AwsDoor
from awsfed.outside.clock import SystemClock
from awsfed.wiring import Wiring, storing

CANARY = "canary/secret+0123456789"
STORE, CONFIG, NOT_FOUND, UNAVAILABLE, REFUSED = 8, 3, 4, 7, 10


class Admin:
    """Somebody's settings with a store in them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "store"
        self.key = home / "keys" / "sealing.key"
        self.environ = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "AWSFED_CONFIG": str(home / "config.toml"),
            "PYTHON_KEYRING_BACKEND": "fakes.file_keyring.FileKeyring",
        }
        self.settings(f"file:{self.key}")

    def settings(self, sealing_key: str) -> None:
        text = f'[server]\nfolder = "{self.folder}"\nsealing_key = "{sealing_key}"\n'
        (self.home / "config.toml").write_text(text)

    def does(self, *arguments: str, **environ: str) -> str:
        """Run awsfed store …, which has to succeed; return all that it said."""
        result = ended("store", *arguments, environ={**self.environ, **environ})
        assert 0 == result.status, result.err
        assert CANARY not in result.out + result.err
        return result.out + result.err

    def fails(self, status: int, *arguments: str, **environ: str) -> str:
        """Run awsfed store …, which has to fail; return what it said."""
        result = ended("store", *arguments, environ={**self.environ, **environ})
        assert (status, "") == (result.status, result.out), result.err
        assert "Traceback" not in result.err
        return result.err

    def open(self) -> Store:
        """Open the store with the key in the file."""
        envelope = HeldKey(place="file", load=lambda: Secret(self.key.read_text()))
        return Store(database=open_database(self.folder), sealer=Sealer(envelope))

    def fill(self) -> None:
        """Put a key and a connector into the store."""
        with closing(self.open()) as store:
            record = KeyRecord(id="k-1", name="main", access_key_id="AKIAEXAMPLE000000001", created_at=1, changed_at=1)
            store.keys.add(record, Secret(CANARY))
            store.connectors.add(ConnectorRecord(id="c-1", document="{}", created_at=1, changed_at=1))

    def secret(self) -> str | None:
        with closing(self.open()) as store:
            found = store.keys.open("main")
            return found[1].reveal() if found else None


@pytest.fixture
def admin(tmp_path: Path) -> Admin:
    """Somebody with no store yet."""
    return Admin(tmp_path)


@pytest.fixture
def keeper(admin: Admin) -> Admin:
    """Somebody with a store."""
    admin.does("init")
    admin.fill()
    return admin


def mode(path: Path) -> int:
    """Return the permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


class TestInit:
    def test_it_makes_folder_tables_and_key(self, admin: Admin) -> None:
        """All of it private, the key apart from the rest; a second time changes nothing."""
        said = admin.does("init")

        assert "Made the store in" in said
        assert "keep a copy of it" in said
        assert (0o700, 0o700, 0o600) == (mode(admin.folder), mode(admin.key.parent), mode(admin.key))
        assert {0o600} == {mode(path) for path in admin.folder.iterdir()}
        before = admin.key.read_text()
        assert "already" in admin.does("init")
        assert before == admin.key.read_text()
        assert "0 secrets looked at: every one opens." in admin.does("check")

    def test_what_was_cut_off_is_finished(self, admin: Admin) -> None:
        """An empty database becomes a store."""
        open_database(admin.folder, create=True).close()

        assert "is no store of awsfed" in admin.fails(STORE, "check")
        admin.does("init")
        admin.does("check")

    def test_a_lost_key_is_not_made_anew(self, keeper: Admin) -> None:
        """Nothing would open with it."""
        keeper.key.unlink()

        assert "put back the one that the store had" in keeper.fails(NOT_FOUND, "init")
        assert not keeper.key.exists()
        assert "there is no sealing key in" in keeper.fails(NOT_FOUND, "check")

    def test_the_key_lies_elsewhere(self, admin: Admin) -> None:
        """Not inside the store, by whatever name."""
        link = admin.home / "link"
        link.symlink_to(admin.folder)
        for path in (admin.folder / "key", admin.folder / "a" / "key", link / "key"):
            admin.settings(f"file:{path}")
            assert "lies in the store itself" in admin.fails(CONFIG, "init")
        assert not admin.folder.exists()

    def test_a_key_that_others_can_read_is_refused(self, keeper: Admin) -> None:
        """With the command that mends it."""
        keeper.key.chmod(0o644)

        assert f"chmod 600 {keeper.key}" in keeper.fails(STORE, "check")

    def test_the_key_may_be_in_a_variable(self, admin: Admin) -> None:
        """Which nobody can make for the administrator."""
        admin.settings("environment")

        assert "openssl rand -base64 32" in admin.fails(NOT_FOUND, "init")
        assert "is no sealing key" in admin.fails(CONFIG, "init", AWSFED_SEALING_KEY="canary")
        key = base64.b64encode(b"k" * 32).decode()
        admin.does("init", AWSFED_SEALING_KEY=key)
        assert "the variable AWSFED_SEALING_KEY" in admin.does("check", AWSFED_SEALING_KEY=key)
        other = base64.b64encode(b"o" * 32).decode()
        assert "is not the one that this store" in admin.fails(STORE, "check", AWSFED_SEALING_KEY=other)

    def test_the_key_may_be_in_the_keyring(self, admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
        """Under the name of the folder."""
        monkeypatch.setenv("FILE_KEYRING", str(admin.home / "keyring.json"))
        admin.settings("keyring")

        assert "Made its sealing key in the keyring" in admin.does("init")
        assert str(admin.folder) in (admin.home / "keyring.json").read_text()
        admin.does("check")

    def test_what_is_not_set_is_told(self, admin: Admin) -> None:
        """Before anything is made."""
        (admin.home / "config.toml").write_text("")
        assert "server.folder" in admin.fails(CONFIG, "init")
        (admin.home / "config.toml").write_text(f'[server]\nfolder = "{admin.folder}"\n')
        assert "server.sealing_key" in admin.fails(CONFIG, "init")
        admin.settings("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        said = admin.fails(CONFIG, "init")
        assert "must say where the sealing key is" in said
        assert "AAAA" not in said
        admin.settings("kms:arn:aws:kms:eu-central-1:123456789012:alias/x")
        assert "server.sealing_access_key" in admin.fails(CONFIG, "init")
        assert not admin.folder.exists()


class TestBackup:
    def test_a_backup_is_private_and_has_no_key(self, keeper: Admin) -> None:
        """It is one file, and never takes the place of another by itself."""
        target = keeper.home / "b.backup"

        said = keeper.does("backup", str(target))

        assert "1 connector, 1 access key" in said
        assert "The sealing key is not in it" in said
        assert 0o600 == mode(target)
        assert keeper.key.read_text().strip().encode() not in target.read_bytes()
        assert CANARY.encode() not in target.read_bytes()
        assert not list(keeper.home.glob("b.backup-*"))
        before = hashlib.sha256(target.read_bytes()).digest()
        assert "already" in keeper.fails(REFUSED, "backup", str(target))
        assert before == hashlib.sha256(target.read_bytes()).digest()
        keeper.does("backup", str(target), "--force")

    def test_it_is_consistent_while_others_write(self, keeper: Admin) -> None:
        """Each backup holds whole transactions: as many connectors as the revision says."""
        stop = threading.Event()

        def write() -> None:
            with closing(keeper.open()) as store, hold(keeper.folder):
                number = 0
                while not stop.is_set():
                    number += 1
                    store.connectors.add(
                        ConnectorRecord(id=f"n-{number}", document="x" * 3000, created_at=2, changed_at=2)
                    )

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(4):
                target = keeper.home / f"{number}.backup"
                keeper.does("backup", str(target))
                with closing(sqlite3.connect(target)) as copy:
                    counted = copy.execute("SELECT count(*) FROM connectors").fetchone()[0]
                    assert counted == copy.execute("SELECT number FROM revisions").fetchone()[0]
        finally:
            stop.set()
            writer.join()

    def test_it_never_takes_the_place_of_the_store(self, keeper: Admin) -> None:
        """Nor of what the store works with, whatever the folder or the file is called: a server would lose it."""
        database = keeper.folder / "broker.sqlite3"
        (keeper.home / "link").symlink_to(keeper.folder)
        (keeper.home / "hard").hardlink_to(database)
        before = database.stat().st_ino
        ways = (
            database,
            keeper.folder / "broker.sqlite3-wal",
            keeper.folder / "held.lock",
            keeper.home / "link" / "broker.sqlite3",
            keeper.home / "hard",
        )

        for way in ways:
            assert "belongs to the store itself" in keeper.fails(REFUSED, "backup", str(way), "--force")
        assert before == database.stat().st_ino
        keeper.does("backup", str(keeper.folder / "kept.backup"))

    def test_it_cannot_be_written(self, keeper: Admin) -> None:
        """In one sentence, about the file that it is."""
        assert "cannot be written" in keeper.fails(STORE, "backup", str(keeper.home / "none" / "b"))
        assert "file name too long" in keeper.fails(STORE, "backup", str(keeper.home / ("x" * 300)))
        (keeper.home / "loop").symlink_to(keeper.home / "loop")
        assert "cannot be written" in keeper.fails(STORE, "backup", str(keeper.home / "loop" / "broker.sqlite3"))

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts disks")
    def test_a_full_disk_is_that_of_the_backup(self, keeper: Admin) -> None:
        """And not the store's."""
        full = keeper.home / "full"
        full.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(full)], check=True)
        try:
            said = keeper.fails(STORE, "backup", str(full / "b"))
        finally:
            subprocess.run(["umount", str(full)], check=True)

        assert f"{full / 'b'} cannot be used: database or disk is full" in said
        assert "hint: free some space on its disk" in said


def interrupted(*_: object) -> None:
    """Be killed here."""
    raise KeyboardInterrupt


class TestRestore:
    def test_what_is_in_the_log_only_is_not_lost_before_the_store_is(self, keeper: Admin) -> None:
        """A restore that is cut off right before the end leaves the store of before, all of it."""
        target, database = keeper.home / "b.backup", keeper.folder / "broker.sqlite3"
        keeper.does("backup", str(target))
        writing = sqlite3.connect(database)
        writing.execute("INSERT INTO sessions VALUES ('d', 'bearer', '1:1', 'Ada', '::1', 1, 1, 2)")
        writing.commit()
        for name in (database.name, f"{database.name}-wal"):  # as they are after a kill
            (keeper.home / name).write_bytes((keeper.folder / name).read_bytes())
        writing.close()
        for path in keeper.folder.glob("broker.sqlite3*"):
            path.unlink()
        for name in (database.name, f"{database.name}-wal"):
            (keeper.home / name).replace(keeper.folder / name)
            (keeper.folder / name).chmod(0o600)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("os.replace", interrupted)
            with pytest.raises(KeyboardInterrupt):
                restore(target, keeper.folder, replace=True)

        with closing(sqlite3.connect(database)) as raw:
            assert [("Ada",)] == raw.execute("SELECT user_name FROM sessions").fetchall()

    def test_the_store_is_as_it_was(self, keeper: Admin) -> None:
        """With its secrets, and nobody signed in; nothing of what came later."""
        target = keeper.home / "b.backup"
        with sqlite3.connect(keeper.folder / "broker.sqlite3") as raw:
            raw.execute("INSERT INTO sessions VALUES ('d', 'bearer', '1:1', 'Ada', '::1', 1, 1, 2)")
            raw.execute("INSERT INTO attempts VALUES ('ada', 30, 1.0)")
        raw.close()
        keeper.does("backup", str(target))
        with closing(keeper.open()) as store:
            store.connectors.delete("c-1")
            store.keys.delete("k-1", at=store.connectors.revision())

        assert "to lose it for good, use --force" in keeper.fails(REFUSED, "restore", str(target))
        said = keeper.does("restore", str(target), "--force")

        assert "Restored 1 connector, 1 access key" in said
        assert CANARY == keeper.secret()
        with closing(keeper.open()) as store:
            assert kept(store.connectors, "c-1")
            assert None is store.sessions.get("d")
            assert 0 == store.attempts.get("ada").count  # nobody waits for what they did in another time
        assert {0o600} == {mode(path) for path in keeper.folder.iterdir()}

    def test_it_makes_the_folder_on_a_new_machine(self, keeper: Admin, tmp_path: Path) -> None:
        """The key has to be brought there too."""
        target = keeper.home / "b.backup"
        keeper.does("backup", str(target))
        (tmp_path / "other").mkdir()
        other = Admin(tmp_path / "other")

        other.does("restore", str(target))
        assert "there is no sealing key" in other.fails(NOT_FOUND, "check")
        other.key.parent.mkdir(mode=0o700)
        other.key.write_text(keeper.key.read_text())
        other.key.chmod(0o600)
        other.does("check")
        assert CANARY == other.secret()

    def test_a_server_at_work_is_not_disturbed(self, keeper: Admin) -> None:
        """Nor by a migration or another wrapping key."""
        target = keeper.home / "b.backup"
        keeper.does("backup", str(target))
        with hold(keeper.folder):
            for command in (
                ("restore", str(target), "--force"),
                ("migrate",),
                ("reseal", "--to", f"file:{keeper.home / 'new.key'}"),
            ):
                assert "a server is at work" in keeper.fails(UNAVAILABLE, *command)
            keeper.does("reseal")
        assert CANARY == keeper.secret()

    def test_what_is_no_good_backup_is_refused(self, keeper: Admin) -> None:
        """Damaged, of something else, of a later version, with code in it: the store stays as it is."""
        target = keeper.home / "b.backup"
        keeper.does("backup", str(target))
        good = target.read_bytes()
        bad = keeper.home / "bad"

        def refused(said: str, status: int = STORE) -> None:
            assert said in keeper.fails(status, "restore", str(bad), "--force")
            assert CANARY == keeper.secret()

        refused("there is no file", NOT_FOUND)
        bad.write_bytes(b"no database at all" * 100)
        refused("not a database")
        bad.write_bytes(good[: len(good) // 2])
        refused("bad")
        for change, said in (
            ("CREATE TRIGGER t AFTER INSERT ON sessions BEGIN DELETE FROM events; END", "more than tables"),
            ("CREATE VIEW v AS SELECT 1", "more than tables"),
            ("UPDATE alembic_version SET version_num = '0999'", "newer version"),
            ("DROP TABLE alembic_version", "no store of awsfed"),
            ("INSERT INTO tickets VALUES ('a', 'nobody', 'c', '{}', 1)", "damaged"),
        ):
            bad.write_bytes(good)
            with sqlite3.connect(bad) as raw:
                raw.execute(change)
            raw.close()
            refused(said)
        bad.write_bytes(b"")
        refused("no store of awsfed")

    def test_the_log_of_a_store_that_goes_does_not_stay(self, keeper: Admin) -> None:
        """Otherwise SQLite would mend the restored one by it."""
        target = keeper.home / "b.backup"
        keeper.does("backup", str(target))
        store = keeper.open()
        store.connectors.delete("c-1")
        wal = keeper.folder / "broker.sqlite3-wal"
        left = wal.read_bytes()
        store.close()
        wal.write_bytes(left)
        wal.chmod(0o600)

        keeper.does("restore", str(target), "--force")

        with closing(keeper.open()) as store:
            assert kept(store.connectors, "c-1")


class TestReseal:
    def test_another_wrapping_key(self, keeper: Admin) -> None:
        """It is made, everything opens with it, and the settings have to follow."""
        new = keeper.home / "new.key"

        said = keeper.does("reseal", "--to", f"file:{new}")

        assert "Sealed 1 secret with" in said
        assert "That key was made too" in said
        assert f'server.sealing_key = "file:{new}"' in said
        told = keeper.fails(STORE, "check")
        assert f"it was sealed with the key in {new}" in told
        keeper.settings(f"file:{new}")
        keeper.does("check")

    def test_what_is_no_place_is_not_repeated(self, keeper: Admin) -> None:
        """It may be the key itself."""
        said = keeper.fails(2, "reseal", "--to", "canary-canary")

        assert "must say where the sealing key is" in said
        assert "canary-canary" not in said

    def test_not_into_the_store(self, keeper: Admin) -> None:
        """And nothing changes then."""
        assert "lies in the store" in keeper.fails(CONFIG, "reseal", "--to", f"file:{keeper.folder / 'x'}")
        assert CANARY == keeper.secret()


class TestMigrate:
    def test_there_is_nothing_to_do(self, keeper: Admin) -> None:
        """Then nothing is written."""
        before = sorted(path.name for path in keeper.folder.iterdir())

        assert "already" in keeper.does("migrate")
        assert before == sorted(path.name for path in keeper.folder.iterdir())

    def test_a_newer_store_is_left_alone(self, keeper: Admin) -> None:
        """It says so."""
        with sqlite3.connect(keeper.folder / "broker.sqlite3") as raw:
            raw.execute("UPDATE alembic_version SET version_num = '0999'")
        raw.close()

        assert "newer version" in keeper.fails(STORE, "migrate")
        assert "newer version" in keeper.fails(STORE, "init")


@pytest.mark.parametrize("command", ["migrate", "check", "reseal", "backup"])
def test_there_is_no_store(admin: Admin, command: str) -> None:
    """And none is made on the way."""
    arguments = (command, str(admin.home / "b")) if command == "backup" else (command,)

    assert "awsfed store init" in admin.fails(NOT_FOUND, *arguments)
    assert not admin.folder.exists()


def test_a_damaged_store_is_noticed(keeper: Admin) -> None:
    """By its pages, and by a secret that does not open."""
    with sqlite3.connect(keeper.folder / "broker.sqlite3") as raw:
        raw.execute("UPDATE access_keys SET sealed_secret = zeroblob(90)")
    raw.close()
    assert "was not sealed there or was changed" in keeper.fails(STORE, "check")


class TestKms:
    def test_the_key_may_be_in_kms(self, workstation: Workstation) -> None:
        """Used with an access key of the settings; only who has it can open the store."""
        sandbox, folder = workstation.sandbox, workstation.home / "store"
        secret = Secret(sandbox.secret_access_key)
        key = AccessKey(name="main", access_key_id=sandbox.access_key_id, secret_access_key=secret)
        door = AwsDoor(clock=SystemClock(), environ={}, endpoint=sandbox.aws_url)
        arn = door.call("kms", "CreateKey", {}, key, "eu-central-1").data["KeyMetadata"]["Arn"]
        written = workstation.config.read_text()
        server = f'\n[server]\nfolder = "{folder}"\nsealing_key = "kms:{arn}"\nsealing_access_key = '
        workstation.config.write_text(f'{written}{server}"broker"\n[keys.broker]\nsource = "environment"\n')
        environ = {
            "AWSFED_KEY_BROKER_ACCESS_KEY_ID": key.access_key_id,
            "AWSFED_KEY_BROKER_SECRET_ACCESS_KEY": secret.reveal(),
        }

        workstation.awsfed("store", "init", environ=environ)

        assert arn in workstation.awsfed("store", "check", environ=environ)
        said = workstation.fails(NOT_FOUND, "store", "check")
        assert "no access key named 'broker'" in said
        assert "AWSFED_KEY_BROKER_ACCESS_KEY_ID" in said


class TestServing:
    def wiring(self, keeper: Admin) -> Wiring:
        return Wiring(environ=keeper.environ)

    def test_a_server_holds_the_store_while_it_is_at_work(self, keeper: Admin) -> None:
        """Together with others; afterwards the store can be changed as a whole."""
        with storing.serving_store(self.wiring(keeper)) as one, storing.serving_store(self.wiring(keeper)) as other:
            assert one.keys.open("main") == other.keys.open("main")
            assert None is one.tickets.take("x")
            assert () == one.events.writers()
            keeper.fails(UNAVAILABLE, "migrate")

        keeper.does("migrate")

    def test_a_table_that_is_missing_is_found(self, keeper: Admin) -> None:
        """By the check, and before anybody is served."""
        with closing(sqlite3.connect(keeper.folder / "broker.sqlite3")) as raw:
            raw.execute("DROP TABLE heads")
            raw.commit()

        assert "it has no table heads" in keeper.fails(STORE, "check")
        with pytest.raises(CorruptEntry), storing.serving_store(self.wiring(keeper)):
            raise AssertionError

    def test_a_folder_in_place_of_the_sealing_key_is_one_sentence(self, keeper: Admin) -> None:
        """Nothing can be read from it."""
        keeper.key.unlink()
        keeper.key.mkdir()

        assert "not a regular file" in keeper.fails(STORE, "check")

    def test_what_is_not_right_is_told_before_anybody_is_served(self, keeper: Admin) -> None:
        """Another key, another version, a restore at this moment."""
        with hold_alone(keeper.folder), pytest.raises(Busy), storing.serving_store(self.wiring(keeper)):
            raise AssertionError
        good = keeper.key.read_text()
        keeper.key.write_text(base64.b64encode(b"o" * 32).decode())
        with pytest.raises(CorruptEntry), storing.serving_store(self.wiring(keeper)):
            raise AssertionError
        keeper.key.write_text(good)
        with sqlite3.connect(keeper.folder / "broker.sqlite3") as raw:
            raw.execute("UPDATE alembic_version SET version_num = '0000'")
        raw.close()
        with pytest.raises(StoreError, match="older version"), storing.serving_store(self.wiring(keeper)):
            raise AssertionError


@pytest.mark.parametrize(
    "value", ["{ a = 1 }", "7", '["environment"]', '"file:relative"', '"kms:arn:aws:iam::1:x"', '""']
)
def test_what_is_no_place_of_a_key_is_refused(admin: Admin, value: str) -> None:
    """Whatever TOML has."""
    (admin.home / "config.toml").write_text(f'[server]\nfolder = "{admin.folder}"\nsealing_key = {value}\n')

    assert "server.sealing_key" in admin.fails(CONFIG, "init")
