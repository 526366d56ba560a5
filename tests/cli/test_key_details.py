"""Which connectors depend on a key, and putting another key in its place."""

import json

import pytest
from cli.conftest import Shell
from cli.test_keys import BROKER, WRONG, add, kept, use_keyring

ALL = "dev, ops, artifacts, raw, admin"


def test_a_key_is_shown_with_its_connectors(keyring: Shell) -> None:
    """Where it is, whose it is, and who would notice if it changed; never its secret."""
    shown = keyring.answers("keys", "show", "main")

    facts = {line[:15].strip(): line[15:] for line in shown.splitlines()}
    assert {"name": "main", "source": "profile", "owner": BROKER, "connectors": ALL}.items() <= facts.items()
    assert facts["place"].startswith("profile 'awsfed-broker' of /")
    assert keyring.sandbox.secret_access_key not in shown


def test_a_key_is_shown_to_programs(keyring: Shell) -> None:
    """With null for what was not asked."""
    shown = json.loads(keyring.answers("keys", "show", "main", "--json", "--offline"))

    assert (None, ALL.split(", ")) == (shown["owner"], shown["connectors"])
    assert [] == keyring.aws_calls()


def test_a_key_that_is_missing_is_shown_without_asking_aws(keyring: Shell) -> None:
    """The settings name it, so its connectors are of interest."""
    use_keyring(keyring)

    shown = keyring.answers("keys", "show", "main")

    assert shown.endswith(f"state       missing\nconnectors  {ALL}\n")
    assert [] == keyring.aws_calls()


def test_a_key_in_the_environment_is_shown_with_its_variable(keyring: Shell) -> None:
    """No connector depends on it."""
    keyring.add_settings('[keys.third]\nsource = "environment"\n')

    shown = keyring.answers("keys", "show", "third")

    assert "the environment, in AWSFED_KEY_THIRD_ACCESS_KEY_ID" in shown
    assert "connectors  none\n" in shown


def test_a_key_that_nobody_knows(keyring: Shell) -> None:
    """Neither the settings, nor the keyring, nor a connector."""
    assert "no access key named 'other'" in keyring.fails(4, "keys", "show", "other")


def test_a_key_that_aws_refuses(keyring: Shell) -> None:
    """The hint says how to see the rest."""
    keyring.add_settings('[keys.second]\nsource = "keyring"\n')
    add(keyring, "--skip-validation", name="second", secret=WRONG)

    said = keyring.fails(6, "keys", "show", "second")

    assert "AWS refuses access key 'second': SignatureDoesNotMatch" in said
    assert "awsfed keys show second --offline" in said


def test_connectors_that_cannot_be_read_do_not_hide_the_keys(keyring: Shell) -> None:
    """A warning, and null where the connectors would stand."""
    keyring.add_settings('[connectors.wrong]\ntype = "NONSENSE"\n')

    end = keyring.run("keys", "list", "--json")

    assert (0, None) == (end.status, json.loads(end.out)[0]["connectors"])
    assert "which connectors depend on a key cannot be told" in end.err
    assert "unknown" in keyring.run("keys", "show", "main", "--offline").out


def test_edit_shows_the_connectors_and_asks(keyring: Shell) -> None:
    """No is no; yes puts the new key in the place of the old one."""
    use_keyring(keyring)
    add(keyring, "--skip-validation", secret=WRONG)
    with keyring.terminal("keys", "edit", "main") as terminal:
        terminal.reads(f"Connectors that depend on main: {ALL}")
        terminal.reads("Change the access key of all of them? [y/N]:")
        terminal.types("n")
        assert 130 == terminal.ends()
    assert WRONG in kept(keyring)["awsfed:key:main"]

    with keyring.terminal("keys", "edit", "main") as terminal:
        terminal.reads("[y/N]:")
        terminal.types("y")
        terminal.reads("Access key id:")
        terminal.types(keyring.sandbox.access_key_id)
        terminal.reads("Secret access key:")
        terminal.types_unseen(keyring.sandbox.secret_access_key)
        assert 0 == terminal.ends()
    assert keyring.sandbox.secret_access_key in kept(keyring)["awsfed:key:main"]


def test_edit_without_a_terminal(keyring: Shell) -> None:
    """Somebody has to agree; a key that AWS refuses changes nothing."""
    use_keyring(keyring)
    add(keyring)
    before = kept(keyring)
    arguments = ["keys", "edit", "main", "--access-key-id", keyring.sandbox.access_key_id, "--secret-stdin"]

    assert "use --yes" in keyring.fails(2, *arguments, stdin=f"{WRONG}\n")
    keyring.fails(6, *arguments, "--yes", stdin=f"{WRONG}\n")
    assert before == kept(keyring)
    assert f"depend on main: {ALL}\n" in keyring.says(
        *arguments, "--yes", stdin=f"{keyring.sandbox.secret_access_key}\n"
    )


@pytest.mark.parametrize(
    ("settings", "name", "place"),
    [
        ("", "main", "profile 'awsfed-broker' of /"),
        ('[keys.third]\nsource = "environment"\n', "third", "AWSFED_KEY_THIRD_ACCESS_KEY_ID"),
    ],
)
def test_edit_of_a_key_elsewhere(keyring: Shell, settings: str, name: str, place: str) -> None:
    """The place is named; awsfed only reads there."""
    keyring.add_settings(settings)

    said = keyring.fails(10, "keys", "edit", name, "--yes")

    assert f"access key '{name}' is not in the keyring" in said
    assert place in said


def test_edit_of_a_key_that_is_not_there(keyring: Shell) -> None:
    """The hint is the command that enters one."""
    assert "awsfed keys add other" in keyring.fails(4, "keys", "edit", "other", "--yes")


def test_edit_mends_a_damaged_entry(keyring: Shell) -> None:
    """What cannot be read must not be in the way."""
    use_keyring(keyring)
    with open(keyring.environ["FILE_KEYRING"], "w") as file:  # noqa: PTH123 - one line
        file.write('{"awsfed:key:main": "torn {"}')
    arguments = ["keys", "edit", "main", "--access-key-id", keyring.sandbox.access_key_id, "--secret-stdin", "--yes"]

    assert BROKER in keyring.says(*arguments, stdin=f"{keyring.sandbox.secret_access_key}\n")
