"""Each switch of Labs by what it means: what is refused while it stands the other way, and what works again."""

import json
import re
from pathlib import Path

import pytest
from cli.conftest import Shell
from fakes.metadata import Container

VISIBILITY = "disable-implicit-connector-visibility-for-administrators"
CONNECTORS = """
[connectors.china]
type = "FEDERATION_TOKEN"
key = "main"
omit_policy = true
partition = "aws-cn"
groups = ["aws-developers"]

[connectors.gov]
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws-us-gov:iam::123456789012:role/developer"
groups = ["aws-developers"]
"""
ROLE = """
[keys.task]
source = "container"

[connectors.own]
type = "PROVIDED"
key = "task"
groups = ["aws-developers"]
"""


def states(shell: Shell) -> dict[str, bool]:
    """Return how the switches stand."""
    return {switch["name"]: switch["on"] for switch in json.loads(shell.answers("labs", "list", "--json"))}


def seen(shell: Shell) -> set[str]:
    """Return the connectors that are listed."""
    return {one["id"] for one in json.loads(shell.answers("connectors", "list", "--json"))}


def test_what_stands_when_nobody_has_touched_it(shell: Shell) -> None:
    """What somebody wrote into connectors and keys works; administrators see everything."""
    assert {
        "china-partition": True,
        "govcloud-partition": True,
        VISIBILITY: False,
        "role-as-access-key": True,
    } == states(shell)
    lines = shell.answers("labs").splitlines()
    assert ["SWITCH", "STATE", "FROM"] == lines[0].split()
    assert ["china-partition", "on", "default"] == lines[1].split()


@pytest.mark.parametrize(
    ("switch", "connector", "partition"),
    [("china-partition", "china", "aws-cn"), ("govcloud-partition", "gov", "aws-us-gov")],
)
def test_a_partition_is_closed_and_opened(alice: Shell, switch: str, connector: str, partition: str) -> None:
    """Its connectors are not listed and give nothing, however they are asked; the other partitions are as before."""
    alice.add_settings(CONNECTORS)
    others = {"dev", "artifacts", "china", "gov"} - {connector}
    assert seen(alice) == others | {connector}

    assert f"Switched {switch} off in " in alice.says("labs", "disable", switch)

    assert others == seen(alice)
    for command in (("credentials",), ("env",), ("credential-process",), ("whoami",), ("console", "--print")):
        said = alice.fails(6, command[0], connector, *command[1:])
        assert f"connector '{connector}' is of partition {partition}, which is switched off" in said
    assert "which is switched off" in alice.fails(6, "connectors", "why", connector)
    assert "which is switched off" in alice.fails(6, "connectors", "test", connector)
    assert [] == alice.aws_calls()
    assert f"connectors.{connector} is of partition {partition}" in alice.answers("config", "check")

    alice.says("labs", "enable", switch)
    assert others | {connector} == seen(alice)


def test_credentials_that_were_kept_are_not_handed_out(alice: Shell) -> None:
    """Turning a switch ends what the cache holds of a closed partition."""
    alice.add_settings(CONNECTORS)
    alice.answers("credential-process", "china")

    alice.says("labs", "disable", "china-partition")

    assert "which is switched off" in alice.fails(6, "credential-process", "china")
    assert "which is switched off" in alice.fails(6, "credential-process", "china")


def test_administrators_are_as_everybody(shell: Shell) -> None:
    """They see and use what is granted to their groups, and what has no groups is for nobody."""
    shell.login("carol")
    before = seen(shell)
    assert {"admin", "raw", "dev"} <= before

    shell.says("labs", "enable", VISIBILITY)

    left = seen(shell)
    assert "raw" in left
    assert not {"admin", "dev"} & left
    assert "no connector 'dev' for carol" in shell.fails(6, "credentials", "dev")
    assert "no connector 'admin' for carol" in shell.fails(6, "credentials", "admin")
    assert "no group opens it" in shell.answers("connectors", "why", "admin")
    assert "any of these groups would open it:\n  aws-developers\n" in shell.answers("connectors", "why", "dev")
    assert "connectors.admin has no groups, and administrators see only" in shell.answers("config", "check")

    shell.says("labs", "disable", VISIBILITY)
    assert before == seen(shell)


