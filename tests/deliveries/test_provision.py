"""The command lines of the page about provisioning, executed in the sandbox."""

import json
from pathlib import Path

import pytest
from conftest import SCRIPTS, Workstation
from deliveries.pages import shells

PAGE = "provision.md"


@pytest.fixture
def administrator(alice: Workstation, tmp_path: Path) -> Workstation:
    """Alice, with a keyring in a file and the sandbox's key as the profile `admin`."""
    alice.environ["FILE_KEYRING"] = str(tmp_path / "keyring.json")
    alice.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    alice.environ["AWSFED_AWAIT_TRANSITION_INTERVAL_S"] = "1"
    alice.environ["PATH"] = f"{SCRIPTS}:{alice.environ['PATH']}"
    text = alice.config.read_text()
    alice.config.write_text(text.replace('store = "file"', 'store = "fakes.file_keyring.FileKeyring"'))
    (alice.home / ".aws").mkdir()
    credentials = alice.home / ".aws" / "credentials"
    credentials.touch(mode=0o600)
    credentials.write_text(
        f"[admin]\naws_access_key_id = {alice.sandbox.access_key_id}\n"
        f"aws_secret_access_key = {alice.sandbox.secret_access_key}\n"
    )
    alice.login()  # once more: the session of before is in the other store
    return alice


def test_the_page(administrator: Workstation, tmp_path: Path) -> None:
    """From connectors without anything in AWS to credentials; the key is in the keyring and nowhere else."""
    printed = []
    for shell in shells(PAGE):
        if shell.settings is not None:
            administrator.config.write_text(administrator.config.read_text() + shell.settings)
            continue
        result = administrator.run("sh", "-c", f"cd {tmp_path}\n{shell.script}")
        assert 0 == result.returncode, (shell.script, result.stderr)
        printed.append(result.stdout + result.stderr)

    deployed, written = printed
    assert "Kept access key team, AKIA" in deployed
    assert "ok      AWS vends: arn:aws:sts::123456789012:assumed-role/team/alice, for 240 min" in deployed
    key = json.loads(json.loads((tmp_path / "keyring.json").read_text())["awsfed:key:team"])
    assert key["aws_secret_access_key"] not in "".join(printed)
    assert "Wrote role-team.json." in written
    template = json.loads((tmp_path / "role-team.json").read_text())
    assert "arn:aws:iam::123456789012:user/awsfed" == template["Parameters"]["TrustedArn"]["Default"]
