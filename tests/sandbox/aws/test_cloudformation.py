"""The stacks of the sandbox, which refuse what CloudFormation refuses."""

import json
import secrets
from typing import Any

import pytest
from sandbox.aws.consuming import Consumer, refused

USER: dict[str, Any] = {"Type": "AWS::IAM::User", "Properties": {}}
PARAMETER = {"Type": "String", "AllowedPattern": "[a-z]+"}


def body(*, more: dict[str, Any] | None = None, **resources: Any) -> str:
    """Return a template."""
    return json.dumps({"Resources": resources, **(more or {})})


class Stacks:
    """One stack of a name that nobody else uses."""

    def __init__(self, consumer: Consumer) -> None:
        self.client = consumer.client("cloudformation")
        self.name = f"stack-{secrets.token_hex(4)}"

    def propose(self, template: str, change_set: str = "first", kind: str = "CREATE", **more: Any) -> str:
        more = {"Capabilities": ["CAPABILITY_IAM"], **more}
        made = self.client.create_change_set(
            StackName=self.name, ChangeSetName=change_set, ChangeSetType=kind, TemplateBody=template, **more
        )
        return str(made["Id"])

    def status(self) -> str:
        (stack,) = self.client.describe_stacks(StackName=self.name)["Stacks"]
        return str(stack["StackStatus"])

    def deploy(self, template: str, kind: str = "CREATE") -> str:
        """Carry a template out to its end; return the last state."""
        change_set = self.propose(template, f"set-{secrets.token_hex(4)}", kind)
        for _ in range(2):
            self.client.describe_change_set(ChangeSetName=change_set)
        self.client.execute_change_set(ChangeSetName=change_set)
        for _ in range(20):
            self.client.describe_stack_events(StackName=self.name)
        return self.status()


@pytest.fixture
def stacks(consumer: Consumer) -> Stacks:
    """A stack that does not exist yet."""
    return Stacks(consumer)


def test_states_allow_what_they_allow(stacks: Stacks) -> None:
    """A stack is created once, and changed only when it is there."""
    with refused("ValidationError", f"Stack [{stacks.name}] does not exist"):
        stacks.propose(body(User=USER), kind="UPDATE")
    with refused("ValidationError", "does not exist"):
        stacks.status()
    stacks.propose(body(User=USER))
    assert "REVIEW_IN_PROGRESS" == stacks.status()
    with refused("AlreadyExistsException"):
        stacks.propose(body(User=USER))
    with refused("ValidationError", "is in REVIEW_IN_PROGRESS state and can not be updated"):
        stacks.propose(body(User=USER), "other", "UPDATE")

    assert "CREATE_COMPLETE" == stacks.deploy(body(User=USER))
    with refused("ValidationError", "already exists and cannot be created again"):
        stacks.propose(body(User=USER))


def test_a_change_set_takes_its_time(stacks: Stacks) -> None:
    """It cannot be carried out before it is ready, nor after it was deleted."""
    change_set = stacks.propose(body(User=USER))
    with refused("InvalidChangeSetStatus"):
        stacks.client.execute_change_set(ChangeSetName=change_set)
    first, second = (stacks.client.describe_change_set(ChangeSetName=change_set) for _ in range(2))
    assert ("CREATE_IN_PROGRESS", [], "CREATE_COMPLETE", 1) == (
        first["Status"],
        first["Changes"],
        second["Status"],
        len(second["Changes"]),
    )

    stacks.client.delete_change_set(ChangeSetName="first", StackName=stacks.name)

    with refused("ChangeSetNotFound"):
        stacks.client.execute_change_set(ChangeSetName=change_set)


def test_a_token_makes_a_request_count_once(stacks: Stacks) -> None:
    """The same answer comes back."""
    first, second = (stacks.propose(body(User=USER), ClientToken="once") for _ in range(2))
    assert first == second


def test_capabilities_have_to_be_named(stacks: Stacks) -> None:
    """And names of one's own want the stronger one."""
    with refused("InsufficientCapabilitiesException", "[CAPABILITY_IAM]"):
        stacks.propose(body(User=USER), Capabilities=[])
    named = {"Type": "AWS::IAM::User", "Properties": {"UserName": f"named-{secrets.token_hex(4)}"}}
    with refused("InsufficientCapabilitiesException", "[CAPABILITY_NAMED_IAM]"):
        stacks.propose(body(User=named))
    assert stacks.propose(body(User=named), Capabilities=["CAPABILITY_NAMED_IAM"])


@pytest.mark.parametrize(
    ("template", "code", "message"),
    [
        ("{}", "ValidationError", "At least one Resources member"),
        ("Resources: {}", "UnsupportedInSandbox", "not JSON"),
        (body(User=USER, more={"Extra": 1}), "ValidationError", "['Extra']"),
        (body(Queue={"Type": "AWS::SQS::Queue"}), "UnsupportedInSandbox", "AWS::SQS::Queue"),
        (body(User={**USER, "Properties": {"Nonsense": 1}}), "ValidationError", "extraneous keys ['Nonsense']"),
        (body(User={**USER, "Nonsense": 1}), "ValidationError", "Resource User"),
        (
            body(Key={"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": {"Ref": "Nobody"}}}),
            "ValidationError",
            "Unresolved",
        ),
        (body(User={**USER, "Properties": {"UserName": {"Fn::GetAZs": ""}}}), "UnsupportedInSandbox", "Fn::GetAZs"),
        (
            body(
                A={"Type": "AWS::IAM::User", "Properties": {"UserName": {"Ref": "B"}}},
                B={"Type": "AWS::IAM::User", "Properties": {"UserName": {"Ref": "A"}}},
            ),
            "ValidationError",
            "Circular",
        ),
        (body(User={**USER, "Properties": {"UserName": "x" * 60_000}}), "ValidationError", "at most 51200"),
        (body(User=USER, more={"Parameters": {"A": PARAMETER}}), "ValidationError", "['A'] must have values"),
        (
            body(User=USER, more={"Parameters": {"A": {**PARAMETER, "Default": "1"}}}),
            "ValidationError",
            "'A' must match pattern",
        ),
    ],
)
def test_templates_that_are_wrong(stacks: Stacks, template: str, code: str, message: str) -> None:
    """Each is refused with its own sentence, and leaves nothing behind."""
    with refused(code, message):
        stacks.propose(template, Capabilities=["CAPABILITY_NAMED_IAM"])
    with refused("ValidationError", "does not exist"):
        stacks.status()