def test_people_who_are_no_administrators_notice_nothing(alice: Shell) -> None:
    """Their groups decide, as before."""
    before = seen(alice)

    alice.says("labs", "enable", VISIBILITY)

    assert before == seen(alice)
    assert json.loads(alice.answers("credential-process", "dev"))["SessionToken"]


def test_roles_as_access_keys(alice: Shell) -> None:
    """While they are off, nobody asks the machine for its role."""
    alice.add_settings(ROLE)
    with Container(token="the token") as service:
        alice.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"{service.url}/v1/credentials"
        alice.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "the token"
        alice.says("labs", "disable", "role-as-access-key")

        refusal = "access key 'task' is the role of this machine, and roles are switched off as access keys"
        said = alice.fails(10, "credential-process", "own")
        assert refusal in said
        assert "awsfed labs enable role-as-access-key" in said
        assert refusal in alice.answers("keys", "list")
        assert "keys.task is the role of this machine" in alice.answers("config", "check")
        assert [] == service.asked

        alice.says("labs", "enable", "role-as-access-key")
        assert service.credentials["Token"] in alice.answers("credential-process", "own")


def test_the_file_stays_as_it_was(shell: Shell) -> None:
    """Comments, order and mode; two turns end where they began, but for the table."""
    shell.add_settings("# mine: é\n[session]  # too\nhours = 3\n")
    shell.workstation.config.chmod(0o640)
    before = shell.workstation.config.read_bytes()

    shell.says("labs", "disable", "china-partition")
    assert before + b"\n[labs]\nchina_partition = false\n" == shell.workstation.config.read_bytes()
    assert "china-partition is off already." in shell.says("labs", "disable", "china-partition")

    shell.says("labs", "enable", "china-partition")
    assert before + b"\n[labs]\nchina_partition = true\n" == shell.workstation.config.read_bytes()
    assert 0o640 == shell.workstation.config.stat().st_mode & 0o777


def test_a_link_stays_one(shell: Shell, tmp_path: Path) -> None:
    """Settings that live among somebody's other dotfiles are changed there."""
    real = tmp_path / "dotfiles.toml"
    shell.workstation.config.rename(real)
    shell.workstation.config.symlink_to(real)

    shell.says("labs", "disable", "china-partition")

    assert shell.workstation.config.is_symlink()
    assert real.read_text().endswith("\n[labs]\nchina_partition = false\n")


def test_a_file_that_is_not_there_is_made(shell: Shell, tmp_path: Path) -> None:
    """With nothing but the switch, for its owner alone."""
    shell.environ["XDG_CONFIG_HOME"] = str(tmp_path / "new")

    shell.says("labs", "disable", "govcloud-partition")

    made = tmp_path / "new" / "awsfed" / "config.toml"
    assert "[labs]\ngovcloud_partition = false\n" == made.read_text()
    assert 0o600 == made.stat().st_mode & 0o777


def test_what_cannot_be_written_is_said(shell: Shell) -> None:
    """With the line that somebody else can write."""
    shell.workstation.config.chmod(0o400)
    said = shell.fails(8, "labs", "disable", "china-partition")
    assert "config.toml cannot be written: it is read-only" in said
    assert re.search(r"write china_partition = false below \[labs\] in .*config\.toml yourself", said)
    shell.workstation.config.chmod(0o600)

    shell.workstation.config.write_text("labs = { china_partition = true }\n" + shell.workstation.config.read_text())
    said = shell.fails(10, "labs", "disable", "china-partition")
    assert "awsfed does not know how it writes [labs]" in said


def test_slips(shell: Shell) -> None:
    """Names are checked, with the one that was meant."""
    said = shell.fails(4, "labs", "enable", "china-partitoin")
    assert "no switch 'china-partitoin'" in said
    assert "did you mean china-partition?" in said
    shell.add_settings("\n[labs]\nchina_partition = 1\n")
    assert "labs.china_partition must be true or false" in shell.fails(3, "labs", "list")
