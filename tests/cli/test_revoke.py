"""Taking away what a person has: here, and at AWS."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from cli.conftest import Shell

from awsfed.sandbox.aws import faults

BROKER = "awsfed-broker"
NUMBERS = count()
CONNECTOR = """
[connectors.{name}]
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::123456789012:role/{role}"
groups = [{groups}]
"""


def client(shell: Shell, service: str, keys: dict[str, str] | None = None) -> Any:
    """Return a client of the sandbox's AWS: with these credentials, or as its administrator."""
    given = keys or {"AccessKeyId": shell.sandbox.access_key_id, "SecretAccessKey": shell.sandbox.secret_access_key}
    return boto3.client(  # type: ignore[call-overload] # the name of the service is no literal here
        service,
        endpoint_url=shell.sandbox.aws_url,
        region_name="eu-central-1",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given.get("SessionToken"),
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def role(shell: Shell) -> Iterator[str]:
    """The name of a role that nobody else uses; the connector `mine` leads there, for developers and operators."""
    name = f"revocable-by-command-{next(NUMBERS)}"
    iam = client(shell, "iam")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::123456789012:user/{BROKER}"},
        "Action": "sts:AssumeRole",
    }
    may = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::123456789012:role/revocable-*"}
    iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement})
    )
    may_text = json.dumps({"Version": "2012-10-17", "Statement": may})
    iam.put_user_policy(UserName=BROKER, PolicyName="may-revocable", PolicyDocument=may_text)
    shell.add_settings(CONNECTOR.format(name="mine", role=name, groups='"aws-developers", "aws-operations"'))
    yield name
    for policy in iam.list_user_policies(UserName=BROKER)["PolicyNames"]:
        if policy.startswith(("awsfed-revoked-", "may-revocable")):
            iam.delete_user_policy(UserName=BROKER, PolicyName=policy)


def vended(shell: Shell, user: str, connector: str = "mine") -> dict[str, str]:
    """Sign somebody in and return what they get."""
    shell.login(user)
    return dict(json.loads(shell.answers("credential-process", connector)))


def works(shell: Shell, keys: dict[str, str]) -> bool:
    """Tell whether credentials open S3; the only other answer is an explicit deny."""
    try:
        client(shell, "s3", keys).list_buckets()
    except ClientError as error:
        if "explicit deny" not in error.response["Error"]["Message"]:
            raise
        return False
    return True


def policies(shell: Shell, role: str) -> list[str]:
    """Return the names of a role's policies."""
    return list(client(shell, "iam").list_role_policies(RoleName=role)["PolicyNames"])


def test_what_one_person_has_ends_and_nobody_else_s(shell: Shell, role: str) -> None:
    """Nor what that person gets afterwards: the moment counts."""
    bobs, alices = vended(shell, "bob"), vended(shell, "alice")
    assert works(shell, bobs)
    assert works(shell, alices)

    shell.run("revoke", "--user", "ALICE", "--connector", "mine", "--apply")

    assert not works(shell, alices)
    assert works(shell, bobs)
    shell.sandbox.aws.clock_offset_s = 2
    assert works(shell, vended(shell, "alice"))
    assert ["awsfed-revoked-alice"] == policies(shell, role)


def test_a_second_run_moves_the_moment(shell: Shell, role: str) -> None:
    """In the same policy; what was vended in between ends too."""
    shell.run("revoke", "--user", "alice", "--connector", "mine", "--apply")
    shell.sandbox.aws.clock_offset_s = 10
    between = vended(shell, "alice")
    assert works(shell, between)
    shell.sandbox.aws.clock_offset_s = 20

    shell.run("revoke", "--user", "alice", "--connector", "mine", "--apply")

    assert not works(shell, between)
    assert ["awsfed-revoked-alice"] == policies(shell, role)


