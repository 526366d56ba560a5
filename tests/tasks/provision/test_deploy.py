"""Deploying, against the sandbox's CloudFormation, with a clock that does not wait."""

import math
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from fakes.clock import FakeClock
from tasks.provision import connectors as some

from awsfed.errors import AwsUnavailable, Busy, ProtocolError, Refused, RoleRefused
from awsfed.model.connector import Connector
from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.outside.aws import AwsDoor
from awsfed.outside.retry import Retries
from awsfed.sandbox.aws import faults
from awsfed.sandbox.world import Sandbox
from awsfed.tasks.provision import roles
from awsfed.tasks.provision.deploy import Deploy
from awsfed.tasks.provision.stacks import Change, Stack, Stacks
from awsfed.tasks.provision.templates import Machine, Template, core, quickstart, with_defaults

REGION = "eu-central-1"
INTERVAL_S = 15


class Unwanted(Exception):
    """What the person answers."""


@dataclass
class Account:
    """An account of AWS in which somebody deploys a stack of a name that nobody else uses."""

    sandbox: Sandbox
    clock: FakeClock = field(default_factory=FakeClock)
    told: list[str] = field(default_factory=list)
    shown: list[Sequence[Change]] = field(default_factory=list)
    name: str = field(default_factory=lambda: f"stack-{secrets.token_hex(4)}")

    @property
    def stacks(self) -> Stacks:
        """Seen with the key of the sandbox's broker."""
        key = AccessKey(
            name="admin",
            access_key_id=self.sandbox.access_key_id,
            secret_access_key=Secret(self.sandbox.secret_access_key),
        )
        door = AwsDoor(clock=self.clock, environ={}, endpoint=self.sandbox.aws_url)
        return Stacks(
            door=door, retries=Retries(clock=self.clock, retries=1, deadline_s=math.inf), key=key, region=REGION
        )

    def deploy(
        self,
        template: Template,
        *,
        agree: Callable[[Sequence[Change]], None] | None = None,
        tell: Callable[[str], None] | None = None,
        **values: str,
    ) -> Stack:
        """Deploy, with the consent of everybody."""
        deploy = Deploy(
            stacks=self.stacks,
            clock=self.clock,
            interval_s=INTERVAL_S,
            tell=tell or self.told.append,
            agree=agree or self.shown.append,
        )
        self.told.clear()
        self.clock.advance(1)
        return deploy(self.name, template, values)

    def status(self) -> str | None:
        """Return how the stack is, or None where there is none."""
        stack = self.stacks.find(self.name)
        return stack.status if stack else None

    def actions(self) -> list[tuple[str, str]]:
        """Return what the last change set was about."""
        return [(change.action, change.resource) for change in self.shown[-1]]

    def asked(self) -> list[str]:
        """Return the operations that AWS was asked for."""
        return [call.action for call in self.sandbox.aws.calls]


@pytest.fixture
def account(sandbox: Sandbox) -> Account:
    """An account without that stack."""
    return Account(sandbox)


def unwanted(_: Sequence[Change]) -> None:
    """Say no."""
    raise Unwanted


def interrupted(_: object) -> None:
    """Press Ctrl-C."""
    raise KeyboardInterrupt


def own_role(**changes: Any) -> Connector:
    """Return a connector whose role no other test has."""
    arn = f"arn:aws:iam::{some.ACCOUNT}:role/made-{secrets.token_hex(4)}"
    return some.role_connector("own", role_arn=arn, **changes)


def trusting(connector: Connector) -> Template:
    """Return the template of a connector's role."""
    return roles.role(connector, [connector])


ADMIN = f"arn:aws:iam::{some.ACCOUNT}:role/admin"
BROKER = f"arn:aws:iam::{some.ACCOUNT}:user/awsfed-broker"


def test_a_new_stack(account: Account) -> None:
    """The changes are shown before anything happens; its outputs are those of the template."""
    stack = account.deploy(core([some.DEV], Machine.EC2))

    assert [("Add", "CoreRole"), ("Add", "CoreInstanceProfile"), ("Add", "CorePolicy")] == account.actions()
    assert ("CREATE_COMPLETE", {"CoreRoleArn", "CorePolicyArn"}) == (stack.status, set(stack.outputs))
    assert stack.outputs["CoreRoleArn"].startswith(f"arn:aws:iam::{some.ACCOUNT}:role/{account.name}-CoreRole-")
    assert account.told[-1] == f"CREATE_COMPLETE       AWS::CloudFormation::Stack  {account.name}"
    assert account.asked().index("DescribeChangeSet") < account.asked().index("ExecuteChangeSet")


