"""Entering, checking and removing access keys."""

import json
import os
from pathlib import Path

import pytest
from cli.conftest import Shell

BROKER = "arn:aws:iam::123456789012:user/awsfed-broker"
WRONG = "wrong/wrong/wrong/wrong/wrong/wrong/wron"


def kept(shell: Shell) -> dict[str, str]:
    """Return what the keyring holds."""
    path = Path(shell.environ["FILE_KEYRING"])
    return dict(json.loads(path.read_text())) if path.exists() else {}


def add(shell: Shell, *options: str, name: str = "main", secret: str | None = None) -> str:
    """Enter the sandbox's key."""
    key_id = shell.sandbox.access_key_id
    secret = shell.sandbox.secret_access_key if secret is None else secret
    return shell.says("keys", "add", name, "--access-key-id", key_id, "--secret-stdin", *options, stdin=f"{secret}\n")


def use_keyring(shell: Shell) -> None:
    """Let the settings take the key of all connectors from the keyring."""
    text = shell.workstation.config.read_text()
    head, _, rest = text.partition("[keys.main]\n")
    shell.workstation.config.write_text(
        f'{head}[keys.main]\nsource = "keyring"\n\n[connectors{rest.partition("[connectors")[2]}'
    )


def test_a_key_is_checked_and_kept(keyring: Shell) -> None:
    """AWS says whose it is; the settings say nothing about the name yet, so what to add is told."""
    said = add(keyring, name="second")

    assert f"Kept access key second, which belongs to {BROKER}.\n" in said
    assert '[keys.second]\nsource = "keyring"' in said
    assert ["awsfed:key:second"] == list(kept(keyring))
    assert ["GetCallerIdentity"] == keyring.aws_calls()


def test_a_key_of_the_settings_needs_no_advice(keyring: Shell) -> None:
    """One line."""
    use_keyring(keyring)

    assert f"Kept access key main, which belongs to {BROKER}.\n" == add(keyring)


def test_a_key_that_the_settings_take_from_elsewhere_is_told(keyring: Shell) -> None:
    """Nobody would use it, until they name the keyring."""
    said = add(keyring)

    assert "change in the settings, which take it from profile:" in said
    assert '[keys.main]\nsource = "keyring"' in said


def test_a_kept_key_vends(keyring: Shell) -> None:
    """From the keyring to credentials."""
    use_keyring(keyring)
    keyring.login()
    assert "no access key named 'main'" in keyring.fails(4, "credential-process", "dev")

    add(keyring)

    assert keyring.answers("credential-process", "dev").startswith('{"Version":1')


def test_a_wrong_secret_is_refused_and_not_kept(keyring: Shell) -> None:
    """AWS's reason is told, the secret is not."""
    arguments = ["keys", "add", "main", "--access-key-id", keyring.sandbox.access_key_id, "--secret-stdin"]

    said = keyring.fails(6, *arguments, stdin=f"{WRONG}\n")

    assert "SignatureDoesNotMatch" in said
    assert WRONG not in said
    assert {} == kept(keyring)


def test_an_unknown_key_is_refused_and_not_kept(keyring: Shell) -> None:
    """A typing mistake in the id."""
    arguments = ["keys", "add", "main", "--access-key-id", "AKIAUNKNOWNUNKNOWN00", "--secret-stdin"]

    assert "InvalidClientTokenId" in keyring.fails(6, *arguments, stdin=f"{WRONG}\n")
    assert {} == kept(keyring)


@pytest.mark.parametrize(
    ("key_id", "secret", "complaint"),
    [
        ("main", WRONG, "access key id of the form AKIA"),
        ("AKIAUNKNOWNUNKNOWN00", "short", "secret access key of the right form"),
        ("AKIAUNKNOWNUNKNOWN00", "", "secret access key of the right form"),
        ("AKIAUNKNOWNUNKNOWN00", WRONG + " x", "secret access key of the right form"),
    ],
)
def test_what_cannot_be_a_key_goes_nowhere(keyring: Shell, key_id: str, secret: str, complaint: str) -> None:
    """AWS is not asked, and the message has a subject."""
    arguments = ["keys", "add", "main", "--access-key-id", key_id, "--secret-stdin", "--skip-validation"]

    said = keyring.fails(2, *arguments, stdin=f"{secret}\n")

    assert f"Error: The access key has no {complaint}" in said
    assert WRONG not in said
    assert ([], {}) == (keyring.aws_calls(), kept(keyring))


