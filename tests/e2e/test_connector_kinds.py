"""What connectors can do beyond a plain role, against the sandbox's AWS."""

import json

import pytest
from conftest import SCRIPTS, Workstation

ACCOUNT = "123456789012"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/developer"},
            "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        }
    ],
}
MAY_ASSUME = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": "*"}],
}
CONNECTORS = f"""
[connectors.base]
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::{ACCOUNT}:role/developer"
groups = ["aws-admins"]
chainable = true

[connectors.chained]
type = "ASSUME_ROLE"
key = "connector:base"
role_arn = "arn:aws:iam::{ACCOUNT}:role/behind-developer"
groups = ["aws-developers"]

[connectors.tagged]
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::{ACCOUNT}:role/developer"
groups = ["aws-developers"]
user_tags = true
group_tags = ["aws-developers"]
tags = {{ project = "apollo" }}

[connectors.open]
type = "FEDERATION_TOKEN"
key = "main"
omit_policy = true
groups = ["aws-developers"]
"""
WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"


def add_connectors(workstation: Workstation) -> None:
    """Add the connectors above to the settings, and the role that one of them leads to."""
    with workstation.config.open("a", encoding="utf-8") as file:
        file.write(CONNECTORS)
    sandbox = workstation.sandbox
    code = (
        "import boto3, sys; iam = boto3.client('iam', endpoint_url=sys.argv[1], region_name='us-east-1', "
        "aws_access_key_id=sys.argv[2], aws_secret_access_key=sys.stdin.read()); "
        "iam.put_role_policy(RoleName='developer', PolicyName='chain', PolicyDocument=sys.argv[4]); "
        "iam.create_role(RoleName='behind-developer', AssumeRolePolicyDocument=sys.argv[3])"
    )
    arguments = [sandbox.aws_url, sandbox.access_key_id, json.dumps(TRUST), json.dumps(MAY_ASSUME)]
    result = workstation.run(str(SCRIPTS / "python"), "-c", code, *arguments, stdin=sandbox.secret_access_key)
    assert 0 == result.returncode or "EntityAlreadyExists" in result.stderr, result.stderr


def test_chained_tagged_and_open_connectors(workstation: Workstation) -> None:
    """A role behind a role, a session with tags, and a federated user without a policy: each in the user's name."""
    add_connectors(workstation)
    workstation.login()
    expected = {
        "chained": f"arn:aws:sts::{ACCOUNT}:assumed-role/behind-developer/alice",
        "tagged": f"arn:aws:sts::{ACCOUNT}:assumed-role/developer/alice",
        "open": f"arn:aws:sts::{ACCOUNT}:federated-user/alice",
    }

    for connector, arn in expected.items():
        result = workstation.run("awsfed", "exec", connector, "--", "python", "-c", WHO)

        assert f"{arn}\n" == result.stdout, result.stderr


@pytest.mark.parametrize("connector", ["base", "nobody"])
def test_a_link_of_a_chain_is_not_granted_by_it(workstation: Workstation, connector: str) -> None:
    """Whoever may use the end of a chain may not use its beginning, unless that is granted too."""
    add_connectors(workstation)
    workstation.login()

    assert f"no connector '{connector}' for alice" in workstation.fails(6, "env", connector)


def test_a_connector_is_tried_part_by_part(workstation: Workstation) -> None:
    """What works is listed, and the first thing that does not is named with what is missing."""
    add_connectors(workstation)
    with workstation.config.open("a", encoding="utf-8") as file:
        file.write(
            f"""
[connectors.untrusted]
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::{ACCOUNT}:role/no-trust"
groups = ["aws-developers"]

[connectors.too-long]
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::{ACCOUNT}:role/developer"
groups = ["aws-developers"]
duration = "12h"
"""
        )
    workstation.login()

    answer = workstation.awsfed("connectors", "test", "tagged")
    untrusted = workstation.run("awsfed", "connectors", "test", "untrusted")
    too_long = workstation.run("awsfed", "connectors", "test", "too-long")

    assert "ok      with its tags" in answer
    assert "assumed-role/developer/alice, for 60 min" in answer
    assert 6 == untrusted.returncode
    assert "FAILED  AssumeRole by itself" in untrusted.stdout
    assert "trust policy" in untrusted.stderr
    assert "ok      AssumeRole by itself\nFAILED  with its duration" in too_long.stdout
    assert "longer than the role's maximum" in too_long.stderr
