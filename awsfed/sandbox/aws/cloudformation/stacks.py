"""Stacks, what happens to them step by step, and what is told about it."""

import secrets
import string
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from awsfed.sandbox.aws.cloudformation.changes import Change, Plan
from awsfed.sandbox.aws.cloudformation.resources import KINDS, Made, Unmade, attempt
from awsfed.sandbox.aws.iam import ACCOUNT

STACK = "AWS::CloudFormation::Stack"
_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a stack's history."""

    id: str
    at: float
    name: str
    physical: str
    type: str
    status: str
    reason: str | None
    token: str | None


@dataclass(slots=True, kw_only=True)
class ChangeSet:
    """Changes that somebody proposed."""

    id: str
    name: str
    plan: Plan
    changes: list[Change]
    is_create: bool
    is_empty: bool
    looks: int = 0


@dataclass(slots=True, kw_only=True)
class Stack:
    """One stack; `work` is what is under way."""

    name: str
    region: str
    id: str = ""
    status: str = "REVIEW_IN_PROGRESS"
    plan: Plan | None = None
    resources: dict[str, Made] = field(default_factory=dict)
    outputs: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    events: list[Event] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    work: Iterator[None] = field(default_factory=lambda: iter(()))
    token: str | None = None
    now: float = 0.0
    created_at: float = 0.0

    def __post_init__(self) -> None:
        self.id = f"arn:aws:cloudformation:{self.region}:{ACCOUNT}:stack/{self.name}/{uuid.uuid4()}"
        self.created_at = self.now
        self.turns("REVIEW_IN_PROGRESS", "User Initiated")

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    def turns(self, status: str, reason: str | None = None) -> None:
        """Note a state of the stack itself."""
        self.status = status
        self._note(self.name, self.id, STACK, status, reason)

    def _note(self, name: str, physical: str, kind: str, status: str, reason: str | None = None) -> None:
        event = Event(
            id=str(uuid.uuid4()),
            at=self.now,
            name=name,
            physical=physical,
            type=kind,
            status=status,
            reason=reason,
            token=self.token,
        )
        self.events.append(event)

    def goes_on(self, now: float, steps: int) -> None:
        """Do some of the work that is left."""
        self.now = now
        for _ in range(steps):
            next(self.work, None)

    def begin(self, change_set: ChangeSet, token: str | None) -> None:
        """Set to work on a change set."""
        self.token = token
        self.change_sets.clear()
        verb = "CREATE" if change_set.is_create else "UPDATE"
        self.turns(f"{verb}_IN_PROGRESS", "User Initiated")
        self.work = self._carried_out(change_set, verb)

    def _carried_out(self, change_set: ChangeSet, verb: str) -> Iterator[None]:
        plan, before = change_set.plan, dict(self.resources)
        replaced: list[tuple[str, Made]] = []
        for change in change_set.changes:
            if change.action == "Remove":
                continue
            doing = "CREATE" if change.action == "Add" else "UPDATE"
            self._note(change.name, "", change.type, f"{doing}_IN_PROGRESS")
            yield
            try:
                self._do(change, plan, replaced)
            except Unmade as error:
                self._note(change.name, "", change.type, f"{doing}_FAILED", str(error))
                yield
                yield from self._rolled_back(change.name, verb, before, replaced)
                return
            self._note(change.name, self.resources[change.name].physical, change.type, f"{doing}_COMPLETE")
        self.outputs, self.plan = plan.outputs(self.resources), plan
        yield from self._cleaned_up(change_set, replaced)
        self.turns(f"{verb}_COMPLETE")

    def _do(self, change: Change, plan: Plan, replaced: list[tuple[str, Made]]) -> None:
        kind, given = KINDS[change.type], plan.properties(change.name, self.resources)
        old = self.resources.get(change.name)
        if old is None or change.replaces:
            name = f"{self.name}-{change.name}-{''.join(secrets.choice(_ALPHABET) for _ in range(12))}"[:64]
            physical, attributes = attempt(lambda: kind.make(name, given, self.region))
            self.resources[change.name] = Made(change.type, physical, given, attributes)
            if old is not None:
                replaced.append((change.name, old))
        else:
            attempt(lambda: kind.change(old, given, self.region))
            self.resources[change.name] = Made(change.type, old.physical, given, old.attributes)

    def _cleaned_up(self, change_set: ChangeSet, replaced: list[tuple[str, Made]]) -> Iterator[None]:
        gone = [(one.name, self.resources.pop(one.name)) for one in change_set.changes if one.action == "Remove"]
        if gone or replaced:
            self.turns("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            yield
        for name, made in [*gone, *reversed(replaced)]:
            self.delete(name, made)
            yield

    def _rolled_back(
        self, failed: str, verb: str, before: dict[str, Made], replaced: list[tuple[str, Made]]
    ) -> Iterator[None]:
        prefix = "" if verb == "CREATE" else "UPDATE_"
        reason = f"The following resource(s) failed to {verb.lower()}: [{failed}]. "
        self.turns(f"{prefix}ROLLBACK_IN_PROGRESS", reason + "Rollback requested by user." * (verb == "CREATE"))
        yield
        fresh = {
            name for name, made in self.resources.items() if name not in before or (name, before[name]) in replaced
        }
        for name in reversed([name for name in self.resources if name in fresh]):
            self.delete(name, self.resources.pop(name))
            yield
        for name, made in self.resources.items():
            if made is not before[name]:
                self._restore(made, before[name])
        self.resources = before
        self.turns(f"{prefix}ROLLBACK_COMPLETE")

    def _restore(self, made: Made, old: Made) -> None:
        attempt(lambda: KINDS[made.type].change(made, old.properties, self.region))

    def delete(self, name: str, made: Made) -> None:
        """Delete one resource."""
        self._note(name, made.physical, made.type, "DELETE_IN_PROGRESS")
        attempt(lambda: KINDS[made.type].delete(made, self.region))
        self._note(name, made.physical, made.type, "DELETE_COMPLETE")

    def delete_all(self) -> None:
        """Delete every resource, and with them the stack."""
        self.turns("DELETE_IN_PROGRESS", "User Initiated")
        for name in reversed(list(self.resources)):
            self.delete(name, self.resources.pop(name))
        self.turns("DELETE_COMPLETE")


def timestamp(at: float) -> str:
    """Return a moment as the service writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