def test_validation_may_be_skipped(keyring: Shell) -> None:
    """For machines that cannot reach AWS yet."""
    use_keyring(keyring)

    assert "Kept access key main.\n" == add(keyring, "--skip-validation", secret=WRONG)
    assert [] == keyring.aws_calls()


def test_aws_out_of_reach_keeps_nothing(keyring: Shell) -> None:
    """Unless validation is skipped."""
    keyring.change_settings('endpoint = "http', 'endpoint = "http://127.0.0.1:1"\n# "')
    arguments = [
        "--max-retries",
        "0",
        "keys",
        "add",
        "main",
        "--access-key-id",
        "AKIAUNKNOWNUNKNOWN00",
        "--secret-stdin",
    ]

    assert "cannot reach AWS" in keyring.fails(7, *arguments, stdin=f"{WRONG}\n")
    assert {} == kept(keyring)


def test_a_key_is_replaced_only_when_told(keyring: Shell) -> None:
    """A second key of a name is most likely a slip; a refused one leaves the first."""
    add(keyring)
    before = kept(keyring)
    arguments = ["keys", "add", "main", "--access-key-id", "AKIAUNKNOWNUNKNOWN00", "--secret-stdin"]

    assert "awsfed keys add main --replace" in keyring.fails(10, *arguments, stdin=f"{WRONG}\n")
    keyring.fails(6, *arguments, "--replace", stdin=f"{WRONG}\n")
    assert before == kept(keyring)
    keyring.says(*arguments, "--replace", "--skip-validation", stdin=f"{WRONG}\n")
    assert before != kept(keyring)


def test_a_damaged_entry_can_be_replaced(keyring: Shell) -> None:
    """What cannot be read must not be in the way of what puts it right."""
    Path(keyring.environ["FILE_KEYRING"]).write_text('{"awsfed:key:main": "torn {"}')
    said = keyring.fails(8, "keys", "add", "main", "--access-key-id", "x")
    assert "is not one of ours\n  hint: awsfed keys add main --replace" in said

    add(keyring, "--replace")

    assert '"aws_access_key_id"' in kept(keyring)["awsfed:key:main"]


def test_the_secret_may_come_from_a_descriptor(keyring: Shell) -> None:
    """As password managers hand it over."""
    reading, writing = os.pipe()
    os.write(writing, f"{keyring.sandbox.secret_access_key}\n".encode())
    os.close(writing)
    try:
        said = keyring.says(
            "keys", "add", "main", "--access-key-id", keyring.sandbox.access_key_id, "--secret-fd", str(reading)
        )
    finally:
        os.close(reading)

    assert BROKER in said


def test_a_closed_descriptor(keyring: Shell) -> None:
    """Named by its number."""
    arguments = ["keys", "add", "main", "--access-key-id", "AKIAUNKNOWNUNKNOWN00", "--secret-fd", "987"]

    assert "cannot read the secret from descriptor 987" in keyring.fails(4, *arguments)


def test_a_person_types_the_secret_unseen(keyring: Shell) -> None:
    """The id is shown, the secret is not."""
    with keyring.terminal("keys", "add", "main") as terminal:
        terminal.reads("Access key id:")
        terminal.types(keyring.sandbox.access_key_id)
        terminal.reads("Secret access key:")
        terminal.types_unseen(keyring.sandbox.secret_access_key)

        assert 0 == terminal.ends()
    assert BROKER in terminal.shown.replace("\r\n", "")
    assert keyring.sandbox.secret_access_key not in terminal.shown


def test_without_a_terminal_both_parts_must_be_given(keyring: Shell) -> None:
    """The hints name the options."""
    assert "give --access-key-id" in keyring.fails(2, "keys", "add", "main")
    said = keyring.fails(2, "keys", "add", "main", "--access-key-id", "AKIAUNKNOWNUNKNOWN00")
    assert "use --secret-stdin" in said


@pytest.mark.parametrize("name", ["", "a b", "../x", "-x", "x" * 65])
def test_a_name_that_is_none(keyring: Shell, name: str) -> None:
    """It would become a part of variables and entries."""
    assert "must be 1 to 64 letters" in keyring.fails(2, "keys", "add", "--access-key-id", "x", "--", name)


