"""Profiles in the config file, and credentials in the credentials file."""

import configparser
import json
import re
import sys
from pathlib import Path

import pytest
from cli.conftest import Shell

from awsfed.sandbox.aws import faults

FOREIGN = (
    "# mine, with a secret\n[work]\naws_access_key_id = AKIAFOREIGNFOREIGN00\naws_secret_access_key = canary/foreign\n"
)


def profiles(path: Path) -> dict[str, dict[str, str]]:
    """Return what AWS programs read in a file."""
    parser = configparser.RawConfigParser()
    parser.read(path)
    return {name: dict(parser.items(name)) for name in parser.sections()}


def line_of(shell: Shell, profile: str) -> str:
    """Return the credential_process line of a profile."""
    return profiles(shell.aws / "config")[f"profile {profile}"]["credential_process"]


def test_the_line_can_be_read_alike_by_every_sdk(alice: Shell) -> None:
    """Absolute paths, no quotes, no spaces within a word, and nothing that a shell would act on."""
    alice.says("configure", "dev")

    python, isolated, siteless, launcher, key = line_of(alice, "dev").split(" ")

    assert (sys.executable, "-I", "-S") == (python, isolated, siteless)
    assert Path(launcher).is_absolute()
    assert Path(launcher).is_file()
    assert re.fullmatch(r"dev\.[0-9a-f]{32}", key)


def test_a_configured_profile_works_with_the_aws_command_line(alice: Shell) -> None:
    """What is said to be tried really works."""
    said = alice.says("configure", "dev")
    command = said.partition("Try: ")[2].split()

    result = alice.workstation.run(*command)

    assert "arn:aws:sts::123456789012:assumed-role/developer/alice" == json.loads(result.stdout)["Arn"]


def test_a_profile_may_have_another_name(alice: Shell) -> None:
    """One connector may stand under several names."""
    assert "Configured profile work." in alice.says("configure", "dev", "--profile", "work")
    assert "Configured profile default." in alice.says("configure", "dev", "-p", "default")

    assert {"profile work", "default"} == set(profiles(alice.aws / "config"))


def test_all_configures_what_is_granted(alice: Shell) -> None:
    """Each with its region."""
    alice.says("configure", "--all")

    found = profiles(alice.aws / "config")
    assert {"profile dev", "profile artifacts"} == set(found)
    assert {"eu-central-1"} == {section["region"] for section in found.values()}


def test_no_connector_becomes_everybodys_profile_unasked(alice: Shell) -> None:
    """Whoever names connectors, a broker elsewhere for one, would choose the account of every command without one."""
    alice.change_settings("[connectors.dev]", "[connectors.default]")

    assert "Left profile default alone: awsfed configure default writes it." in alice.says("configure", "--all")
    assert {"profile artifacts"} == set(profiles(alice.aws / "config"))
    assert "Configured profile default." in alice.says("configure", "default")


def test_writing_again_changes_nothing(alice: Shell) -> None:
    """An up-to-date file is not touched."""
    alice.says("configure", "dev")
    before = (alice.aws / "config").stat().st_mtime_ns

    assert "Profile dev is up to date.\n" == alice.says("configure", "dev")
    assert before == (alice.aws / "config").stat().st_mtime_ns


def test_profiles_of_earlier_are_brought_up_to_date_and_pruned(alice: Shell) -> None:
    """A changed definition means another key; a connector that is closed means no profile."""
    alice.says("configure", "dev", "artifacts")
    before = line_of(alice, "dev")
    alice.change_settings("role/developer", "role/read-only")
    alice.change_settings('"\ngroups = ["aws-developers"]\n\n[connectors.raw]', '"\n\n[connectors.raw]')

    said = alice.says("configure", "dev")

    assert "Removed profile artifacts: its connector is no longer open to you." in said
    assert "profile artifacts" not in profiles(alice.aws / "config")
    assert before != line_of(alice, "dev")


