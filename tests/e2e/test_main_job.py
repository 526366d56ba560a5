"""The main job through the installed program, against real servers."""

import json

from conftest import Workstation

DEVELOPER = "arn:aws:sts::123456789012:assumed-role/developer/alice"
WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"


def test_login_exec_logout(workstation: Workstation) -> None:
    """Sign in, run something as the role, sign out, and nothing is left."""
    workstation.login()

    result = workstation.run("awsfed", "exec", "dev", "--", "python", "-c", WHO)

    assert (0, f"{DEVELOPER}\n") == (result.returncode, result.stdout)
    workstation.awsfed("logout")
    assert "Not signed in" in workstation.awsfed("status")
    assert "login required" in workstation.fails(125, "exec", "dev", "--", "true")
    assert not [path for path in workstation.cache.iterdir() if path.name.startswith("dev.")]


def test_a_second_use_asks_nobody(workstation: Workstation) -> None:
    """Cached credentials cost neither Crowd nor STS a request."""
    workstation.login("alice", "dev")
    first = json.loads(workstation.awsfed("credential-process", "dev"))
    calls = len(workstation.sandbox.crowd.calls), len(workstation.sandbox.aws.calls)

    second = json.loads(workstation.awsfed("credential-process", "dev"))

    assert first == second
    assert calls == (len(workstation.sandbox.crowd.calls), len(workstation.sandbox.aws.calls))


def test_leaving_a_group_ends_access_at_the_next_vend(workstation: Workstation) -> None:
    """Groups are read at the moment of vending, and a refusal takes back what was kept."""
    workstation.login()
    workstation.awsfed("credentials", "dev", "--profile", "written")
    workstation.sandbox.crowd.directory.remove_from_group("alice", "aws-developers")

    said = workstation.fails(6, "credentials", "dev", "--profile", "written", "--min-life", "61m")

    assert "no connector 'dev' for alice" in said
    assert "[written]" not in (workstation.home / ".aws" / "credentials").read_text()