def test_looks_are_an_interval_apart(account: Account) -> None:
    """Before the change set is ready, and until the end."""
    account.deploy(quickstart([some.DEV], Machine.EC2))

    assert len(account.clock.waits) >= 3
    assert {INTERVAL_S} == set(account.clock.waits)


def test_every_event_is_told_once_and_in_order(account: Account) -> None:
    """However many pages and looks it takes."""
    account.deploy(quickstart([some.DEV], Machine.EC2))

    events = [line for line in account.told if "looking again" not in line]
    assert len(events) == len(set(events)) == 14
    assert events[0].startswith("CREATE_IN_PROGRESS    AWS::CloudFormation::Stack")
    made = [line.split()[-1] for line in events if line.startswith("CREATE_COMPLETE")]
    assert made.index("CoreUser") < made.index("CoreAccessKey") < made.index("CoreSecret")


def test_the_secret_of_a_quickstart_is_where_it_should_be(account: Account) -> None:
    """In Secrets Manager, or among the outputs, which no repr shows."""
    kept = account.deploy(quickstart([some.DEV], Machine.EC2))
    text = account.stacks.secret_text(kept)
    shown = account.deploy(quickstart([some.DEV], Machine.EC2, secret_in_outputs=True))

    assert text is not None
    assert kept.secret is None
    assert shown.secret is not None
    assert kept.outputs["CoreAccessKeyId"] in text.reveal()
    assert shown.secret.reveal() in text.reveal()
    assert shown.secret.reveal() not in repr(shown)
    assert "CoreSecretAccessKey" not in shown.outputs
    assert ("Remove", "CoreSecret") in account.actions()


def test_a_change(account: Account) -> None:
    """Only what differs is touched."""
    account.deploy(core([some.DEV], Machine.EC2))

    stack = account.deploy(core([some.DEV, some.TAGGED], Machine.EC2))

    assert ("UPDATE_COMPLETE", [("Modify", "CorePolicy")]) == (stack.status, account.actions())


def test_nothing_to_change(account: Account) -> None:
    """Is said; nobody is asked, and nothing is left behind."""
    first = account.deploy(core([some.DEV], Machine.EC2))
    account.shown.clear()

    again = account.deploy(core([some.DEV], Machine.EC2))

    assert (first.outputs, []) == (again.outputs, account.shown)
    assert f"Nothing to change: stack {account.name} is as the template says." == account.told[-1]
    assert "DeleteChangeSet" in account.asked()


def test_somebody_does_not_want_it(account: Account) -> None:
    """The change set is deleted, with the empty stack that came with it."""
    with pytest.raises(Unwanted):
        account.deploy(core([some.DEV], Machine.EC2), agree=unwanted)

    assert account.status() is None


def test_somebody_does_not_want_what_another_has_deployed_meanwhile(account: Account) -> None:
    """Two ran the same command at once: the stack is not empty any more, and stays."""

    def too_late(_: Sequence[Change]) -> None:
        other = Account(account.sandbox, name=account.name)
        other.clock.advance(30)
        other.deploy(core([some.DEV], Machine.EC2))
        raise Unwanted

    with pytest.raises(Unwanted):
        account.deploy(core([some.DEV], Machine.EC2), agree=too_late)

    assert "CREATE_COMPLETE" == account.status()
    assert "DeleteStack" not in account.asked()


def test_somebody_does_not_want_a_change(account: Account) -> None:
    """The stack stays as it was."""
    account.deploy(core([some.DEV], Machine.EC2))

    with pytest.raises(Unwanted):
        account.deploy(core([some.TAGGED], Machine.EC2), agree=unwanted)

    assert "CREATE_COMPLETE" == account.status()
    assert "UPDATE_COMPLETE" == account.deploy(core([some.TAGGED], Machine.EC2)).status


def test_ctrl_c_before_anything_happens(account: Account) -> None:
    """The same as not wanting it."""
    with pytest.raises(KeyboardInterrupt):
        account.deploy(core([some.DEV], Machine.EC2), tell=interrupted)

    assert account.status() is None