def test_a_dry_run_shows_and_does_nothing(alice: Shell) -> None:
    """A unified diff on stdout; neither file appears."""
    shown = alice.answers("configure", "dev", "--dry-run")

    assert "+[profile dev]" in shown.splitlines()
    assert "+credential_process = " in shown
    assert not (alice.aws / "config").exists()
    alice.says("configure", "dev")
    assert "Nothing would be written.\n" == alice.answers("configure", "dev", "--dry-run")


def test_a_dry_run_tells_what_would_be_removed(alice: Shell) -> None:
    """Pruning is announced, not done."""
    alice.says("configure", "artifacts")
    alice.sandbox.crowd.directory.add_to_group("alice", "aws-operations")
    alice.change_settings('"\ngroups = ["aws-developers"]\n\n[connectors.raw]', '"\n\n[connectors.raw]')

    assert "Profile artifacts would be removed." in alice.answers("configure", "ops", "--dry-run")
    assert "profile artifacts" in profiles(alice.aws / "config")


def test_a_name_with_credentials_of_the_user_is_refused(alice: Shell) -> None:
    """They would win over the line for ever; nothing is written."""
    (alice.aws / "credentials").write_text(FOREIGN)

    said = alice.fails(10, "configure", "dev", "--profile", "work")

    assert "the credentials file has aws_access_key_id for profile work, and awsfed did not write it" in said
    assert not (alice.aws / "config").exists()
    assert FOREIGN == (alice.aws / "credentials").read_text()


def test_older_credentials_of_ours_are_repaired(alice: Shell) -> None:
    """What awsfed itself had written under the name makes way for the line."""
    alice.says("credentials", "dev", "--profile", "work")

    said = alice.says("configure", "dev", "--profile", "work")

    assert "Removed the older credentials of profile work from the credentials file." in said
    assert {} == profiles(alice.aws / "credentials")


def test_a_connector_that_is_not_granted_writes_nothing(alice: Shell) -> None:
    """All or none."""
    said = alice.fails(6, "configure", "dev", "deb")

    assert "no connector 'deb' for alice" in said
    assert "did you mean dev?" in said
    assert not (alice.aws / "config").exists()


@pytest.mark.parametrize("arguments", [["--all", "dev"], ["--all", "--profile", "x"], ["dev", "ops", "--profile", "x"]])
def test_options_that_do_not_go_together(alice: Shell, arguments: list[str]) -> None:
    """Said before anybody is asked."""
    alice.fails(2, "configure", *arguments)

    assert [] == alice.crowd_calls()


@pytest.mark.parametrize("name", ["a b", "x]", "DEFAULT", "-".join(["x"] * 99)])
def test_a_profile_name_that_some_sdk_cannot_read(alice: Shell, name: str) -> None:
    """Refused by the option's name, before anybody is asked."""
    for command in ("configure", "credentials"):
        said = alice.fails(2, command, "dev", "--profile", name)
        assert f"Invalid value for '-p' / '--profile': {name!r} must " in said
    assert [] == alice.aws_calls()
    assert [] == list(alice.aws.iterdir())


def test_other_files_may_be_named(alice: Shell, tmp_path: Path) -> None:
    """AWS's own variables say where its files are."""
    environ = {
        "AWS_CONFIG_FILE": str(tmp_path / "c" / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "c" / "credentials"),
    }

    alice.says("configure", "dev", environ=environ)
    alice.says("credentials", "dev", "--profile", "x", environ=environ)

    assert {"profile dev"} == set(profiles(tmp_path / "c" / "config"))
    assert {"x"} == set(profiles(tmp_path / "c" / "credentials"))
    assert [] == list(alice.aws.iterdir())


def test_credentials_are_written_beside_what_is_the_users(alice: Shell) -> None:
    """Foreign lines stay byte for byte; what is written is what the role gave."""
    (alice.aws / "credentials").write_text(FOREIGN)

    said = alice.says("credentials", "dev")

    assert said.startswith("Wrote profile dev, good until ")
    text = (alice.aws / "credentials").read_text()
    assert text.startswith(FOREIGN)
    process = json.loads(alice.answers("credential-process", "dev"))
    written = profiles(alice.aws / "credentials")["dev"]
    assert process["SecretAccessKey"] == written["aws_secret_access_key"]
    assert process["SessionToken"] == written["aws_session_token"]
    assert 0o600 == (alice.aws / "credentials").stat().st_mode & 0o777