def test_parameters_that_are_wrong(stacks: Stacks) -> None:
    """Unknown ones, and values that were never there."""
    with refused("ValidationError", "do not exist in the template"):
        stacks.propose(body(User=USER), Parameters=[{"ParameterKey": "B", "ParameterValue": "x"}])
    template = body(User=USER, more={"Parameters": {"A": PARAMETER}})
    with refused("ValidationError", "Cannot specify usePreviousValue"):
        stacks.propose(template, Parameters=[{"ParameterKey": "A", "UsePreviousValue": True}])


def test_names_that_are_none(stacks: Stacks) -> None:
    """Letters, digits and hyphens, with a letter first."""
    stacks.name = "1st"
    with refused("ValidationError", "'1st'"):
        stacks.propose(body(User=USER))


def test_no_changes(stacks: Stacks) -> None:
    """The change set fails, and cannot be carried out."""
    stacks.deploy(body(User=USER))
    change_set = stacks.propose(body(User=USER), "again", "UPDATE")
    _, second = (stacks.client.describe_change_set(ChangeSetName=change_set) for _ in range(2))

    assert "FAILED" == second["Status"]
    assert "didn't contain changes" in second["StatusReason"]
    with refused("InvalidChangeSetStatus"):
        stacks.client.execute_change_set(ChangeSetName=change_set)


def test_a_replacement(stacks: Stacks, consumer: Consumer) -> None:
    """The new resource is there before the old one goes; what leans on it is replaced too."""
    first, second = (f"user-{secrets.token_hex(4)}" for _ in range(2))
    key = {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": {"Ref": "User"}}}

    def named(name: str) -> str:
        return body(User={**USER, "Properties": {"UserName": name}}, Key=key)

    stacks.propose(named(first), Capabilities=["CAPABILITY_NAMED_IAM"])
    change_set = stacks.propose(named(first), "a", Capabilities=["CAPABILITY_NAMED_IAM"])
    carried_out(stacks, change_set)
    change_set = stacks.propose(named(second), "b", "UPDATE", Capabilities=["CAPABILITY_NAMED_IAM"])
    described = carried_out(stacks, change_set)

    assert ["True", "True"] == [one["ResourceChange"]["Replacement"] for one in described["Changes"]]
    assert "UPDATE_COMPLETE" == stacks.status()
    users = {user["UserName"] for user in consumer.client("iam").list_users()["Users"]}
    assert {second} == users & {first, second}


def carried_out(stacks: Stacks, change_set: str) -> Any:
    """Carry out a change set; return how it was described."""
    _, described = (stacks.client.describe_change_set(ChangeSetName=change_set) for _ in range(2))
    stacks.client.execute_change_set(ChangeSetName=change_set)
    for _ in range(10):
        stacks.client.describe_stack_events(StackName=stacks.name)
    return described


def test_a_rollback_takes_everything_back(stacks: Stacks, consumer: Consumer) -> None:
    """What was made before the failure is deleted again."""
    name = f"first-{secrets.token_hex(4)}"
    failing = {
        "Type": "AWS::IAM::User",
        "Properties": {"UserName": {"Fn::Sub": "${First}/no"}, "ManagedPolicyArns": ["x"]},
    }
    change_set = stacks.propose(
        body(First={**USER, "Properties": {"UserName": name}}, Second=failing), Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    carried_out(stacks, change_set)

    assert "ROLLBACK_COMPLETE" == stacks.status()
    assert name not in {user["UserName"] for user in consumer.client("iam").list_users()["Users"]}
    with refused("ValidationError", "ROLLBACK_COMPLETE state and can not be updated"):
        stacks.propose(body(User=USER), "again", "UPDATE")
    stacks.client.delete_stack(StackName=stacks.name)
    with refused("ValidationError", "does not exist"):
        stacks.status()


def test_events_come_in_pages_the_newest_first(stacks: Stacks) -> None:
    """Each of them once."""
    stacks.deploy(body(A=USER, B=USER, C=USER))
    pages = list(stacks.client.get_paginator("describe_stack_events").paginate(StackName=stacks.name))
    events = [event for page in pages for event in page["StackEvents"]]

    assert len(pages) > 1
    assert len({event["EventId"] for event in events}) == len(events) == 9
    assert ("CREATE_COMPLETE", "REVIEW_IN_PROGRESS") == (events[0]["ResourceStatus"], events[-1]["ResourceStatus"])


def test_what_is_not_supported_is_said(consumer: Consumer) -> None:
    """Rather than answered in some way."""
    with refused("UnsupportedInSandbox", "ListStacks"):
        consumer.client("cloudformation").list_stacks()
    with refused("UnsupportedInSandbox", "CreateSecret"):
        consumer.client("secretsmanager").create_secret(Name="x", SecretString="y")
