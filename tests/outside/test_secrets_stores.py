"""Places that keep secrets, and secrets that are handed over."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring.backends.chainer
import keyring.backends.fail
import pytest

from awsfed.errors import (
    AwsfedError,
    ConfigError,
    CorruptEntry,
    KeyringLocked,
    NoKeyring,
    NotFound,
    StoreError,
    UnsafePermissions,
)
from awsfed.model.secret import Secret
from awsfed.outside.secrets.file import FileStore
from awsfed.outside.secrets.given import from_descriptor, from_file, from_variable
from awsfed.outside.secrets.interface import SecretStore
from awsfed.outside.secrets.keyring import KeyringStore, choose_backend

BACKEND = "fakes.file_keyring.FileKeyring"
SECRET = Secret("canary: \u00e9 \n'\"\\ \U0001f511")


@pytest.fixture(params=["file", "keyring"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SecretStore:
    """Each of the stores."""
    if request.param == "file":
        return FileStore(directory=tmp_path / "sessions")
    monkeypatch.setenv("FILE_KEYRING", str(tmp_path / "keyring.json"))
    return KeyringStore(BACKEND)


def test_a_secret_comes_back_as_it_was(store: SecretStore) -> None:
    """Any text under any name."""
    name = "session:https://crowd.example.org:8443/crowd?ü"
    assert store.get(name) is None

    store.put(name, SECRET)

    assert SECRET == store.get(name)


def test_the_last_secret_counts(store: SecretStore) -> None:
    """In place of any other of its name, and of no other name."""
    store.put("a", Secret("1"))
    store.put("b", Secret("2"))
    store.put("a", Secret("3"))

    assert [Secret("3"), Secret("2")] == [store.get("a"), store.get("b")]


def test_removing_tells_whether_there_was_one(store: SecretStore) -> None:
    """A second time there is none."""
    store.put("a", SECRET)

    assert [True, False] == [store.delete("a"), store.delete("a")]
    assert store.get("a") is None


def test_files_are_private_and_their_names_tell_nothing(tmp_path: Path) -> None:
    """One file a secret."""
    store = FileStore(directory=tmp_path / "sessions")
    store.put("session:https://crowd.example.org", SECRET)

    (file,) = (tmp_path / "sessions").iterdir()
    assert (0o600, 0o700) == (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777)
    assert "crowd" not in file.name


def test_a_file_that_others_can_read_is_not_believed(tmp_path: Path) -> None:
    """It could have been changed, or copied."""
    store = FileStore(directory=tmp_path / "sessions")
    store.put("a", SECRET)
    (file,) = (tmp_path / "sessions").iterdir()
    file.chmod(0o644)

    with pytest.raises(UnsafePermissions):
        store.get("a")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """Not one of ours."""
    store = FileStore(directory=tmp_path / "sessions")
    store.put("a", SECRET)
    (file,) = (tmp_path / "sessions").iterdir()
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(CorruptEntry):
        store.get("a")


@pytest.mark.parametrize("name", ["no.such.Backend", "os.path", "os.getcwd", "keyring.backends.fail.Nothing", "x"])
def test_a_backend_that_is_none(name: str) -> None:
    """The setting is named, no traceback of the library is."""
    with pytest.raises(ConfigError) as caught:
        KeyringStore(name)

    assert f"the keyring backend {name!r} cannot be used" in caught.value.message


@pytest.mark.parametrize("name", ["keyring.backends.fail.Keyring", "keyring.backends.null.Keyring"])
def test_a_backend_that_keeps_nothing(name: str) -> None:
    """Is no keyring: what is put there would be lost."""
    with pytest.raises(NoKeyring):
        KeyringStore(name)


def test_a_locked_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By every verb; its own words stay inside."""
    monkeypatch.setenv("FILE_KEYRING", str(tmp_path / "keyring.json"))
    (tmp_path / "keyring.lock").touch()
    store = KeyringStore(BACKEND)

    for ask in verbs(store):
        with pytest.raises(KeyringLocked) as caught:
            ask()
        assert "not to be shown" not in str(caught.value)
        assert caught.value.__cause__ is None


def test_a_keyring_that_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a backend raises could hold a secret; only the kind is told."""
    (tmp_path / "keyring.json").write_text("canary {")
    monkeypatch.setenv("FILE_KEYRING", str(tmp_path / "keyring.json"))
    store = KeyringStore(BACKEND)

    for ask in verbs(store):
        with pytest.raises(StoreError) as caught:
            ask()
        assert "the keyring failed: JSONDecodeError" == caught.value.message


def verbs(store: SecretStore) -> Iterator[Callable[[], object]]:
    """Yield everything that can be asked of a store."""
    yield lambda: store.get("a")
    yield lambda: store.put("a", SECRET)
    yield lambda: store.delete("a")


def test_a_machine_without_a_keyring_has_none_to_choose() -> None:
    """The tests' own machine says so through keyring's variable."""
    with pytest.raises(NoKeyring) as caught:
        choose_backend()

    assert 'secrets.store = "file"' in (caught.value.hint or "")


def test_the_best_backend_is_chosen_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that can be kept and loaded again."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", BACKEND)
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)

    assert BACKEND == choose_backend()


def test_a_mounted_file(tmp_path: Path) -> None:
    """One line end at its end is not part of it."""
    path = tmp_path / "secret"
    for text in ("canary", "canary\n", "canary\r\n"):
        path.write_bytes(text.encode())
        path.chmod(0o440)
        assert Secret("canary") == from_file(path)
    path.chmod(0o600)
    path.write_text(" canary \n\n")
    assert Secret(" canary \n") == from_file(path)


@pytest.mark.parametrize(
    ("content", "mode", "kind"),
    [
        (None, 0o600, NotFound),
        (b"", 0o600, NotFound),
        (b"\n", 0o600, NotFound),
        (b"canary", 0o604, UnsafePermissions),
        (b"\xff", 0o600, ConfigError),
        (b"x" * 70_000, 0o600, ConfigError),
    ],
)
def test_a_mounted_file_that_is_none(tmp_path: Path, content: bytes | None, mode: int, kind: type[AwsfedError]) -> None:
    """Named, and nothing of it repeated."""
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
        path.chmod(mode)

    with pytest.raises(kind) as caught:
        from_file(path)

    assert str(path) in caught.value.message
    assert "canary" not in caught.value.message


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    """Neither where nobody has it open, nor where somebody has and writes nothing."""
    os.mkfifo(tmp_path / "secret", 0o600)

    with pytest.raises(NotFound):
        from_file(tmp_path / "secret")
    keeper = os.open(tmp_path / "secret", os.O_RDWR)
    with pytest.raises(NotFound):
        from_file(tmp_path / "secret")
    os.close(keeper)


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    """Is no secret."""
    with pytest.raises(NotFound):
        from_file(tmp_path)


def test_a_variable() -> None:
    """An empty one is none."""
    assert Secret("canary") == from_variable({"X": "canary"}, "X")
    for environ in ({}, {"X": ""}):
        with pytest.raises(NotFound, match="the variable X is not set"):
            from_variable(environ, "X")


def test_a_descriptor_is_read_to_its_end_and_stays_open() -> None:
    """Whoever opened it closes it."""
    reading, writing = os.pipe()
    os.write(writing, b"canary\n")
    os.close(writing)

    assert Secret("canary") == from_descriptor(reading)
    os.close(reading)


def test_a_descriptor_that_is_closed() -> None:
    """Named by its number."""
    with pytest.raises(NotFound, match="descriptor 987"):
        from_descriptor(987)
