"""Connectors whose key is the role of the broker's machine, and those that pass it on."""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from cli.conftest import Shell
from fakes.metadata import Container, Instance

from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.outside.aws import AwsDoor
from awsfed.outside.clock import SystemClock

SETTINGS = """
[keys.task]
source = "container"

[keys.machine]
source = "instance"

[connectors.own]
type = "PROVIDED"
key = "task"
groups = ["aws-developers"]

[connectors.ec2]
type = "PROVIDED"
key = "machine"
groups = ["aws-developers"]

[connectors.next]
type = "ASSUME_ROLE"
key = "task"
role_arn = "arn:aws:iam::123456789012:role/developer"
groups = ["aws-developers"]
"""


def ask(shell: Shell, service: str, operation: str, **parameters: str) -> Mapping[str, Any]:
    """Ask the sandbox's AWS as its administrator."""
    key = AccessKey(
        name="x",
        access_key_id=shell.sandbox.access_key_id,
        secret_access_key=Secret(shell.sandbox.secret_access_key),
    )
    door = AwsDoor(clock=SystemClock(), environ={}, endpoint=shell.sandbox.aws_url)
    return door.call(service, operation, parameters, key, "eu-central-1").data


def role_of(shell: Shell, role: str) -> dict[str, str]:
    """Return credentials of a role in the sandbox, in the words of the platforms."""
    arn, session = f"arn:aws:iam::123456789012:role/{role}", "i-0123456789abcdef0"
    given = ask(shell, "sts", "AssumeRole", RoleArn=arn, RoleSessionName=session)["Credentials"]
    return {
        "AccessKeyId": given["AccessKeyId"],
        "SecretAccessKey": given["SecretAccessKey"],
        "Token": given["SessionToken"],
        "Expiration": given["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


@pytest.fixture
def task(shell: Shell) -> Iterator[Container]:
    """The credentials of the container that the broker runs in: a role that may do everything."""
    with Container(credentials=role_of(shell, "admin"), token="the token") as service:
        shell.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"{service.url}/v1/credentials"
        shell.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "the token"
        shell.add_settings(SETTINGS)
        shell.login()
        yield service


def test_the_role_of_the_container_is_passed_on(shell: Shell, task: Container) -> None:
    """As it is, and STS is not asked for it; another process finds it in the cache."""
    shell.sandbox.aws.calls.clear()

    document = json.loads(shell.answers("credential-process", "own"))

    assert task.credentials["Token"] == document["SessionToken"]
    assert task.credentials["Expiration"] == document["Expiration"]
    assert [] == shell.aws_calls()


def test_the_role_of_the_instance_is_passed_on(shell: Shell, task: Container) -> None:
    """The same from EC2; where SDKs are told to leave the service alone, there is no key."""
    with Instance(credentials=role_of(shell, "admin")) as ec2:
        environ = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": ec2.url, "AWS_EC2_METADATA_DISABLED": "false"}
        assert ec2.credentials["Token"] in shell.answers("credential-process", "ec2", environ=environ)

    end = shell.run("keys", "check", "machine")
    assert (4, True) == (end.status, "its place is the role of this EC2 instance" in end.err)


def test_a_role_is_assumed_with_the_role_of_the_machine(shell: Shell, task: Container) -> None:
    """In the user's name; the role trusts the machine's."""
    name = f"next-{secrets.token_hex(4)}"
    principal = {"AWS": "arn:aws:iam::123456789012:role/admin"}
    trust = {"Statement": {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}}
    ask(shell, "iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    shell.change_settings(
        'key = "task"\nrole_arn = "arn:aws:iam::123456789012:role/developer"',
        f'key = "task"\nrole_arn = "arn:aws:iam::123456789012:role/{name}"',
    )

    assert json.loads(shell.answers("credential-process", "next"))["SessionToken"]
    assert f"assumed-role/{name}/alice" in shell.answers("whoami", "next")


def test_the_console_is_entered_without_a_length_of_its_own(shell: Shell, task: Container) -> None:
    """AWS refuses one for roles that were not assumed with a user's key."""
    assert shell.answers("console", "own", "--print").startswith(f"{shell.sandbox.aws_url}/federation?Action=login")
    assert ["getSigninToken"] == [action for action in shell.aws_calls() if action == "getSigninToken"]


@pytest.mark.parametrize("option", [("--read-only",), ("--duration", "15m"), ("--region-lock", "eu-west-1")])
def test_what_is_passed_on_cannot_be_narrowed(shell: Shell, task: Container, option: tuple[str, ...]) -> None:
    """It was made by the platform."""
    said = shell.fails(10, "env", "own", *option)

    assert "connector 'own' passes on the role of the broker's machine, which takes no limits" in said


def test_only_groups_open_it(shell: Shell, task: Container) -> None:
    """As any other connector."""
    shell.login("frank")

    assert "no connector 'own'" in shell.fails(6, "credential-process", "own")


def test_keys_show_where_they_are(shell: Shell, task: Container) -> None:
    """With their connectors; they are changed elsewhere."""
    shown = shell.answers("keys", "show", "task")

    assert "place          the role of this container\n" in shown
    assert "arn:aws:sts::123456789012:assumed-role/admin/i-0123456789abcdef0" in shown
    assert "connectors     own, next\n" in shown
    assert task.credentials["Token"] not in shown
    for command in ("edit", "rotate"):
        assert "its place: the role of this container" in shell.fails(10, "keys", command, "task", "--yes")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            'type = "PROVIDED"\nkey = "task"',
            'type = "PROVIDED"\nkey = "main"',
            'own.key names "main", which is not the',
        ),
        (
            'type = "PROVIDED"\nkey = "task"',
            'type = "PROVIDED"\nkey = "none"',
            'own.key names "none", which is not the',
        ),
        ('key = "task"\ngroups', 'key = "task"\n#', "own.type is PROVIDED, which needs groups"),
        ('key = "task"\ngroups', 'key = "task"\nduration = 3600\ngroups', "own.duration is of no use with PROVIDED"),
        ('key = "task"\ngroups', 'key = "task"\nread_only = true\ngroups', "own.read_only is of no use with PROVIDED"),
        ('key = "task"\ngroups', 'key = "task"\nuser_tags = true\ngroups', "own.user_tags is of no use with PROVIDED"),
        (
            'key = "task"\nrole_arn',
            'key = "task"\nduration = "2h"\nrole_arn',
            "next.duration is more than the hour that AWS gives to a role that is assumed with another role",
        ),
        (
            'type = "PROVIDED"\nkey = "task"',
            'type = "SESSION_TOKEN"\nkey = "task"',
            'own.type is SESSION_TOKEN, which needs the key of a user; "task" is the role of this machine',
        ),
        ('source = "container"', 'source = "container"\nroles = ["SESSION_TOKEN"]', "own.type asks more of the access"),
    ],
)
def test_mistakes_are_found_before_anybody_is_asked(
    shell: Shell, task: Container, old: str, new: str, complaint: str
) -> None:
    """`config check` says them with the line."""
    shell.change_settings(old, new)

    checked = shell.run("config", "check")

    assert 3 == checked.status
    assert re.search(rf"line \d+: connectors\.{re.escape(complaint)}", checked.out), checked.out


def test_a_key_may_be_kept_to_being_passed_on(shell: Shell, task: Container) -> None:
    """`roles` knows the word."""
    shell.change_settings(
        'source = "container"', 'source = "container"\nroles = ["PROVIDED", "arn:aws:iam::123456789012:role/d*"]'
    )

    assert 0 == shell.run("config", "check").status


def test_a_catalogue_elsewhere_cannot_pass_the_machine_on(shell: Shell, task: Container) -> None:
    """Unless the key says so: whoever writes the catalogue is not whoever runs the broker."""
    from awsfed.broker.catalogue.bounds import bounded
    from awsfed.broker.catalogue.document import read_document
    from awsfed.settings.values import KeySettings, KeySource

    text = b'[connectors.own]\ntype = "PROVIDED"\nkey = "task"\ngroups = ["a"]'
    reading = read_document(text, name="catalogue")

    def taken(*roles: str) -> list[str]:
        keys = {"task": KeySettings(name="task", source=KeySource.CONTAINER, roles=roles or None)}
        return list(bounded(reading, keys, fetched=True).connectors)

    assert ([], ["own"], []) == (taken(), taken("PROVIDED"), taken("arn:aws:iam::123456789012:role/*"))
