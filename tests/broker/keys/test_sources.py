"""Where long-term access keys live, and what is taken for one."""

import json
from pathlib import Path

import pytest

from awsfed.broker.keys.environment import EnvironmentKey
from awsfed.broker.keys.keyring import KeyringKey
from awsfed.broker.keys.parsing import parse_access_key
from awsfed.broker.keys.profile import ProfileKey
from awsfed.errors import AwsfedError, ConfigError, CorruptEntry, InvalidValue, UnsafePermissions
from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret

ID, SECRET = "AKIAIOSFODNN7EXAMPLE", "canary/K7MDENG+bPxRfiCYEXAMPLEKEY"
KEY = AccessKey(name="main", access_key_id=ID, secret_access_key=Secret(SECRET))


class MemoryStore:
    """A secret store in memory."""

    def __init__(self) -> None:
        self.entries: dict[str, Secret] = {}

    def get(self, name: str) -> Secret | None:
        return self.entries.get(name)

    def put(self, name: str, secret: Secret) -> None:
        self.entries[name] = secret

    def delete(self, name: str) -> bool:
        return self.entries.pop(name, None) is not None


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"aws_access_key_id": ID},
        {"aws_secret_access_key": SECRET},
        {"aws_access_key_id": ID.lower(), "aws_secret_access_key": SECRET},
        {"aws_access_key_id": f"{ID}\n", "aws_secret_access_key": SECRET},
        {"aws_access_key_id": ID, "aws_secret_access_key": f" {SECRET}"},
        {"aws_access_key_id": ID, "aws_secret_access_key": "short"},
        {"aws_access_key_id": 7, "aws_secret_access_key": SECRET},
        {"aws_access_key_id": ID, "aws_secret_access_key": None},
        {"aws_access_key_id": ID, "aws_secret_access_key": SECRET, "aws_session_token": "canary with space"},
        {"aws_access_key_id": ID, "aws_secret_access_key": SECRET, "aws_session_token": 7},
    ],
)
def test_what_is_no_key(parts: dict[str, object]) -> None:
    """The reason is told; nothing of what might be the secret is."""
    with pytest.raises(InvalidValue) as caught:
        parse_access_key("main", parts)

    assert "canary" not in caught.value.message


def test_a_key_with_a_token_is_not_a_users_own() -> None:
    """What it assumes is a chained role; an empty token is none."""
    parts = {"aws_access_key_id": ID, "aws_secret_access_key": SECRET}

    assert not parse_access_key("main", {**parts, "aws_session_token": "token"}).is_long_term
    assert parse_access_key("main", {**parts, "aws_session_token": ""}).is_long_term
    assert "canary" not in repr(parse_access_key("main", parts))


def profile(folder: Path, text: str, name: str = "broker") -> ProfileKey:
    """Return a key in a file of its own."""
    path = folder / "credentials"
    path.write_text(text)
    path.chmod(0o600)
    return ProfileKey(name="main", profile=name, file=path)


PROFILE = f"[broker]\naws_access_key_id = {ID}\naws_secret_access_key = {SECRET}\n"


def test_a_profile_is_read(tmp_path: Path) -> None:
    """Other sections and percent signs do not matter."""
    assert KEY == profile(tmp_path, f"[other]\nx = 100%(y)s\n{PROFILE}").load()


def test_a_profile_that_is_not_there(tmp_path: Path) -> None:
    """Neither section nor file."""
    assert profile(tmp_path, PROFILE, "other").load() is None
    assert ProfileKey(name="main", profile="broker", file=tmp_path / "missing").load() is None


def test_a_link_to_a_private_file_is_followed(tmp_path: Path) -> None:
    """People keep these files elsewhere."""
    profile(tmp_path, PROFILE)
    (tmp_path / "link").symlink_to(tmp_path / "credentials")

    assert KEY == ProfileKey(name="main", profile="broker", file=tmp_path / "link").load()


def test_a_profile_that_others_can_read(tmp_path: Path) -> None:
    """A long-term key in such a file is no secret."""
    source = profile(tmp_path, PROFILE)
    source.file.chmod(0o644)

    with pytest.raises(UnsafePermissions):
        source.load()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"{SECRET}\n{PROFILE}", CorruptEntry),
        (PROFILE + PROFILE, CorruptEntry),
        (PROFILE.replace(SECRET, "short"), ConfigError),
        ("[broker]\nrole_arn = x\n", ConfigError),
    ],
)
def test_a_profile_that_is_damaged(tmp_path: Path, text: str, kind: type[AwsfedError]) -> None:
    """The file is named and none of its lines."""
    with pytest.raises(kind) as caught:
        profile(tmp_path, text).load()

    assert str(tmp_path) in caught.value.message
    assert "canary" not in caught.value.message


def test_variables_are_read() -> None:
    """Dots and hyphens of the name are underscores."""
    environ = {"AWSFED_KEY_MY_KEY_ACCESS_KEY_ID": ID, "AWSFED_KEY_MY_KEY_SECRET_ACCESS_KEY": SECRET}

    key = EnvironmentKey(name="my-key", environ=environ).load()

    assert key
    assert (ID, SECRET, "my-key") == (key.access_key_id, key.secret_access_key.reveal(), key.name)


def test_variables_that_are_not_set() -> None:
    """Empty ones are none."""
    assert EnvironmentKey(name="main", environ={"AWSFED_KEY_MAIN_ACCESS_KEY_ID": ""}).load() is None


def test_variables_that_are_wrong() -> None:
    """Named, not repeated."""
    with pytest.raises(ConfigError) as caught:
        EnvironmentKey(name="main", environ={"AWSFED_KEY_MAIN_SECRET_ACCESS_KEY": "canary"}).load()

    assert "AWSFED_KEY_MAIN_ACCESS_KEY_ID" in caught.value.message
    assert "canary" not in caught.value.message


def test_the_keyring_keeps_a_key() -> None:
    """Under its name, beside others."""
    store = MemoryStore()
    entry = KeyringKey(name="main", store=lambda: store)
    assert entry.load() is None

    entry.save(KEY)

    assert KEY == entry.load()
    assert ["key:main"] == list(store.entries)
    assert KeyringKey(name="other", store=lambda: store).load() is None
    assert [True, False] == [entry.delete(), entry.delete()]


@pytest.mark.parametrize("text", ["", "canary", "[]", "7", json.dumps({"aws_access_key_id": ID}), '{"a": "canary"}'])
def test_an_entry_that_is_not_ours(text: str) -> None:
    """The hint replaces it."""
    store = MemoryStore()
    store.put("key:main", Secret(text))

    with pytest.raises(CorruptEntry) as caught:
        KeyringKey(name="main", store=lambda: store).load()

    assert "awsfed keys add main --replace" == caught.value.hint
    assert "canary" not in caught.value.message
