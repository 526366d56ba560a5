import os

import pytest
from settings.desk import Desk

from awsfed.errors import UnsafePermissions
from awsfed.settings.problems import InvalidSettings
from awsfed.settings.reading import LIMIT


def test_every_mistake_is_reported_at_once(desk: Desk) -> None:
    """One look shows all mistakes of all layers, each with file, line and key."""
    desk.system("[session]\nhours = '12'\n")
    desk.user('foo = 1\n[crowd]\nulr = "x"\nurl = "http://crowd.example.org"\n\n[access]\nadministrators = ["a", 1]\n')
    desk.environ["AWSFED_CACHE"] = "memory"

    assert desk.complaints() == [
        "USER, line 1: foo is not a setting",
        "USER, line 3: crowd.ulr is not a setting",
        "USER, line 4: crowd.url must begin with https:// (plain http is for loopback only)",
        "USER, line 7: access.administrators has an item 2 that is not text",
        "ETC, line 2: session.hours must be a whole number from 1 to 24",
        'AWSFED_CACHE: cache.mode must be "file" or "keyring" or "none"',
    ]
    assert "did you mean crowd.url?" in desk.hints()


def test_syntax_errors_name_the_line(desk: Desk) -> None:
    """What is not TOML is refused with its line, and the other file is still looked at."""
    desk.system("session.hours = 99")
    desk.user("[crowd]\nurl = https://crowd.example.org\n")

    complaints = desk.complaints()

    assert complaints[0].startswith("USER, line 2: not TOML: ")
    assert complaints[1].startswith("ETC, line 1: session.hours must be")


def test_a_text_that_ends_too_early_names_its_last_line(desk: Desk) -> None:
    """A bracket that is never closed is found at the end."""
    desk.user("[access]\nadministrators = [\n'a',\n")

    assert desk.complaints()[0].startswith("USER, line ")


def test_bytes_that_are_no_text_are_found(desk: Desk) -> None:
    """A file in another encoding is refused with the line."""
    desk.user("")
    desk.user_file.write_bytes(b"# fine\n# caf\xe9\n")

    assert desk.complaints() == ["USER, line 2: not text in UTF-8"]


@pytest.mark.parametrize("mode", [0o664, 0o646])
def test_a_file_that_others_may_write_is_refused(desk: Desk, mode: int) -> None:
    """Whoever can write the file could send passwords elsewhere."""
    desk.user("session.hours = 1")
    desk.user_file.chmod(mode)

    with pytest.raises(UnsafePermissions, match="can be written by others") as caught:
        desk.load()

    assert caught.value.hint == f"chmod go-w {desk.user_file}"
    assert desk.complaints() == ["USER: can be written by others"]


def test_a_folder_is_no_settings_file(desk: Desk) -> None:
    """A folder in place of the file is said to be one."""
    desk.user_file.mkdir(parents=True)

    assert desk.complaints() == ["USER: cannot be read: is a directory"]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ('crowd.password = "hunter2"', "change the secret in Crowd"),
        ('keys.main.secret_access_key = "hunter2"', "awsfed keys add main"),
        ('keys.main.aws_secret_access_key = "hunter2"', "awsfed keys add main"),
    ],
)
def test_secrets_in_clear_are_named_with_the_right_way(desk: Desk, line: str, hint: str) -> None:
    """A secret in the file is called one, never repeated, and the hint says where it goes."""
    desk.user(line)

    assert "is a secret, and no settings file holds one" in desk.complaints()[0]
    assert hint in str(desk.hints()[0])
    assert "hunter2" not in f"{desk.complaints()}{desk.hints()}"


def test_a_secret_in_place_of_its_reference_is_not_repeated(desk: Desk) -> None:
    """crowd.secret says where the secret is; the secret itself there stays out of the message."""
    desk.user('crowd.secret = "hunter2"')

    with pytest.raises(InvalidSettings) as caught:
        desk.load()

    assert "must say where the secret is" in caught.value.message
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"


def test_a_user_in_the_url_is_not_repeated(desk: Desk) -> None:
    """A URL with a password in it is refused without showing it."""
    desk.environ["AWSFED_CROWD_URL"] = "https://awsfed:hunter2@crowd.example.org"

    assert "without user, query or fragment" in desk.complaints()[0]
    assert "hunter2" not in desk.complaints()[0]


def test_control_characters_do_not_reach_the_terminal(desk: Desk) -> None:
    """Names from the file are shown with harmless characters only."""
    desk.user('"a\\u001b[31m" = 1')

    assert desk.complaints() == ["USER, line 1: a?[31m is not a setting"]


def test_a_url_without_an_application_is_half_a_crowd(desk: Desk) -> None:
    """The application has to be named with the URL."""
    desk.user('[crowd]\nurl = "https://crowd.example.org"')

    assert desk.complaints() == ["USER, line 2: crowd.application is not set, but crowd.url is"]


@pytest.mark.parametrize("text", ["crowd = 5", "keys = 5", "[keys]\nmain = 5", "connectors = 5"])
def test_tables_have_to_be_tables(desk: Desk, text: str) -> None:
    """A value where a table belongs is a mistake."""
    desk.user(text)

    assert "must be a table" in desk.complaints()[0]


def test_a_file_of_somebody_else_is_refused(desk: Desk) -> None:
    """Only root and whoever runs the program may own a file that says where passwords go."""
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root can give files away")
    desk.user("session.hours = 1")
    os.chown(desk.user_file, 12345, -1)

    with pytest.raises(UnsafePermissions, match="belongs to another user"):
        desk.load()


def test_a_file_that_is_too_large_is_refused(desk: Desk) -> None:
    """Settings are small; a file of many megabytes is something else."""
    desk.user("#" * (LIMIT + 1))

    assert desk.complaints() == [f"USER: is larger than {LIMIT} bytes"]