def test_federated_users_end_by_a_policy_of_the_key_s_user(shell: Shell, role: str) -> None:
    """Whose key goes on."""
    alices = vended(shell, "alice", "artifacts")
    assert works(shell, alices)

    out = shell.run("revoke", "--user", "alice", "--connector", "artifacts", "--apply").out

    assert f"ok      arn:aws:iam::123456789012:user/{BROKER} (connector artifacts): awsfed-revoked-alice\n" == out
    assert not works(shell, alices)
    assert works(
        shell, {"AccessKeyId": shell.sandbox.access_key_id, "SecretAccessKey": shell.sandbox.secret_access_key}
    )


def test_what_is_printed_does_the_same(shell: Shell, role: str) -> None:
    """Nothing happens at AWS until somebody runs it, as it stands."""
    alices = vended(shell, "alice")

    script = shell.answers("revoke", "--user", "alice", "--connector", "mine")

    assert works(shell, alices)
    keys = {
        "AWS_ACCESS_KEY_ID": shell.sandbox.access_key_id,
        "AWS_SECRET_ACCESS_KEY": shell.sandbox.secret_access_key,
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    end = shell.workstation.run("sh", "-eu", stdin=script, environ=keys)
    assert 0 == end.returncode, end.stderr
    assert not works(shell, alices)


def test_the_session_here_ends(shell: Shell, role: str) -> None:
    """With what is cached and the profiles; somebody else's stays."""
    shell.login("alice")
    shell.says("credentials", "mine")

    said = shell.run("revoke", "--user", "bob", "--connector", "mine").err
    assert "bob is not signed in on this machine." in said
    assert shell.answers("connectors")

    said = shell.run("revoke", "--user", "Alice", "--connector", "mine").err

    assert "Signed alice out of" in said
    assert "Removed from the credentials file: mine." in said
    assert "login required" in shell.fails(5, "credential-process", "mine")
    assert "[mine]" not in (shell.aws / "credentials").read_text()


def test_the_roles_are_those_that_the_groups_open(shell: Shell, role: str) -> None:
    """Of somebody who is switched off too; and those of all connectors where no group opens any."""

    def connectors(*arguments: str) -> tuple[bool, set[str]]:
        found = json.loads(shell.run("revoke", "--json", "--user", *arguments).out)
        return found["active"], {one for policy in found["policies"] for one in policy["connectors"]}

    everything = {"dev", "ops", "admin", "artifacts", "mine"}
    directory = shell.sandbox.crowd.directory

    assert (True, {"dev", "artifacts", "mine"}) == connectors("alice")
    directory.set_active("alice", False)
    assert (False, {"dev", "artifacts", "mine"}) == connectors("alice")
    assert (False, everything) == connectors("alice", "--all-connectors")
    for group in ("aws-developers", "aws-retired"):
        directory.remove_from_group("alice", group)
    assert (False, everything) == connectors("alice")


def test_an_active_user_is_warned_about(shell: Shell, role: str) -> None:
    """They would get new credentials at once."""
    warning = "alice is active in Crowd, and can get new credentials at once: switch them off there first"
    assert warning in shell.run("revoke", "--user", "alice", "--connector", "mine").err
    shell.sandbox.crowd.directory.set_active("alice", False)

    assert warning not in shell.run("revoke", "--user", "alice", "--connector", "mine").err


def test_somebody_whom_crowd_does_not_know(shell: Shell, role: str) -> None:
    """A slip of the pen is one; a user who was deleted is named with the connectors."""
    assert "Crowd knows no user 'alcie'" in shell.fails(4, "revoke", "--user", "alcie", "--apply")
    assert [] == policies(shell, role)

    end = shell.run("revoke", "--user", "Gone", "--connector", "mine", "--apply")

    assert "the name has to be spelled as in CloudTrail" in end.err
    assert ["awsfed-revoked-Gone"] == policies(shell, role)


def test_a_deleted_user_is_named_as_in_cloudtrail(shell: Shell, role: str) -> None:
    """Where a foreign name has a digest; a second one would end nothing."""
    directory = shell.sandbox.crowd.directory
    directory.add_user("zoë", password="zoë-sandbox", groups=["aws-developers"])
    zoes = vended(shell, "zoë")
    directory.delete_user("zoë")
    logged = client(shell, "sts", zoes).get_caller_identity()["Arn"].rpartition("/")[2]

    assert 0 == shell.run("revoke", "--user", logged, "--connector", "mine", "--apply").status

    assert not works(shell, zoes)


def test_what_cannot_be_written_here_keeps_nothing_at_aws(shell: Shell, role: str) -> None:
    """What has to end in a hurry ends there first of all; the status tells that it did not end here."""
    alices = vended(shell, "alice")
    (lock,) = shell.workstation.home.rglob("sign-in.lock")
    lock.unlink()
    lock.mkdir()

    end = shell.run("revoke", "--user", "alice", "--connector", "mine", "--apply")

    assert 8 == end.status
    assert "alice is not signed out on this machine: " in end.err
    assert "sign-in.lock cannot be locked: is a directory" in end.err
    assert not works(shell, alices)


def test_without_a_keyring_nobody_is_signed_in_here(shell: Shell, role: str) -> None:
    """As on a broker's machine: that is no failure, and what has to end at AWS ends."""
    alices = vended(shell, "alice")
    shell.says("logout")
    shell.change_settings('store = "file"\n', "")
    (Path(shell.environ["XDG_STATE_HOME"]) / "awsfed" / "secrets-store").unlink(missing_ok=True)

    end = shell.run("revoke", "--user", "alice", "--connector", "mine", "--apply")

    assert 0 == end.status, end.err
    assert "alice is not signed in on this machine." in end.err
    assert "keyring" not in end.err
    assert not works(shell, alices)


def test_a_keyring_that_does_not_open_may_hold_a_session(keyring: Shell, role: str) -> None:
    """Whoever is signed in there is not known, which is a failure at the end."""
    Path(keyring.environ["FILE_KEYRING"]).with_suffix(".lock").touch()

    end = keyring.run("revoke", "--user", "alice", "--connector", "mine")

    assert 8 == end.status
    assert "alice is not signed out on this machine: the keyring is locked" in end.err


def test_one_role_that_refuses_does_not_keep_the_others(shell: Shell, role: str) -> None:
    """Each outcome is told, and the status is that of the refusal."""
    shell.add_settings(CONNECTOR.format(name="missing", role="revocable-and-missing", groups=""))
    arguments = ("revoke", "--user", "alice", "--connector", "missing", "--connector", "mine", "--apply")

    end = shell.run(*arguments)

    assert 6 == end.status
    assert "FAILED  arn:aws:iam::123456789012:role/revocable-and-missing (connector missing): AWS refused" in end.out
    assert f"ok      arn:aws:iam::123456789012:role/{role} (connector mine): awsfed-revoked-alice" in end.out
    assert "is not in the account of access key 'main'; name another: --key NAME" in end.err
    found = json.loads(shell.run(*arguments, "--json").out)["policies"]
    assert [False, True] == [one["applied"] for one in found]


def test_what_kept_the_policy_off(shell: Shell, role: str) -> None:
    """The hint names what is missing, and another try is made where that helps."""
    arguments = ("revoke", "--user", "alice", "--connector", "mine", "--apply")
    for code, hint in (
        ("AccessDenied", f"allow iam:PutRolePolicy on arn:aws:iam::123456789012:role/{role} to the user of access key"),
        ("LimitExceeded", "delete policies awsfed-revoked-… that are older than 36 h"),
        ("InvalidInput", "awsfed keys check main"),
    ):
        shell.sandbox.aws.faults.add(faults.fail(403, code), action="PutRolePolicy")
        assert hint in shell.run(*arguments).err
    shell.sandbox.aws.faults.add(faults.throttle(), action="PutRolePolicy")

    assert 0 == shell.run(*arguments).status


def test_another_key_puts_the_policy(shell: Shell, role: str) -> None:
    """Of the account of the role, and of somebody who may."""
    shell.sandbox.aws.calls.clear()
    keys = {"ACCESS_KEY_ID": shell.sandbox.access_key_id, "SECRET_ACCESS_KEY": shell.sandbox.secret_access_key}
    shell.add_settings('[keys.iam]\nsource = "environment"\n')
    environ = {f"AWSFED_KEY_IAM_{name}": text for name, text in keys.items()}
    arguments = ("revoke", "--user", "alice", "--connector", "mine", "--key", "iam")

    assert "--key goes with --apply" in shell.fails(2, *arguments)
    assert "no access key named 'iam'" in shell.run(*arguments, "--apply").err
    assert 0 == shell.run(*arguments, "--apply", environ=environ).status
    assert ["GetCallerIdentity", "PutRolePolicy"] == [call.action for call in shell.sandbox.aws.calls]


def test_a_role_of_that_name_in_another_account_is_let_alone(shell: Shell, role: str) -> None:
    """IAM is asked by name, so a key of another account would deny the sessions of a namesake there."""
    elsewhere = CONNECTOR.format(name="elsewhere", role=role, groups="").replace("123456789012", "210987654321")
    shell.add_settings(elsewhere)

    shell.sandbox.aws.calls.clear()
    end = shell.run("revoke", "--user", "alice", "--connector", "elsewhere", "--connector", "mine", "--apply")

    assert 10 == end.status
    assert ["GetCallerIdentity", "PutRolePolicy"] == [call.action for call in shell.sandbox.aws.calls]
    assert "it is in account 210987654321, and access key 'main' belongs to account 123456789012" in end.out
    assert "hint: name a key of account 210987654321: --key NAME" in end.err
    assert f"ok      arn:aws:iam::123456789012:role/{role} (connector mine)" in end.out
    shell.sandbox.aws.calls.clear()
    shell.run("revoke", "--user", "alice", "--connector", "elsewhere", "--apply")
    assert ["GetCallerIdentity"] == [call.action for call in shell.sandbox.aws.calls]


def test_the_moment_is_on_the_clock_of_aws(shell: Shell, role: str) -> None:
    """A machine that is ten minutes ahead must not lock the person out for ten minutes, nor one behind be too mild."""
    for offset_s in (-600, 600):
        shell.sandbox.aws.clock_offset_s = offset_s
        before = vended(shell, "alice")
        shell.sandbox.aws.calls.clear()
        shell.run("revoke", "--user", "alice", "--connector", "mine", "--apply")
        shell.sandbox.aws.clock_offset_s = offset_s + 3

        assert ["GetCallerIdentity", *["PutRolePolicy"] * 2] == [call.action for call in shell.sandbox.aws.calls]
        assert not works(shell, before)
        assert works(shell, vended(shell, "alice"))


def test_sessions_without_a_name_cannot_be_told_apart(shell: Shell, role: str) -> None:
    """A session token is the user's own, whoever got it."""
    end = shell.run("revoke", "--user", "alice", "--connector", "raw", "--apply")

    assert "connector raw gives everybody the same session: it can only be ended for all" in end.err
    assert "There is no role whose sessions could be ended for alice." in end.err
    assert (0, "") == (end.status, end.out)


def test_a_key_that_cannot_be_asked_whose_it_is(shell: Shell, role: str) -> None:
    """The user to put the policy on is not known then; the rest is printed all the same."""
    shell.sandbox.aws.faults.add(faults.fail(403, "InvalidClientTokenId"), action="GetCallerIdentity")

    end = shell.run("revoke", "--user", "alice", "--connector", "artifacts", "--connector", "mine")

    assert 6 == end.status
    assert "# access key main (connector artifacts): InvalidClientTokenId" in end.out
    assert f"aws iam put-role-policy --role-name {role} " in end.out


def test_mistakes_on_the_command_line(shell: Shell, role: str) -> None:
    """A connector that is not there, and two ways to choose at once."""
    assert "did you mean mine?" in shell.fails(4, "revoke", "--user", "alice", "--connector", "nine")
    assert "use --all-connectors" in shell.fails(2, "revoke", "--user", "a", "--connector", "x", "--all-connectors")
    assert "--user" in shell.fails(2, "revoke")
