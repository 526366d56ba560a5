"""Deploying a template: propose, show, wait for consent, carry out, and tell what happens until it is over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from awsfed.errors import AwsfedError, AwsUnavailable, Busy, Refused, RoleRefused, Unavailable
from awsfed.outside.clock import Clock
from awsfed.tasks.provision.stacks import STACK_TYPE, Change, ChangeSet, Event, Stack, Stacks
from awsfed.tasks.provision.templates import Template, capabilities, text_of

_EMPTY = "REVIEW_IN_PROGRESS"
_UNDER_WAY = "_IN_PROGRESS"
_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
_STUCK = {"CREATE_FAILED", "DELETE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED"}
"""States from which no template leads on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """Makes or changes one stack."""

    stacks: Stacks
    clock: Clock
    interval_s: int
    tell: Callable[[str], None]
    agree: Callable[[Sequence[Change]], None] = field(repr=False)
    """Shown the changes; raises where somebody does not want them."""

    def __call__(self, name: str, template: Template, values: Mapping[str, str]) -> Stack:
        """Make a stack of a template, or change one so that it is as the template says.

        Args:
            name: of the stack.
            template: what it should be.
            values: parameters; any other keeps the value that it has, or its default.

        Raises:
            Refused: the stack is in a state from which no template leads on.
            Busy: somebody else is changing it.
            RoleRefused: AWS does not allow a step, or a resource failed.
            AwsUnavailable: it cannot be asked; what was begun goes on.
        """
        before = self._usable(name)
        is_new = before is None or before.status == _EMPTY
        known = before.parameters if before else frozenset()
        proposal = {
            "ChangeSetType": "CREATE" if is_new else "UPDATE",
            "TemplateBody": text_of(template),
            "Parameters": _parameters(template, values, known),
            "Capabilities": list(capabilities(template)),
        }
        change_set_name = f"awsfed-{int(self.clock.now() * 1000)}"
        change_set_id, stack_id = self.stacks.propose(name, change_set=change_set_name, parameters=proposal)
        try:
            change_set = self._considered(name, change_set_id)
            if not change_set.changes_nothing:
                self.agree(change_set.changes)
        except BaseException:
            self._discard(change_set_id, None if before else stack_id)
            raise
        if change_set.changes_nothing:
            self._discard(change_set_id, None)
            self.tell(f"Nothing to change: stack {name} is as the template says.")
            return self._described(stack_id)
        return self._carried_out(name, stack_id, change_set_id, self.stacks.newest_event(stack_id))

    def _usable(self, name: str) -> Stack | None:
        """Return the stack, or None; raise where nothing can be proposed to it."""
        stack = self.stacks.find(name)
        if stack is None or stack.status == _EMPTY:
            return stack
        if stack.status.endswith(_UNDER_WAY):
            raise Busy(f"stack {name} is being changed already: {stack.status}", hint=self._command("events", name))
        if stack.status in _STUCK:
            raise Refused(
                f"stack {name} is in the state {stack.status}, from which no template leads on",
                hint=f"look at it, then delete it: {self._command('delete', name)}",
            )
        return stack

    def _considered(self, name: str, change_set_id: str) -> ChangeSet:
        """Wait until CloudFormation knows what a template would change."""
        while not (change_set := self.stacks.change_set(change_set_id)).is_ready:
            self.tell(f"CloudFormation compares the template with stack {name}; looking again in {self.interval_s} s.")
            self.clock.sleep(self.interval_s)
        if change_set.status == "FAILED" and not change_set.changes_nothing:
            raise RoleRefused(f"CloudFormation refuses the template for stack {name}: {change_set.reason}")
        return change_set

    def _carried_out(self, name: str, stack_id: str, change_set_id: str, last: str | None) -> Stack:
        """Begin, and follow to the end."""
        try:
            self.stacks.execute(change_set_id, f"awsfed-{change_set_id.rpartition('/')[2]}")
            end = self._followed(stack_id, last)
        except Unavailable as error:
            raise AwsUnavailable(
                f"{error.message}; what was begun with stack {name} goes on", hint=self._command("events", name)
            ) from error
        except KeyboardInterrupt:
            self.tell(f"What was begun with stack {name} goes on in AWS. To follow it: {self._command('events', name)}")
            raise
        if end.status not in _DONE:
            raise self._failure(name, self.stacks.events(stack_id, last), end)
        return self._described(stack_id)

    def _followed(self, stack_id: str, last: str | None) -> Event:
        """Tell every event until the stack itself has come to an end; return that event."""
        while True:
            for event in self.stacks.events(stack_id, last):
                last = event.id
                reason = f"  {event.reason}" if event.reason else ""
                self.tell(f"{event.status:<20}  {event.type}  {event.resource}{reason}")
                if _is_end(event, stack_id):
                    return event
            self.clock.sleep(self.interval_s)

    def _failure(self, name: str, history: Sequence[Event], end: Event) -> RoleRefused:
        """Return the error that names the first resource that failed."""
        first = next((event for event in history if event.status.endswith("_FAILED")), end)
        if end.status == "UPDATE_ROLLBACK_COMPLETE":
            hint = "the stack is as it was before"
        else:
            hint = f"before the next try, delete what is left: {self._command('delete', name)}"
        return RoleRefused(
            f"stack {name} ended as {end.status}: {first.resource} ({first.type}): {first.reason}", hint=hint
        )

    def _described(self, stack_id: str) -> Stack:
        stack = self.stacks.find(stack_id)
        if stack is None:
            raise Refused("the stack has been deleted meanwhile")
        return stack

    def _discard(self, change_set_id: str, stack_id: str | None) -> None:
        """Delete a change set, and the stack that came with it, unless somebody else has filled that meanwhile."""
        try:
            self.stacks.discard(change_set_id)
            if stack_id is not None and self._is_empty(stack_id):
                self.stacks.delete(stack_id)
        except AwsfedError as error:
            self.tell(f"The change set is still there, and changes nothing: {error.message}")

    def _is_empty(self, stack_id: str) -> bool:
        stack = self.stacks.find(stack_id)
        return stack is not None and stack.status == _EMPTY

    def _command(self, what: str, name: str) -> str:
        verb = {"events": "describe-stack-events", "delete": "delete-stack"}[what]
        return f"aws cloudformation {verb} --stack-name {name} --region {self.stacks.region}"


def _is_end(event: Event, stack_id: str) -> bool:
    return event.type == STACK_TYPE and event.physical_id == stack_id and not event.status.endswith(_UNDER_WAY)


def _parameters(template: Template, values: Mapping[str, str], known: frozenset[str]) -> list[dict[str, Any]]:
    """Return each parameter with its value, or that it keeps the one that the stack has."""
    given: list[dict[str, Any]] = [{"ParameterKey": name, "ParameterValue": text} for name, text in values.items()]
    kept = [name for name in template["Parameters"] if name in known and name not in values]
    return given + [{"ParameterKey": name, "UsePreviousValue": True} for name in kept]