def test_an_empty_stack_of_an_earlier_run(account: Account) -> None:
    """It is used, as a new one is; declined again, it stays."""
    parameters = {
        "ChangeSetType": "CREATE",
        "TemplateBody": '{"Resources": {"User": {"Type": "AWS::IAM::User"}}}',
        "Capabilities": ["CAPABILITY_IAM"],
    }
    account.stacks.propose(account.name, change_set="left-over", parameters=parameters)
    with pytest.raises(Unwanted):
        account.deploy(core([some.DEV], Machine.EC2), agree=unwanted)
    assert "REVIEW_IN_PROGRESS" == account.status()

    assert "CREATE_COMPLETE" == account.deploy(core([some.DEV], Machine.EC2)).status


def test_a_change_set_that_cannot_be_deleted(account: Account) -> None:
    """Is told, and does not hide why."""
    account.sandbox.aws.faults.add(faults.fail(403, "AccessDenied", "no"), action="DeleteChangeSet")

    with pytest.raises(Unwanted):
        account.deploy(core([some.DEV], Machine.EC2), agree=unwanted)

    assert account.told[-1].startswith("The change set is still there, and changes nothing: AWS refused")


def test_parameters_stay_until_they_are_changed(account: Account) -> None:
    """A later run need not repeat them."""
    connector = own_role()
    account.deploy(trusting(connector), TrustedArn=BROKER)

    longer = replace(connector, duration=7200)
    assert "UPDATE_COMPLETE" == account.deploy(trusting(longer)).status
    assert "UPDATE_COMPLETE" == account.deploy(trusting(longer), TrustedArn=ADMIN).status


def test_what_the_role_and_the_user_may_do_is_a_parameter(account: Account) -> None:
    """It can be given, changed and taken away."""
    policy = account.deploy(core([some.DEV], Machine.EC2)).outputs["CorePolicyArn"]
    trusting_somebody = with_defaults(trusting(own_role()), {"TrustedArn": BROKER})
    for template in (trusting_somebody, quickstart([some.DEV], Machine.EC2)):
        account.name += "-x"
        stacks = [account.deploy(template, ManagedPolicyArns=arns) for arns in (policy, "", policy)]
        assert ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE"] == [stack.status for stack in stacks]
        arn = stacks[-1].outputs.get("RoleArn") or stacks[-1].outputs["CoreUserArn"]
        assert any("AssumeRoles" in document for document in account.sandbox.aws.iam.policies(arn))


def test_only_outputs_change(account: Account) -> None:
    """That is a change, though of no resource."""
    template = core([some.DEV], Machine.EC2)
    assert {} == account.deploy({**template, "Outputs": {}}).outputs

    assert {"CoreRoleArn", "CorePolicyArn"} == set(account.deploy(template).outputs)
    assert [] == account.actions()


def test_a_resource_that_fails(account: Account) -> None:
    """The error has the reason of the first failure; the hint how to make room for the next try."""
    nobody = f"arn:aws:iam::{some.ACCOUNT}:user/nobody"

    with pytest.raises(
        RoleRefused, match=r"ended as ROLLBACK_COMPLETE: Role \(AWS::IAM::Role\): Invalid principal"
    ) as e:
        account.deploy(trusting(own_role()), TrustedArn=nobody)

    assert f"delete-stack --stack-name {account.name} --region {REGION}" in str(e.value.hint)
    with pytest.raises(Refused, match="ROLLBACK_COMPLETE, from which no template leads on") as refused:
        account.deploy(trusting(own_role()), TrustedArn=BROKER)
    assert "delete-stack" in str(refused.value.hint)


def test_a_change_that_fails(account: Account) -> None:
    """The stack is as it was before; only failures of this run count."""
    connector = own_role()
    account.deploy(trusting(connector), TrustedArn=BROKER)
    for name in ("one", "two"):
        with pytest.raises(RoleRefused, match=f"UPDATE_ROLLBACK_COMPLETE: Role .*user/{name}") as error:
            account.deploy(trusting(connector), TrustedArn=f"arn:aws:iam::{some.ACCOUNT}:user/{name}")
        assert "the stack is as it was before" == error.value.hint


def test_a_template_that_cloudformation_refuses(account: Account) -> None:
    """What it says is passed on."""
    with pytest.raises(RoleRefused, match="must match pattern"):
        account.deploy(trusting(own_role()), TrustedArn="me")
    with pytest.raises(RoleRefused, match=r"Parameters: \['TrustedArn'\] must have values"):
        account.deploy(trusting(own_role()))