def test_the_list_shows_where_keys_are_and_no_secrets(keyring: Shell) -> None:
    """Present, missing, or unreadable: one line each, in the order of the settings."""
    keyring.add_settings('[keys.second]\nsource = "keyring"\n\n[keys.third]\nsource = "environment"\n')
    environ = {"AWSFED_KEY_THIRD_ACCESS_KEY_ID": "nonsense"}

    end = keyring.run("keys", "list", environ=environ)

    assert 0 == end.status
    lines = [line.split(maxsplit=3) for line in end.out.splitlines()]
    assert ["KEY", "SOURCE", "ACCESS", "KEY"] == lines[0][:3] + lines[0][3].split()[:1]
    assert ["CONNECTORS", "STATE"] == lines[0][3].split()[2:]
    assert ["main", "profile", keyring.sandbox.access_key_id] == lines[1][:3]
    assert ["dev,", "ops,", "artifacts,", "raw,", "admin", "present"] == lines[1][3].split()
    assert "missing: awsfed keys add" in end.out
    assert "access key 'third' in AWSFED_KEY_THIRD_ACCESS_KEY_ID" in end.out
    assert keyring.sandbox.secret_access_key not in end.out
    rows = json.loads(keyring.answers("keys", "list", "--json", environ=environ))
    assert ["main", "second", "third"] == [row["name"] for row in rows]
    assert {
        "name": "main",
        "source": "profile",
        "access_key_id": keyring.sandbox.access_key_id,
        "state": "present",
        "connectors": ["dev", "ops", "artifacts", "raw", "admin"],
    } == rows[0]


def test_an_empty_list(keyring: Shell) -> None:
    """What to do is told."""
    text = keyring.workstation.config.read_text()
    keyring.workstation.config.write_text(text.partition("[keys.main]")[0])

    assert "There are no access keys in the settings: awsfed keys add NAME\n" == keyring.says("keys", "list")
    assert [] == json.loads(keyring.answers("keys", "list", "--json"))


def test_check_asks_aws_whose_keys_they_are(keyring: Shell) -> None:
    """All of the settings, or one; a wrong one does not hide the others."""
    assert f"main: {keyring.sandbox.access_key_id} belongs to {BROKER}\n" == keyring.answers("keys", "check", "main")
    keyring.add_settings('[keys.second]\nsource = "keyring"\n')
    add(keyring, "--skip-validation", name="second", secret=WRONG)

    end = keyring.run("keys", "check")

    assert 6 == end.status
    first, second = end.out.splitlines()
    assert first.startswith(f"main: {keyring.sandbox.access_key_id} belongs to ")
    assert second.startswith("second: SignatureDoesNotMatch")


def test_check_of_a_key_that_is_not_there(keyring: Shell) -> None:
    """The hint is the command that enters it."""
    end = keyring.run("keys", "check", "nothing")

    assert (4, True) == (end.status, "awsfed keys add nothing" in end.err)


def test_remove_takes_it_out_of_the_keyring(keyring: Shell) -> None:
    """A second time there is none."""
    add(keyring)

    assert "Removed access key main from the keyring.\n" == keyring.says("keys", "remove", "main")
    assert {} == kept(keyring)
    assert "the keyring holds no access key named 'main'" in keyring.fails(4, "keys", "remove", "main")


def test_a_key_of_the_keyring_needs_no_store(keyring: Shell, tmp_path: Path) -> None:
    """On the machine of a broker whose store is not made yet, or cannot be used."""
    add(keyring, name="team")
    config = keyring.workstation.config
    places = f'folder = "{tmp_path}/store"\nsealing_key = "file:{tmp_path}/keys/sealing.key"'
    config.write_text(f"{config.read_text()}\n[server]\n{places}\n")

    for _ in range(2):
        assert keyring.sandbox.access_key_id in keyring.answers("keys", "show", "team", "--offline")
        assert "main" in keyring.answers("keys", "list")
        (tmp_path / "store").mkdir(mode=0o700, exist_ok=True)
        (tmp_path / "store" / "broker.sqlite3").touch(mode=0o600)
    assert "store" in keyring.fails(8, "keys", "show", "other", "--offline")


def test_a_machine_without_a_keyring(shell: Shell) -> None:
    """Keys are not put into files; the hint names the other sources."""
    arguments = ["keys", "add", "main", "--access-key-id", shell.sandbox.access_key_id, "--secret-stdin"]

    said = shell.fails(8, *arguments, stdin=f"{shell.sandbox.secret_access_key}\n")

    assert "secrets are not put into files" in said


def test_a_secret_is_never_an_argument(keyring: Shell) -> None:
    """There is no option for it."""
    assert "No such option" in keyring.fails(2, "keys", "add", "main", "--secret-access-key", WRONG)
