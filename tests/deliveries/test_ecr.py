import json
import re

import pytest
from conftest import Workstation
from deliveries.conftest import Tools

from awsfed.sandbox.aws import faults

HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
DEVELOPER = "arn:aws:sts::123456789012:assumed-role/developer/alice"


def test_whoami_tells_what_aws_says(alice: Workstation) -> None:
    """Account, ARN and user id, for people and for programs."""
    told = alice.awsfed("whoami", "dev")
    assert re.search(rf"^arn +{re.escape(DEVELOPER)}$", told, re.MULTILINE)

    answer = json.loads(alice.awsfed("whoami", "dev", "--json"))

    assert ("123456789012", DEVELOPER) == (answer["account"], answer["arn"])
    assert answer["user_id"].endswith(":alice")


def test_whoami_needs_a_grant(alice: Workstation) -> None:
    """What is not granted is not asked for."""
    assert "no connector 'ops' for" in alice.fails(6, "whoami", "ops")
    assert [] == alice.sandbox.aws.calls


@pytest.mark.parametrize("tool", ["docker", "podman"])
def test_a_tool_reads_the_password_from_its_standard_input(alice: Workstation, tools: Tools, tool: str) -> None:
    """The command line holds the user, the host and no secret, and neither does the environment."""
    tools.install(tool)
    path = {**tools.path, "AWSFED_KEY_OTHER_SECRET_ACCESS_KEY": "canary"}

    result = alice.run("awsfed", "ecr", "login", "dev", "--tool", tool, environ=path)

    assert (0, "") == (result.returncode, result.stdout)
    (start,) = tools.starts(tool)
    assert ["login", "--username", "AWS", "--password-stdin", HOST] == start.argv[1:]
    assert 64 == len(start.stdin)
    shown = " ".join([*start.argv, *start.environ.values(), result.stderr])
    assert start.stdin not in shown
    assert "canary" not in shown
    assert ["said by the tool", f"Signed {tool} in to {HOST} until"] == [
        line[: len(f"Signed {tool} in to {HOST} until")] for line in result.stderr.splitlines()
    ]


def test_the_password_can_be_printed(alice: Workstation) -> None:
    """Nothing but the password, for a tool that awsfed does not know."""
    assert re.fullmatch(r"[\w-]{64}\n", alice.awsfed("ecr", "login", "dev", "--print"))


def test_another_region_is_another_registry(alice: Workstation, tools: Tools) -> None:
    """The region decides who is asked, and which host the tool is signed in to."""
    tools.install("docker")

    alice.awsfed("ecr", "login", "dev", "--region", "eu-west-1", environ=tools.path)

    assert HOST.replace("eu-central-1", "eu-west-1") == tools.starts("docker")[0].argv[-1]


def test_what_a_tool_refuses_is_an_error(alice: Workstation, tools: Tools) -> None:
    """Its own words stand above ours."""
    tools.install("docker", status=3)

    said = alice.fails(8, "ecr", "login", "dev", environ=tools.path)

    assert "said by the tool" in said
    assert "docker login failed with status 3" in said


def test_a_tool_that_is_not_there_is_named(alice: Workstation, tools: Tools) -> None:
    """It is looked for on the person's own path."""
    tools.folder.mkdir()

    assert "podman was not found" in alice.fails(
        4, "ecr", "login", "dev", "--tool", "podman", environ={"PATH": str(tools.folder)}
    )


def test_a_refusal_of_ecr_names_the_permission(alice: Workstation) -> None:
    """AWS said no: which connector, and what is probably missing."""
    alice.sandbox.aws.faults.add(faults.fail(400, "AccessDeniedException", "not you"), action="GetAuthorizationToken")

    said = alice.fails(6, "ecr", "login", "dev", "--print")

    assert "AWS refused connector 'dev' (Development): AccessDeniedException: not you" in said
    assert "ecr:GetAuthorizationToken" in said


def test_throttling_is_waited_for(alice: Workstation) -> None:
    """The schedule of retries holds for ECR as for STS."""
    alice.sandbox.aws.faults.add(faults.throttle(), action="GetAuthorizationToken", times=2)

    alice.awsfed("ecr", "login", "dev", "--print")

    actions = [call.action for call in alice.sandbox.aws.calls]
    assert ["AssumeRole", *["GetAuthorizationToken"] * 3] == actions


def test_leaving_the_group_ends_passwords(alice: Workstation) -> None:
    """The grant is looked at whenever a password is made."""
    alice.awsfed("ecr", "login", "dev", "--print")
    alice.sandbox.crowd.directory.remove_from_group("alice", "aws-developers")

    assert "no connector 'dev' for alice" in alice.fails(6, "ecr", "login", "dev", "--print")
