"""The template of the role behind a connector: who may assume it, and in which way."""

import re
from collections.abc import Sequence

from awsfed.errors import NotFound
from awsfed.model.connector import CHAINED_LIMIT_S, Connector
from awsfed.tasks.provision.permissions import Statement, document, has_source_identity, is_tagged, of_caller
from awsfed.tasks.provision.templates import (
    BOUNDARY,
    BOUNDARY_CONDITION,
    BOUNDED,
    POLICIES_CONDITION,
    WITH_POLICIES,
    Template,
    output,
    policies_parameter,
    template,
)

TRUSTED = "TrustedArn"
_PRINCIPAL = r"^arn:[a-z-]+:iam::\d{12}:(user|role)/[\w+=,.@/-]+$"
_SHORTEST_MAXIMUM_S = 3600
_ASSUMED = re.compile(r"arn:([a-z-]+):sts::(\d{12}):assumed-role/([^/]+)/.+")


def role(connector: Connector, all_connectors: Sequence[Connector]) -> Template:
    """Return the template of a connector's role, good for every connector by which the same caller assumes it.

    Raises:
        NotFound: it has no role.
    """
    if connector.role_arn is None:
        raise NotFound(
            f"connector {connector.id!r} is {connector.type.value}, which has no role",
            hint="awsfed provision core, for what its key needs",
        )
    path, _, name = connector.role_arn.partition(":role")[2].rpartition("/")
    sharing = [one for one in all_connectors if _is_same_call(one, connector)]
    base = next((one for one in all_connectors if one.id == connector.via), None)
    longest_s = max([_SHORTEST_MAXIMUM_S, *(one.duration or 0 for one in sharing)])
    properties: Template = {
        "RoleName": name,
        "Path": f"{path}/",
        "Description": f"awsfed connector {', '.join(sorted(one.id for one in sharing))}"[:1000],
        "MaxSessionDuration": CHAINED_LIMIT_S if connector.via else longest_s,
        "AssumeRolePolicyDocument": document(_trust(sharing, base)),
        **WITH_POLICIES,
        **BOUNDED,
    }
    if chained := [one for one in all_connectors if one.via in {same.id for same in sharing}]:
        properties["Policies"] = [{"PolicyName": "chain", "PolicyDocument": document(of_caller(chained, connector))}]
    return template(
        f"awsfed: the role of connector {connector.id}",
        parameters={**_trusted(base), **BOUNDARY, **policies_parameter("the role")},
        conditions={**BOUNDARY_CONDITION, **POLICIES_CONDITION},
        resources={"Role": {"Type": "AWS::IAM::Role", "Properties": properties}},
        outputs={"RoleArn": output("ARN of the role", {"Fn::GetAtt": ["Role", "Arn"]})},
    )


def principal(caller_arn: str) -> str:
    """Return the user or role that a trust policy has to name for a caller, as STS tells its ARN."""
    match = _ASSUMED.fullmatch(caller_arn)
    return f"arn:{match[1]}:iam::{match[2]}:role/{match[3]}" if match else caller_arn


def others(connector: Connector, all_connectors: Sequence[Connector]) -> tuple[str, ...]:
    """Return the connectors by which other callers assume the same role, whom the template does not trust."""
    return tuple(
        one.id for one in all_connectors if one.role_arn == connector.role_arn and not _is_same_call(one, connector)
    )


def _is_same_call(one: Connector, other: Connector) -> bool:
    return (one.role_arn, one.access_key, one.via) == (other.role_arn, other.access_key, other.via)


def _trusted(base: Connector | None) -> Template:
    """Return the parameter for who assumes the role; of a chain, that is known."""
    known = {"Default": base.role_arn} if base else {}
    sentence = "ARN of the user or role that awsfed assumes the role with."
    return {TRUSTED: {"Type": "String", **known, "AllowedPattern": _PRINCIPAL, "Description": sentence}}


def _trust(sharing: Sequence[Connector], base: Connector | None) -> list[Statement]:
    """Return the trust policy: each action by itself, because only the first knows an external id."""
    actions = ["sts:AssumeRole"]
    actions += ["sts:TagSession"] if any(is_tagged(one, base) for one in sharing) else []
    actions += ["sts:SetSourceIdentity"] if any(has_source_identity(one, base) for one in sharing) else []
    statements: list[Statement] = [
        {
            "Sid": action.removeprefix("sts:"),
            "Effect": "Allow",
            "Principal": {"AWS": {"Ref": TRUSTED}},
            "Action": action,
        }
        for action in actions
    ]
    external_ids = sorted({one.external_id for one in sharing if one.external_id})
    if external_ids and all(one.external_id for one in sharing):
        statements[0]["Condition"] = {"StringEquals": {"sts:ExternalId": external_ids}}
    return statements
