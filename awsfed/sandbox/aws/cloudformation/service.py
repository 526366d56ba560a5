"""The actions of CloudFormation, from their parameters to their answers in XML."""

import contextlib
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from awsfed.sandbox.aws.cloudformation.changes import capable, changes, plan
from awsfed.sandbox.aws.cloudformation.stacks import ChangeSet, Event, Stack, timestamp
from awsfed.sandbox.aws.iam import ACCOUNT
from awsfed.sandbox.aws.received import Received
from awsfed.sandbox.aws.refusals import CLOUDFORMATION_NAMESPACE, Refusal, invalid, unsupported

_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")
_EVENTS, _CHANGES, _STEPS = 5, 2, 3
"""How many are on a page; how many steps a stack does between two looks."""
_NOTHING = "The submitted information didn't contain changes. Submit different information to create a change set."
Form = Mapping[str, str]
Result = dict[str, Any]


class CloudFormation:
    """The stacks of one account, by region and name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stacks: list[Stack] = []
        self._tokens: dict[str, Result] = {}
        self._actions: Mapping[str, Callable[[Form, str, float], Result]] = {
            "CreateChangeSet": self._create_change_set,
            "DeleteChangeSet": self._delete_change_set,
            "DeleteStack": self._delete_stack,
            "DescribeChangeSet": self._describe_change_set,
            "DescribeStackEvents": self._describe_stack_events,
            "DescribeStacks": self._describe_stacks,
            "ExecuteChangeSet": self._execute_change_set,
        }

    def answer(self, received: Received, now: float) -> Response:
        """Answer one verified request; raise Refusal."""
        action = received.action
        if action not in self._actions:
            raise unsupported(f"the action cloudformation:{action}")
        region = received.headers.get("authorization", "").split("/")[2]
        with self._lock:
            result = self._actions[action](received.form, region, now)
        request_id = str(uuid.uuid4())
        body = (
            f'<{action}Response xmlns="{CLOUDFORMATION_NAMESPACE}"><{action}Result>{_xml(result)}</{action}Result>'
            f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{action}Response>"
        )
        return Response(body, 200, {"x-amzn-RequestId": request_id}, content_type="text/xml")

    def _create_change_set(self, form: Form, region: str, now: float) -> Result:
        name, stack_name, token = form.get("ChangeSetName", ""), form.get("StackName", ""), form.get("ClientToken")
        token = token and f"{stack_name}:{token}"
        if token in self._tokens:
            return self._tokens[token]
        for one in (name, stack_name):
            if not _NAME.fullmatch(one):
                raise invalid(f"1 validation error detected: Value '{one}' failed to satisfy the pattern of names")
        is_create = form.get("ChangeSetType", "UPDATE") == "CREATE"
        stack = self._proposed_to(stack_name, region, now, name, is_create=is_create)
        if name in stack.change_sets:
            raise Refusal(400, "AlreadyExistsException", f"ChangeSet {name} already exists")
        before = stack.plan.texts if stack.plan else {}
        wanted = plan(form.get("TemplateBody", ""), _parameters(form), before, (stack.name, stack.id, region))
        if not capable(_members(form, "Capabilities.member"), wanted.capability()):
            message = f"Requires capabilities : [{wanted.capability()}]"
            raise Refusal(400, "InsufficientCapabilitiesException", message)
        found = changes(wanted, stack.plan, stack.resources)
        is_empty = not found and stack.plan is not None and stack.plan.comparable[""] == wanted.comparable[""]
        arn = f"arn:aws:cloudformation:{region}:{ACCOUNT}:changeSet/{name}/{uuid.uuid4()}"
        stack.change_sets[name] = ChangeSet(
            id=arn, name=name, plan=wanted, changes=found, is_create=is_create, is_empty=is_empty
        )
        if stack not in self._stacks:
            self._stacks.append(stack)
        result = {"Id": arn, "StackId": stack.id}
        if token:
            self._tokens[token] = result
        return result

    def _proposed_to(self, name: str, region: str, now: float, change_set: str, *, is_create: bool) -> Stack:
        found = [one for one in self._living(region) if one.name == name]
        if not found and not is_create:
            raise invalid(f"Stack [{name}] does not exist")
        if not found:
            return Stack(name=name, region=region, now=now)
        if is_create and found[0].status != "REVIEW_IN_PROGRESS":
            raise invalid(
                f"Stack [{name}] already exists and cannot be created again with the changeSet [{change_set}]."
            )
        blocked = {"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"}
        if not is_create and (found[0].is_busy or found[0].status in blocked):
            raise invalid(f"Stack:{found[0].id} is in {found[0].status} state and can not be updated.")
        return found[0]

    def _describe_change_set(self, form: Form, region: str, _: float) -> Result:
        stack, change_set = self._change_set(form, region)
        change_set.looks += 1
        status = "FAILED" if change_set.is_empty else "CREATE_COMPLETE"
        state = "UNAVAILABLE" if change_set.is_empty else "AVAILABLE"
        if change_set.looks == 1:
            status, state = "CREATE_IN_PROGRESS", "UNAVAILABLE"
        shown = [] if change_set.looks == 1 else change_set.changes
        page, following = _page(shown, form.get("NextToken"), _CHANGES)
        return {
            "ChangeSetName": change_set.name,
            "ChangeSetId": change_set.id,
            "StackId": stack.id,
            "StackName": stack.name,
            "Status": status,
            "StatusReason": _NOTHING if status == "FAILED" else None,
            "ExecutionStatus": state,
            "Changes": [
                {
                    "Type": "Resource",
                    "ResourceChange": {
                        "Action": one.action,
                        "LogicalResourceId": one.name,
                        "ResourceType": one.type,
                        "Replacement": str(one.replaces) if one.action == "Modify" else None,
                    },
                }
                for one in page
            ],
            "NextToken": following,
        }

    def _execute_change_set(self, form: Form, region: str, _: float) -> Result:
        token = form.get("ClientRequestToken")
        if token in self._tokens:
            return self._tokens[token]
        stack, change_set = self._change_set(form, region)
        if change_set.is_empty or change_set.looks == 0:
            message = f"ChangeSet [{change_set.id}] cannot be executed in its current status"
            raise Refusal(400, "InvalidChangeSetStatus", message)
        stack.begin(change_set, token)
        if token:
            self._tokens[token] = {}
        return {}

    def _delete_change_set(self, form: Form, region: str, _: float) -> Result:
        """Delete one; that it is gone already is no error that the service knows."""
        with contextlib.suppress(Refusal):
            stack, change_set = self._change_set(form, region)
            del stack.change_sets[change_set.name]
        return {}

    def _delete_stack(self, form: Form, region: str, now: float) -> Result:
        for stack in self._living(region):
            if form.get("StackName") in {stack.name, stack.id}:
                stack.now = now
                stack.delete_all()
        return {}

    def _describe_stacks(self, form: Form, region: str, _: float) -> Result:
        stack = self._stack(form, region)
        outputs = [
            {"OutputKey": name, "OutputValue": value, "Description": description}
            for name, (value, description) in stack.outputs.items()
        ]
        texts = stack.plan.texts if stack.plan else {}
        return {
            "Stacks": [
                {
                    "StackId": stack.id,
                    "StackName": stack.name,
                    "StackStatus": stack.status,
                    "CreationTime": timestamp(stack.created_at),
                    "Parameters": [{"ParameterKey": name, "ParameterValue": text} for name, text in texts.items()],
                    "Outputs": outputs,
                }
            ]
        }

    def _describe_stack_events(self, form: Form, region: str, now: float) -> Result:
        stack = self._stack(form, region)
        if "NextToken" not in form:
            stack.goes_on(now, _STEPS)
        page, following = _page(stack.events[::-1], form.get("NextToken"), _EVENTS)
        return {"StackEvents": [_event(stack, one) for one in page], "NextToken": following}

    def _living(self, region: str) -> list[Stack]:
        return [one for one in self._stacks if one.region == region and one.status != "DELETE_COMPLETE"]

    def _stack(self, form: Form, region: str) -> Stack:
        wanted = form.get("StackName", "")
        for stack in self._stacks:
            if stack.id == wanted or (stack in self._living(region) and stack.name == wanted):
                return stack
        raise invalid(f"Stack with id {wanted} does not exist")

    def _change_set(self, form: Form, region: str) -> tuple[Stack, ChangeSet]:
        wanted, stack_name = form.get("ChangeSetName", ""), form.get("StackName")
        for stack in self._living(region):
            for change_set in stack.change_sets.values():
                if wanted == change_set.id or (wanted == change_set.name and stack_name in {stack.name, stack.id}):
                    return stack, change_set
        raise Refusal(404, "ChangeSetNotFound", f"ChangeSet [{wanted}] does not exist")


def _event(stack: Stack, event: Event) -> Result:
    return {
        "StackId": stack.id,
        "EventId": event.id,
        "StackName": stack.name,
        "LogicalResourceId": event.name,
        "PhysicalResourceId": event.physical,
        "ResourceType": event.type,
        "Timestamp": timestamp(event.at),
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason,
        "ClientRequestToken": event.token,
    }


def _page(items: list[Any], token: str | None, size: int) -> tuple[list[Any], str | None]:
    """Return one page, and the token of the next; a token counts from the end, so that new items move nothing."""
    start = len(items) - int(token) if token else 0
    left = len(items) - start - size
    return items[start : start + size], str(left) if left > 0 else None


def _members(form: Form, prefix: str) -> list[str]:
    return [text for name, text in form.items() if name.startswith(f"{prefix}.")]


def _parameters(form: Form) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, key in form.items():
        if name.startswith("Parameters.member.") and name.endswith(".ParameterKey"):
            entry = name.removesuffix("ParameterKey")
            keeps = form.get(f"{entry}UsePreviousValue") == "true"
            found[key] = None if keeps else form.get(f"{entry}ParameterValue", "")
    return found


def _xml(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(f"<{name}>{_xml(part)}</{name}>" for name, part in value.items() if part is not None)
    if isinstance(value, list):
        return "".join(f"<member>{_xml(part)}</member>" for part in value)
    return escape(str(value))
