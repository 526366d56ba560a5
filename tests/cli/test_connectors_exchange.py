"""Connectors from an installed IFAWS, and back."""

import json
import tomllib
from pathlib import Path

from cli.conftest import Shell

CONNECTOR = {
    "id": "1b2c3d4e-0000-4000-8000-000000000001",
    "name": "Deploy",
    "type": "ASSUME_ROLE",
    "accountId": "a",
    "roleArn": "arn:aws:iam::123456789012:role/x",
    "groups": ["deployers"],
}
LISTING = {"connectors": {"values": [CONNECTOR], "size": 1}, "accounts": [{"id": "a", "name": "Main"}]}


def test_import_prints_a_catalogue(shell: Shell) -> None:
    """The document goes to standard output and can be used as it is."""
    text = shell.answers("connectors", "import", "-", stdin=json.dumps(LISTING))

    assert '[connectors.deploy]\nname = "Deploy"\ntype = "ASSUME_ROLE"\nkey = "main"\n' in text


def test_import_writes_a_file_once(shell: Shell, tmp_path: Path) -> None:
    """A file that exists is replaced only when that was said."""
    source, target = tmp_path / "in.json", tmp_path / "out.toml"
    source.write_text(json.dumps(LISTING))
    arguments = ("connectors", "import", str(source), "--output", str(target))

    assert f"Wrote 1 connectors to {target}.\n" == shell.says(*arguments)
    assert 0o600 == target.stat().st_mode & 0o777
    target.write_text("mine")
    assert "--replace" in shell.fails(10, *arguments)
    assert "mine" == target.read_text()
    shell.says(*arguments, "--replace")
    shell.change_settings("[crowd]", f'[catalogue]\nsource = "{target}"\n\n[crowd]')
    assert "deploy" in shell.answers("connectors", "export")


def test_import_with_accounts_apart(shell: Shell, tmp_path: Path) -> None:
    """IFAWS answers about connectors and accounts at two addresses."""
    (tmp_path / "accounts.json").write_text(json.dumps({"values": LISTING["accounts"], "size": 1}))
    accounts = str(tmp_path / "accounts.json")

    text = shell.answers("connectors", "import", "-", "--accounts", accounts, stdin=json.dumps([CONNECTOR]))

    assert 'key = "main"' in text


def test_import_says_what_it_left_out(shell: Shell) -> None:
    """The rest is printed all the same, and the status says that something is missing."""
    wrong = {**CONNECTOR, "name": "Wrong", "roleArn": "x"}

    end = shell.run("connectors", "import", "-", stdin=json.dumps([CONNECTOR, wrong]))

    assert 3 == end.status
    assert "[connectors.deploy]" in end.out
    assert "awsfed: warning: connector wrong is left out: roleArn is not an ARN" in end.err
    assert "awsfed: error: 1 of 2 connectors could not be taken over" in end.err


def test_import_of_nothing(shell: Shell, tmp_path: Path) -> None:
    """A file that is not there and one that is no listing are different mistakes."""
    assert "there is no file" in shell.fails(4, "connectors", "import", str(tmp_path / "none.json"))
    assert "standard input: no list of connectors" in shell.fails(3, "connectors", "import", "-", stdin="{}")


def test_export_and_import(shell: Shell) -> None:
    """Nobody has to sign in, and what comes back is what was there."""
    document = shell.answers("connectors", "export")
    back = shell.answers("connectors", "import", "-", stdin=document)

    assert ["dev", "ops", "artifacts", "raw", "admin"] == [
        one["slug"] for one in json.loads(document)["connectors"]["values"]
    ]
    assert tomllib.loads(back) == tomllib.loads(shell.answers("connectors", "export", "--format", "toml"))
    assert shell.sandbox.secret_access_key not in document
