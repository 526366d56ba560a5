"""What a template would change in a stack: parsed, checked, and compared with what is there."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from awsfed.sandbox.aws.cloudformation.resources import KINDS, NAMES, Made
from awsfed.sandbox.aws.cloudformation.values import Look, names_in, resolved
from awsfed.sandbox.aws.iam import ACCOUNT
from awsfed.sandbox.aws.refusals import Refusal, invalid, unsupported

_BODY_LIMIT = 51_200
_SECTIONS = frozenset({"AWSTemplateFormatVersion", "Description", "Parameters", "Conditions", "Resources", "Outputs"})
_RESOURCE = frozenset({"Type", "Properties", "DeletionPolicy", "UpdateReplacePolicy"})
_LIST = "CommaDelimitedList"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One resource that would be another."""

    action: str
    name: str
    type: str
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A template with its parameters, ready to be carried out."""

    template: Mapping[str, Any] = field(repr=False)
    texts: Mapping[str, str]
    """Of the parameters, as given."""
    values: Mapping[str, Any]
    conditions: Mapping[str, bool]
    comparable: Mapping[str, Any] = field(repr=False)
    """The properties of each resource, with a mark where another resource stands; and the outputs."""
    order: tuple[str, ...]

    def look(self, resources: Mapping[str, Made]) -> Look:
        """Return what names stand for among these resources."""

        def find(name: str, attribute: str | None) -> Any:
            if name in self.values:
                return self.values[name]
            made = resources[name]
            return made.physical if attribute is None else made.attributes[attribute]

        return find

    def properties(self, name: str, resources: Mapping[str, Made]) -> dict[str, Any]:
        """Return the properties of one resource."""
        given = self.template["Resources"][name].get("Properties", {})
        found: dict[str, Any] = resolved(given, self.look(resources), self.conditions)
        return found

    def outputs(self, resources: Mapping[str, Made]) -> dict[str, tuple[str, str]]:
        """Return value and description of each output."""
        return {
            name: (
                str(resolved(output["Value"], self.look(resources), self.conditions)),
                output.get("Description", ""),
            )
            for name, output in self.template.get("Outputs", {}).items()
        }

    def capability(self) -> str | None:
        """Return what has to be acknowledged."""
        resources = [one for one in self.template["Resources"].values() if one["Type"].startswith("AWS::IAM::")]
        named = any(NAMES.get(one["Type"]) in one.get("Properties", {}) for one in resources)
        return "CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM" if resources else None


def plan(body: str, given: Mapping[str, str | None], before: Mapping[str, str], stack: tuple[str, str, str]) -> Plan:
    """Read a template.

    Args:
        body: its text.
        given: parameters; None stands for the value that it had before.
        before: parameters of the stack as it is.
        stack: its name, id and region.
    """
    template = _parsed(body)
    texts = _parameters(template.get("Parameters", {}), given, before)
    values = {name: _typed(template["Parameters"][name], text) for name, text in texts.items()} | _pseudo(*stack)
    resources: Mapping[str, Any] = template["Resources"]
    names = set(values) | set(resources)
    used = {*names_in(resources), *names_in(list(template.get("Outputs", {}).values()))} - {"AWS::NoValue"}
    if missing := sorted(used - names):
        raise invalid(f"Template format error: Unresolved resource dependencies {missing} in the Resources block")

    def mark(name: str, attribute: str | None) -> Any:
        return values.get(name, f"<{name}.{attribute}>")

    conditions: dict[str, bool] = {
        name: resolved(one, lambda name, _: values[name], {}) for name, one in template.get("Conditions", {}).items()
    }
    comparable = {name: resolved(one.get("Properties", {}), mark, conditions) for name, one in resources.items()}
    outputs = {name: resolved(one["Value"], mark, conditions) for name, one in template.get("Outputs", {}).items()}
    return Plan(
        template=template,
        texts=texts,
        values=values,
        conditions=conditions,
        comparable={**comparable, "": outputs},
        order=_ordered(resources),
    )


def changes(new: Plan, old: Plan | None, resources: Mapping[str, Made]) -> list[Change]:
    """Return what differs, in the order in which it would be done."""
    found: list[Change] = []
    moved: set[str] = set()
    described = new.template["Resources"]
    for name in new.order:
        kind = described[name]["Type"]
        if old is None or name not in resources or resources[name].type != kind:
            found.append(Change(action="Add", name=name, type=kind))
            moved.add(name)
            continue
        was, is_now = old.comparable[name], new.comparable[name]
        differing = {part for part in {*was, *is_now} if was.get(part) != is_now.get(part)}
        leans = moved & set(names_in(described[name].get("Properties", {})))
        if differing or leans:
            replaces = bool(differing & KINDS[kind].fixed) or (bool(leans) and KINDS[kind].fixed >= set(is_now))
            found.append(Change(action="Modify", name=name, type=kind, replaces=replaces))
            if replaces:
                moved.add(name)
    gone = [name for name in reversed(list(resources)) if name not in described]
    return [*found, *(Change(action="Remove", name=name, type=resources[name].type) for name in gone)]


def _parsed(body: str) -> dict[str, Any]:
    if len(body.encode()) > _BODY_LIMIT:
        raise invalid(f"1 validation error detected: Value at 'templateBody' must have length at most {_BODY_LIMIT}")
    try:
        template = json.loads(body)
    except ValueError:
        raise unsupported("a template that is not JSON") from None
    if not isinstance(template, dict) or not template.get("Resources"):
        raise invalid("Template format error: At least one Resources member must be defined.")
    if unknown := sorted(set(template) - _SECTIONS):
        raise invalid(f"Invalid template property or properties {unknown}")
    for name, resource in template["Resources"].items():
        if not re.fullmatch("[A-Za-z0-9]+", name) or set(resource) - _RESOURCE:
            raise invalid(f"Template format error: Resource {name} is not one")
        if resource["Type"] not in KINDS:
            raise unsupported(f"resources of type {resource['Type']}")
        if surplus := sorted(set(resource.get("Properties", {})) - KINDS[resource["Type"]].properties):
            message = f"Properties validation failed for resource {name} with message: extraneous keys {surplus}"
            raise Refusal(400, "ValidationError", message)
    return template


def _parameters(
    described: Mapping[str, Any], given: Mapping[str, str | None], before: Mapping[str, str]
) -> dict[str, str]:
    if unknown := sorted(set(given) - set(described)):
        raise invalid(f"Parameters: {unknown} do not exist in the template")
    texts = {name: one["Default"] for name, one in described.items() if "Default" in one}
    for name, text in given.items():
        if text is None and name not in before:
            raise invalid(f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as true")
        texts[name] = before[name] if text is None else text
    if missing := sorted(set(described) - set(texts)):
        raise invalid(f"Parameters: {missing} must have values")
    for name, text in texts.items():
        pattern = described[name].get("AllowedPattern")
        if pattern is not None and not re.fullmatch(pattern, text):
            raise invalid(f"Parameter '{name}' must match pattern {pattern}")
    return texts


def _typed(described: Mapping[str, Any], text: str) -> Any:
    return text.split(",") if described["Type"] == _LIST else text


def _pseudo(name: str, stack_id: str, region: str) -> dict[str, Any]:
    return {
        "AWS::AccountId": ACCOUNT,
        "AWS::Partition": "aws",
        "AWS::Region": region,
        "AWS::StackId": stack_id,
        "AWS::StackName": name,
        "AWS::URLSuffix": "amazonaws.com",
    }


def _ordered(resources: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names so that each stands behind those that it refers to."""
    placed: list[str] = []
    waiting = list(resources)
    while waiting:
        ready = [name for name in waiting if not _needs(resources, name) - set(placed)]
        if not ready:
            raise invalid(f"Circular dependency between resources: {waiting}")
        placed += ready
        waiting = [name for name in waiting if name not in ready]
    return tuple(placed)


def _needs(resources: Mapping[str, Any], name: str) -> set[str]:
    return set(names_in(resources[name].get("Properties", {}))) & set(resources)


def capable(given: Sequence[str], needed: str | None) -> bool:
    """Tell whether what has to be acknowledged was."""
    return needed is None or needed in given or "CAPABILITY_NAMED_IAM" in given
