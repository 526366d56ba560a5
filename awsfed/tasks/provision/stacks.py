"""Stacks of CloudFormation through the AWS door."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from awsfed.errors import AwsUnavailable, ProtocolError, RoleRefused
from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.model.text import shown
from awsfed.outside.aws import AwsDoor
from awsfed.outside.aws_answers import AwsRefusal
from awsfed.outside.retry import Retries, TryAgain
from awsfed.tasks.provision.templates import SECRET_ARN_OUTPUT, SECRET_OUTPUT

STACK_TYPE = "AWS::CloudFormation::Stack"
_NOTHING_CHANGES = ("didn't contain changes", "No updates are to be performed")
_PAGES = 100
"""How many pages of a list are read at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One resource that a change set adds, changes or removes."""

    action: str
    resource: str
    type: str
    replacement: str
    """Whether a new resource takes the place of the old one: `True`, `False`, `Conditional`, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the history of a stack."""

    id: str
    resource: str
    physical_id: str
    type: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack as it is now."""

    id: str
    status: str
    parameters: frozenset[str]
    outputs: Mapping[str, str]
    """Without the secret, if one of them is that."""
    secret: Secret | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """What CloudFormation thinks of a template."""

    status: str
    reason: str
    changes: tuple[Change, ...]

    @property
    def is_ready(self) -> bool:
        """Tell whether CloudFormation has done thinking."""
        return self.status not in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}

    @property
    def changes_nothing(self) -> bool:
        """Tell whether the stack is as the template says already."""
        return self.status == "FAILED" and any(sentence in self.reason for sentence in _NOTHING_CHANGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacks:
    """The stacks of one account and region.

    Every verb raises RoleRefused where AWS does not want to, AwsUnavailable where it cannot be asked, and ProtocolError
    for an answer that is none.
    """

    door: AwsDoor
    retries: Retries
    key: AccessKey
    region: str

    def find(self, name: str) -> Stack | None:
        """Return a stack by its name or id, or None."""
        try:
            answer = self._ask("DescribeStacks", {"StackName": name})
        except RoleRefused as error:
            refusal = error.__cause__
            if isinstance(refusal, AwsRefusal) and refusal.code == "ValidationError" and "not exist" in error.message:
                return None
            raise
        return _stack(answer)

    def propose(self, name: str, *, change_set: str, parameters: Mapping[str, Any]) -> tuple[str, str]:
        """Hand in a template; return the ids of the change set and of the stack."""
        named = {"StackName": name, "ChangeSetName": change_set, "ClientToken": change_set}
        answer = self._ask("CreateChangeSet", {**named, **parameters})
        return _text(answer, "Id"), _text(answer, "StackId")

    def change_set(self, change_set_id: str) -> ChangeSet:
        """Return a change set with all its changes."""
        pages = list(self._pages("DescribeChangeSet", {"ChangeSetName": change_set_id}))
        return ChangeSet(
            status=_text(pages[0], "Status"),
            reason=shown(str(pages[0].get("StatusReason") or ""), limit=500),
            changes=tuple(_change(one) for page in pages for one in page.get("Changes") or ()),
        )

    def execute(self, change_set_id: str, token: str) -> None:
        """Let the changes happen."""
        self._ask("ExecuteChangeSet", {"ChangeSetName": change_set_id, "ClientRequestToken": token})

    def discard(self, change_set_id: str) -> None:
        """Delete a change set."""
        self._ask("DeleteChangeSet", {"ChangeSetName": change_set_id})

    def delete(self, stack_id: str) -> None:
        """Delete a stack."""
        self._ask("DeleteStack", {"StackName": stack_id})

    def events(self, stack_id: str, after: str | None) -> list[Event]:
        """Return what happened after an event, or everything; the oldest first."""
        found: list[Event] = []
        for page in self._pages("DescribeStackEvents", {"StackName": stack_id}):
            for one in page.get("StackEvents") or ():
                event = _event(one)
                if event.id == after:
                    return found[::-1]
                found.append(event)
        return found[::-1]

    def newest_event(self, stack_id: str) -> str | None:
        """Return the id of what happened last, or None where nothing did."""
        page = next(self._pages("DescribeStackEvents", {"StackName": stack_id}))
        return next((_event(one).id for one in page.get("StackEvents") or ()), None)

    def secret_text(self, stack: Stack) -> Secret | None:
        """Return what Secrets Manager keeps for a stack; None where the stack names no secret."""
        arn = stack.outputs.get(SECRET_ARN_OUTPUT)
        if arn is None:
            return None
        answer = self._ask("GetSecretValue", {"SecretId": arn}, service="secretsmanager")
        return Secret(_text(answer, "SecretString"))

    def _pages(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        token: str | None = None
        for _ in range(_PAGES):
            answer = self._ask(operation, {**parameters, **({"NextToken": token} if token else {})})
            yield answer
            token = answer.get("NextToken")
            if not token:
                return

    def _ask(self, operation: str, parameters: Mapping[str, Any], service: str = "cloudformation") -> Mapping[str, Any]:
        try:
            call = self.retries.run(
                "AWS", lambda: self.door.call(service, operation, parameters, self.key, self.region)
            )
        except TryAgain as error:
            raise AwsUnavailable(error.message, hint=error.hint) from error
        except AwsRefusal as refusal:
            is_denied = refusal.code in {"AccessDenied", "AccessDeniedException"}
            raise RoleRefused(
                f"AWS refused {service}:{operation} with access key {self.key.name!r}: {refusal.message}",
                hint=f"allow {service}:{operation} to it, or use another: --key NAME" if is_denied else None,
            ) from refusal
        return call.data


def _text(answer: Mapping[str, Any], name: str) -> str:
    text = answer.get(name)
    if not isinstance(text, str):
        raise ProtocolError(f"the answer of CloudFormation lacks {name}")
    return text


def _stack(answer: Mapping[str, Any]) -> Stack:
    try:
        (one,) = answer["Stacks"]
        outputs = {shown(output["OutputKey"]): output["OutputValue"] for output in one.get("Outputs") or ()}
        secret = outputs.pop(SECRET_OUTPUT, None)
        return Stack(
            id=_text(one, "StackId"),
            status=shown(_text(one, "StackStatus")),
            parameters=frozenset(parameter["ParameterKey"] for parameter in one.get("Parameters") or ()),
            outputs={name: shown(text, limit=2048) for name, text in outputs.items()},
            secret=Secret(secret) if secret else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ProtocolError("the answer of CloudFormation does not describe a stack") from error


def _change(one: Mapping[str, Any]) -> Change:
    of_resource: Mapping[str, Any] = one.get("ResourceChange") or {}
    return Change(
        action=shown(str(of_resource.get("Action", ""))),
        resource=shown(str(of_resource.get("LogicalResourceId", ""))),
        type=shown(str(of_resource.get("ResourceType", ""))),
        replacement=shown(str(of_resource.get("Replacement") or "")),
    )


def _event(one: Mapping[str, Any]) -> Event:
    return Event(
        id=_text(one, "EventId"),
        resource=shown(str(one.get("LogicalResourceId", ""))),
        physical_id=str(one.get("PhysicalResourceId") or ""),
        type=shown(str(one.get("ResourceType", ""))),
        status=shown(str(one.get("ResourceStatus", ""))),
        reason=shown(str(one.get("ResourceStatusReason") or ""), limit=500),
    )