def test_written_credentials_work(alice: Shell) -> None:
    """With boto3, by the name of the profile."""
    alice.says("credentials", "dev", "--profile", "work")
    code = "import boto3; print(boto3.Session(profile_name='work').client('sts').get_caller_identity()['Arn'])"

    result = alice.workstation.run("python", "-c", code)

    assert "arn:aws:sts::123456789012:assumed-role/developer/alice\n" == result.stdout


def test_credentials_of_all_connectors(alice: Shell) -> None:
    """Where one fails, the others are written, and the failure is the end."""
    alice.sandbox.aws.faults.add(faults.fail(403, "AccessDenied", "not today"), action="AssumeRole")

    said = alice.fails(6, "credentials", "--all")

    assert "Wrote profile artifacts, good until " in said
    assert "AccessDenied: not today" in said
    assert ["artifacts"] == list(profiles(alice.aws / "credentials"))


def test_a_dry_run_of_credentials_hides_secrets(alice: Shell) -> None:
    """Theirs as well as ours, and nothing is written."""
    (alice.aws / "credentials").write_text(FOREIGN)
    shown = alice.answers("credentials", "dev", "--dry-run")

    assert "+[dev]" in shown.splitlines()
    assert "+aws_secret_access_key = ***" in shown.splitlines()
    assert "canary/foreign" not in shown
    process = json.loads(alice.answers("credential-process", "dev"))
    assert process["SecretAccessKey"] not in shown
    assert process["SessionToken"] not in shown
    assert FOREIGN == (alice.aws / "credentials").read_text()


def test_credentials_are_not_written_over_the_users_own(alice: Shell) -> None:
    """Refused before anything is vended."""
    (alice.aws / "credentials").write_text(FOREIGN)

    said = alice.fails(10, "credentials", "dev", "--profile", "work")

    assert "awsfed did not write it" in said
    assert [] == alice.aws_calls()
    assert FOREIGN == (alice.aws / "credentials").read_text()


def test_credentials_are_not_written_where_a_line_stands(alice: Shell) -> None:
    """One name, one source; AWS is not asked for them."""
    alice.says("configure", "dev")

    assert "the config file has credential_process for profile dev" in alice.fails(10, "credentials", "dev")
    assert [] == alice.aws_calls()


def test_removing_takes_only_what_is_ours(alice: Shell) -> None:
    """By name or all; a profile of the user's is never removed."""
    (alice.aws / "credentials").write_text(FOREIGN)
    alice.says("credentials", "dev")
    alice.says("credentials", "artifacts")

    assert "There was nothing to remove.\n" == alice.says("credentials", "remove", "work")
    assert "Removed profile dev.\n" == alice.says("credentials", "remove", "dev")
    assert "Removed profile artifacts.\n" == alice.says("credentials", "remove", "--all")
    assert FOREIGN == (alice.aws / "credentials").read_text()


@pytest.mark.parametrize("arguments", [[], ["dev", "--all"]])
def test_removing_wants_names_or_all(alice: Shell, arguments: list[str]) -> None:
    """Not both, not neither."""
    assert "Name PROFILEs, or use --all." in alice.fails(2, "credentials", "remove", *arguments)


def test_a_file_that_aws_programs_cannot_read_is_not_touched(alice: Shell) -> None:
    """The line is named, its text is not."""
    (alice.aws / "credentials").write_text("[a]\ncanary-half-a-secret\n")

    said = alice.fails(8, "credentials", "dev")

    assert "line 2" in said
    assert "canary" not in said


def test_min_life_is_heeded(alice: Shell) -> None:
    """A length that the connector cannot give is refused with the reason."""
    said = alice.fails(10, "credentials", "dev", "--min-life", "61m")

    assert "connector 'dev' gives credentials for 3" in said
    assert "3660 s were asked for" in said
    assert "is not a length of time" in alice.fails(2, "credentials", "dev", "--min-life", "1 day")