def test_somebody_else_is_at_it(account: Account) -> None:
    """Nothing is proposed; the hint is how to follow it."""
    with pytest.raises(KeyboardInterrupt):
        account.deploy(core([some.DEV], Machine.EC2), tell=_interrupt_at("CREATE_IN_PROGRESS"))

    with pytest.raises(Busy, match="CREATE_IN_PROGRESS") as error:
        account.deploy(core([some.DEV], Machine.EC2))

    assert f"describe-stack-events --stack-name {account.name}" in str(error.value.hint)


def _interrupt_at(word: str) -> Callable[[str], None]:
    def tell(line: str) -> None:
        if line.startswith(word):
            raise KeyboardInterrupt

    return tell


def test_ctrl_c_while_it_happens(account: Account) -> None:
    """The stack goes on, and how to follow it is said."""
    said: list[str] = []

    def tell(line: str) -> None:
        said.append(line)
        _interrupt_at("CREATE_COMPLETE")(line)

    with pytest.raises(KeyboardInterrupt):
        account.deploy(core([some.DEV], Machine.EC2), tell=tell)

    assert said[-1].startswith(f"What was begun with stack {account.name} goes on in AWS. To follow it: aws cloudf")
    assert "DeleteChangeSet" not in account.asked()


def test_aws_cannot_be_asked_while_it_happens(account: Account) -> None:
    """That is not the end of it, and the error says so."""

    def cut(changes: Sequence[Change]) -> None:
        account.sandbox.aws.faults.add(faults.fail(503, "ServiceUnavailable"), action="DescribeStackEvents", times=9)

    def cut_later(line: str) -> None:
        if line.startswith("CREATE_COMPLETE"):
            cut(())

    with pytest.raises(AwsUnavailable, match="goes on") as error:
        account.deploy(core([some.DEV], Machine.EC2), tell=cut_later)

    assert "describe-stack-events" in str(error.value.hint)


def test_a_trouble_that_passes(account: Account) -> None:
    """Is retried, at every step; no request has an effect twice."""
    for action in ("DescribeStacks", "CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet", "DescribeStackEvents"):
        account.sandbox.aws.faults.add(faults.throttle(), action=action)

    assert "CREATE_COMPLETE" == account.deploy(core([some.DEV], Machine.EC2)).status


def test_not_allowed(account: Account) -> None:
    """The hint names the action and the way to use another key."""
    account.sandbox.aws.faults.add(faults.fail(403, "AccessDenied", "no"), action="DescribeStacks")
    with pytest.raises(RoleRefused, match="cloudformation:DescribeStacks"):
        account.deploy(core([some.DEV], Machine.EC2))
    account.sandbox.aws.faults.add(faults.fail(403, "AccessDenied", "no"), action="CreateChangeSet")

    with pytest.raises(
        RoleRefused, match="AWS refused cloudformation:CreateChangeSet with access key 'admin'"
    ) as error:
        account.deploy(core([some.DEV], Machine.EC2))

    assert "allow cloudformation:CreateChangeSet to it, or use another: --key NAME" == error.value.hint


def test_a_stack_that_somebody_deletes(account: Account) -> None:
    """There is nothing to tell then."""
    stack = account.deploy(core([some.DEV], Machine.EC2))

    account.stacks.delete(stack.id)

    assert account.status() is None
    assert "CREATE_COMPLETE" == account.deploy(core([some.DEV], Machine.EC2)).status


def test_an_answer_that_is_none() -> None:
    """It is one of ours that is raised."""

    @dataclass
    class Door:
        def call(self, *_: object, **__: object) -> Any:
            return type("Answer", (), {"data": {"Stacks": [{"StackId": "x"}]}})

    key = AccessKey(name="admin", access_key_id="AKIA", secret_access_key=Secret("x"))
    clock = FakeClock()
    stacks = Stacks(door=Door(), retries=Retries(clock=clock), key=key, region=REGION)  # type: ignore[arg-type]
    with pytest.raises(ProtocolError, match="lacks StackStatus"):
        stacks.find("x")
    with pytest.raises(ProtocolError, match="lacks Id"):
        stacks.propose("x", change_set="y", parameters={})
