"""awsfed provision, against the sandbox's CloudFormation."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import Shell
from cli.test_keys import kept

ROLE = "arn:aws:iam::123456789012:role"
FRESH = """
[keys.fresh]
source = "keyring"

[connectors.fresh-dev]
type = "ASSUME_ROLE"
key = "fresh"
role_arn = "{role}/team/dev-{suffix}"
external_id = "partner:42"
user_tags = true
transitive_tags = ["crowd:user"]
source_identity = true
duration = "2h"
chainable = true
groups = ["aws-developers"]

[connectors.fresh-chained]
type = "ASSUME_ROLE"
key = "connector:fresh-dev"
role_arn = "{role}/chained-{suffix}"
groups = ["aws-developers"]

[connectors.fresh-federated]
type = "FEDERATION_TOKEN"
key = "fresh"
omit_policy = true
groups = ["aws-developers"]
"""
DEPLOY = ("--deploy", "--key", "main")


def template(text: str) -> dict[str, Any]:
    """Return a template that was printed."""
    parsed: dict[str, Any] = json.loads(text)
    assert "2010-09-09" == parsed["AWSTemplateFormatVersion"]
    return parsed


@pytest.fixture
def fresh(keyring: Shell) -> Shell:
    """A home whose connectors name a key that does not exist yet, and roles that do not either."""
    suffix = secrets.token_hex(4)
    keyring.add_settings(FRESH.format(role=ROLE, suffix=suffix))
    keyring.environ["AWSFED_AWAIT_TRANSITION_INTERVAL_S"] = "1"
    keyring.environ["STACK"] = f"stack-{suffix}"
    return keyring


def named(shell: Shell, what: str = "q") -> tuple[str, str]:
    """Return the option for a stack that nobody else uses."""
    return "--stack-name", f"{shell.environ['STACK']}-{what}"


def test_the_core_is_printed(shell: Shell) -> None:
    """For the only key that connectors use; AWS is not asked."""
    printed = template(shell.answers("provision", "core"))

    statements = printed["Resources"]["CorePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert ["sts:AssumeRole", "sts:GetFederationToken", "sts:GetSessionToken"] == [one["Action"] for one in statements]
    assert ["CoreRoleArn", "CorePolicyArn"] == list(printed["Outputs"])
    assert [] == shell.aws_calls()


def test_the_quickstart_is_printed(shell: Shell) -> None:
    """What federated users need besides is said; a secret among outputs is warned of."""
    end = shell.run("provision", "quickstart", "main", "--runs-on", "ecs")
    assert "Federated users and session tokens can do no more than CoreUser itself" in end.err
    assert "CoreSecretArn" in template(end.out)["Outputs"]
    assert "ecs-tasks.amazonaws.com" in end.out

    end = shell.run("provision", "quickstart", "-p", "ManagedPolicyArns=a", "--secret-in-outputs")
    assert "warning: everybody who may describe the stack can read the secret" in end.err
    assert "Federated users" not in end.err
    assert "CoreSecretAccessKey" in template(end.out)["Outputs"]


def test_the_machine_is_that_of_the_key(shell: Shell) -> None:
    """Where the settings say that the key is the role of a container."""
    shell.add_settings(
        '[keys.task]\nsource = "container"\n'
        f'[connectors.task]\ntype = "ASSUME_ROLE"\nkey = "task"\nrole_arn = "{ROLE}/developer"\n'
    )

    assert "ecs-tasks.amazonaws.com" in shell.answers("provision", "core", "task")
    assert "ec2.${AWS::URLSuffix}" in shell.answers("provision", "core", "main")


def test_a_role_is_printed(shell: Shell) -> None:
    """With the values that are given; without one, it is said how to find out."""
    end = shell.run("provision", "role", "ops")
    assert "TrustedArn has no value yet: whose key main is, says awsfed keys check main\n" == end.err
    assert "Default" not in template(end.out)["Parameters"]["TrustedArn"]

    end = shell.run("provision", "role", "ops", "-p", "TrustedArn=arn:aws:iam::123456789012:user/a")
    assert "" == end.err
    assert "arn:aws:iam::123456789012:user/a" == template(end.out)["Parameters"]["TrustedArn"]["Default"]


def test_others_of_a_role_are_told(shell: Shell) -> None:
    """Those whom its trust policy leaves out."""
    shell.add_settings(f'[connectors.more]\ntype = "ASSUME_ROLE"\nkey = "other"\nrole_arn = "{ROLE}/developer"\n')

    said = shell.run("provision", "role", "dev").err

    assert "warning: the role does not trust those who assume it for more: another key, or a chain" in said


def test_a_template_is_written(shell: Shell, tmp_path: Path) -> None:
    """Into a file that is not there yet, or may be replaced."""
    file = tmp_path / "core.json"

    assert f"Wrote {file}.\n" == shell.says("provision", "core", "--output", str(file))
    assert "use --replace" in shell.fails(10, "provision", "core", "--output", str(file))
    shell.says("provision", "core", "--output", str(file), "--replace")
    device = file.with_name("device")
    os.mkfifo(device)
    assert "is no file that" in shell.fails(10, "provision", "core", "--output", str(device), "--replace")
    assert device.is_fifo()
    assert shell.answers("provision", "core") == file.read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("core", "--yes"), "--yes is of use with --deploy only."),
        (("core", "--key", "main"), "--key is of use with --deploy only."),
        (("core", "--deploy"), "Name the access key that calls CloudFormation: --key NAME."),
        (("core", *DEPLOY), "There is no terminal to ask on; use --yes."),
        (("core", *DEPLOY, "--yes", "--output", "x"), "leave out one of the two"),
        (("core", *DEPLOY, "--yes", "--stack-name", "a b"), "'a b' must be 1 to 128 letters"),
        (("core", *DEPLOY, "--yes", "--region", "cn-north-1"), "is not in the partition aws"),
        (("core", "-p", "Nonsense=1"), "no parameter Nonsense; it has PermissionsBoundaryArn"),
        (("core", "-p", "Nonsense"), "is not of the form NAME=VALUE"),
        (("core", "--runs-on", "lambda"), "is not one of"),
    ],
)
def test_command_lines_that_are_wrong(shell: Shell, arguments: tuple[str, ...], sentence: str) -> None:
    """Each is refused before AWS is asked."""
    assert sentence in shell.fails(2, "provision", *arguments)
    assert [] == shell.aws_calls()


def test_what_is_not_there(fresh: Shell) -> None:
    """A key without connectors, a connector without a role, several keys to choose from."""
    assert "connectors use fresh, main" in fresh.fails(4, "provision", "core")
    assert "no connector uses the access key 'nobody'" in fresh.fails(4, "provision", "core", "nobody")
    assert "no connector named 'nobody'" in fresh.fails(4, "provision", "role", "nobody")
    assert "is FEDERATION_TOKEN, which has no role" in fresh.fails(4, "provision", "role", "artifacts")
    assert "no access key named 'nobody'" in fresh.fails(
        4, "provision", "core", "fresh", "--deploy", "--key", "nobody", "--yes"
    )
    said = fresh.fails(4, "provision", "role", "fresh-dev", *DEPLOY, "--yes")
    assert "so who assumes the role cannot be told\n  hint: give --parameter TrustedArn=ARN" in said


def test_connectors_of_two_partitions(shell: Shell) -> None:
    """No key belongs to both."""
    arn = f"{ROLE}/dev".replace("aws", "aws-cn", 1)
    shell.add_settings(
        f'[connectors.china]\ntype = "ASSUME_ROLE"\nkey = "main"\nrole_arn = "{arn}"\npartition = "aws-cn"\n'
    )

    assert "in the partitions aws and aws-cn" in shell.fails(10, "provision", "core")


def test_no_connectors(shell: Shell) -> None:
    """There is nothing to allow."""
    text = shell.workstation.config.read_text()
    shell.workstation.config.write_text(text.partition("[connectors.")[0])

    assert "no connector calls STS" in shell.fails(4, "provision", "core")


def test_a_role_of_another_account(fresh: Shell) -> None:
    """It cannot be made with this key, and is not made in the wrong account."""
    fresh.change_settings(f"{ROLE}/chained", "arn:aws:iam::210987654321:role/chained")

    said = fresh.fails(10, "provision", "role", "fresh-chained", *DEPLOY, "--yes", *named(fresh))

    assert "belongs to account 210987654321, and access key 'main' to 123456789012" in said
    assert "CreateChangeSet" not in fresh.aws_calls()


def test_the_region_of_a_stack(fresh: Shell) -> None:
    """As it is given, as the settings say, or that of the partition of the connectors."""
    fresh.add_settings(
        '\n[connectors.china]\ntype = "ASSUME_ROLE"\nkey = "china"\npartition = "aws-cn"\n'
        'role_arn = "arn:aws-cn:iam::123456789012:role/x"\n'
    )
    options = (*DEPLOY, "--yes", *named(fresh))

    given = fresh.run("provision", "core", "fresh", *options, "--region", "eu-west-1").err
    usual = fresh.run("provision", "core", "fresh", *options).err
    foreign = fresh.run("provision", "core", "china", *options).err

    assert " in eu-west-1, as " in given
    assert " in eu-central-1, as " in usual
    assert " in cn-northwest-1, as " in foreign


def test_from_nothing_to_credentials(fresh: Shell) -> None:
    """The quickstart makes the key, the templates of roles the roles; then the connectors vend, chains included."""
    made = fresh.run("provision", "quickstart", "fresh", *DEPLOY, "--yes", *named(fresh))

    assert 0 == made.status, made.err
    outputs = dict(line.split() for line in made.out.splitlines())
    assert ["CoreRoleArn", "CorePolicyArn", "CoreUserArn", "CoreAccessKeyId", "CoreSecretArn"] == list(outputs)
    assert f"Kept access key fresh, {outputs['CoreAccessKeyId']}." in made.err
    secret = json.loads(kept(fresh)["awsfed:key:fresh"])["aws_secret_access_key"]
    assert secret not in made.out + made.err
    assert f"fresh: {outputs['CoreAccessKeyId']} belongs to {outputs['CoreUserArn']}\n" == fresh.answers(
        "keys", "check", "fresh"
    )
    for connector in ("fresh-dev", "fresh-chained"):
        answer = fresh.answers("provision", "role", connector, *DEPLOY, "--yes", *named(fresh, connector))
        assert answer.startswith(f"RoleArn  {ROLE}/")
    fresh.login()
    for connector in ("fresh-dev", "fresh-chained", "fresh-federated"):
        assert "ok      AWS vends" in fresh.answers("connectors", "test", connector)


def test_the_key_is_kept_once(fresh: Shell) -> None:
    """A later run finds it; another key under the name stays; a secret among the outputs is taken from there."""
    command = ("provision", "quickstart", "fresh", *DEPLOY, "--yes", *named(fresh))
    fresh.answers(*command)
    first = kept(fresh)["awsfed:key:fresh"]

    again = fresh.run(*command, "--secret-in-outputs")
    assert "The keyring has the access key as fresh already." in again.err
    assert "CoreSecretAccessKey" not in again.out
    fresh.says("keys", "remove", "fresh")
    taken = fresh.run(*command, "--secret-in-outputs")
    assert kept(fresh)["awsfed:key:fresh"] == first
    assert json.loads(first)["aws_secret_access_key"] not in again.out + again.err + taken.out + taken.err

    fresh.says("keys", "remove", "fresh")
    other = "AKIAABCDEFGHIJKLMNOP"
    fresh.says(
        *("keys", "add", "fresh", "--access-key-id", other, "--secret-stdin", "--skip-validation"), stdin="x" * 40
    )
    said = fresh.run(*command, "--secret-in-outputs").err
    assert f"The keyring keeps {other} as fresh. To put the other in its place: awsfed keys remove fresh" in said


def test_a_key_that_lives_elsewhere(fresh: Shell) -> None:
    """The settings say where awsfed reads it; nothing is put into the keyring."""
    fresh.change_settings('[keys.fresh]\nsource = "keyring"', '[keys.fresh]\nsource = "environment"')

    end = fresh.run("provision", "quickstart", "fresh", *DEPLOY, "--yes", *named(fresh))

    assert (0, True) == (end.status, "By the settings, the place of access key fresh is" in end.err)
    assert {} == kept(fresh)


def test_no_keyring(fresh: Shell) -> None:
    """The outputs are printed; the status says that the key could not be kept."""
    fresh.change_settings('store = "fakes.file_keyring.FileKeyring"', 'store = "file"')

    end = fresh.run("provision", "quickstart", "fresh", *DEPLOY, "--yes", *named(fresh))

    assert (8, True) == (end.status, "CoreSecretArn" in end.out)


def test_a_secret_that_may_not_be_read(fresh: Shell) -> None:
    """The hint names the action."""
    from awsfed.sandbox.aws import faults

    fresh.sandbox.aws.faults.add(faults.fail(400, "AccessDeniedException", "no"), action="GetSecretValue")

    end = fresh.run("provision", "quickstart", "fresh", *DEPLOY, "--yes", *named(fresh))

    assert (6, True) == (end.status, "hint: allow secretsmanager:GetSecretValue to it" in end.err)


def test_aws_cannot_be_reached(fresh: Shell) -> None:
    """One sentence, and the status for later."""
    fresh.change_settings(f'endpoint = "{fresh.sandbox.aws_url}"', 'endpoint = "http://127.0.0.1:9"')

    said = fresh.fails(7, "--max-retries", "0", "provision", "core", "fresh", *DEPLOY, "--yes")

    assert "cannot reach AWS" in said


def test_somebody_is_asked(fresh: Shell) -> None:
    """No leaves nothing behind; yes deploys; the keyring is a question of its own."""
    command = ("provision", "quickstart", "fresh", *DEPLOY, *named(fresh))
    with fresh.terminal(*command, columns=120) as terminal:
        terminal.reads("Deploy it? [y/N]: ")
        terminal.types("n")
        assert 130 == terminal.ends()
    assert "Add     CoreAccessKey        AWS::IAM::AccessKey" in terminal.lines
    assert ["DeleteChangeSet", "DescribeStacks", "DeleteStack"] == list(fresh.aws_calls())[-3:]

    with fresh.terminal(*command, columns=120) as terminal:
        terminal.reads("Deploy it? [y/N]: ")
        terminal.types("y")
        terminal.reads("Put the access key into the keyring, as fresh? [y/N]: ")
        terminal.types("n")
        assert 0 == terminal.ends()
    assert "The same command asks again, here or on the machine that needs the key." in terminal.lines
    assert {} == kept(fresh)

    with fresh.terminal(*command, columns=120) as terminal:
        terminal.reads("Nothing to change")
        terminal.reads("Put the access key into the keyring, as fresh? [y/N]: ")
        terminal.types("y")
        terminal.reads("Kept access key fresh")
        assert 0 == terminal.ends()
    assert ["awsfed:key:fresh"] == list(kept(fresh))


def test_ctrl_c_while_the_stack_is_made(fresh: Shell) -> None:
    """It goes on in AWS, and how to follow it is said."""
    with fresh.terminal("provision", "core", "fresh", *DEPLOY, "--yes", *named(fresh), columns=200) as terminal:
        terminal.reads("CREATE_COMPLETE       AWS::IAM::Role  CoreRole")
        terminal.presses_ctrl_c()
        assert 130 == terminal.ends()

    assert f"aws cloudformation describe-stack-events --stack-name {named(fresh)[1]}" in terminal.shown
    said = fresh.fails(7, "provision", "core", "fresh", *DEPLOY, "--yes", *named(fresh))
    assert "is being changed already: CREATE_IN_PROGRESS" in said
