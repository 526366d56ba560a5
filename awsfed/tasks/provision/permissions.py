"""What connectors have to be allowed: the STS calls that they make, on the roles that they name, and nothing else."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from awsfed.model.connector import Connector, ConnectorType

Statement = dict[str, Any]
Resource = str | dict[str, str]
Grant = tuple[str, str, list[Resource]]
VERSION = "2012-10-17"
MANAGED_POLICY_LIMIT = 6144
"""Characters of one managed policy, white space left out."""
_FEDERATED = {"Fn::Sub": "arn:${AWS::Partition}:sts::${AWS::AccountId}:federated-user/*"}
_LONGEST_PARTITION = "aws-us-gov"
_ANY = "*"


def is_tagged(connector: Connector, base: Connector | None = None) -> bool:
    """Tell whether its sessions are tagged, be it with tags that stay from the one before it in a chain."""
    inherits = base is not None and bool(base.transitive_tags)
    return bool(inherits or connector.user_tags or connector.group_tags or connector.tags)


def has_source_identity(connector: Connector, base: Connector | None = None) -> bool:
    """Tell whether its sessions have a source identity, be it that of the one before it in a chain."""
    return connector.source_identity or (base is not None and base.source_identity)


def in_this_partition(arn: str) -> Resource:
    """Return an ARN with the partition of the stack in place of its own."""
    _, _, rest = arn.split(":", 2)
    return {"Fn::Sub": "arn:${AWS::Partition}:" + rest}


def document(statements: Sequence[Statement]) -> dict[str, Any]:
    """Return a policy document."""
    return {"Version": VERSION, "Statement": list(statements)}


def of_caller(connectors: Iterable[Connector], base: Connector | None = None) -> list[Statement]:
    """Return what the caller of these connectors needs.

    Args:
        connectors: those whose calls it makes.
        base: the connector whose role is the caller, where they are chained to it: what its sessions pass on has to be
            allowed too.
    """
    return [_statement(*grant) for grant in _grants(tuple(connectors), base) if grant[2]]


def _grants(connectors: tuple[Connector, ...], base: Connector | None) -> Iterator[Grant]:
    """Yield what is granted: a name, an action, and on what; that may be nothing."""
    roles = [connector for connector in connectors if connector.type is ConnectorType.ASSUME_ROLE]
    federated = [connector for connector in connectors if connector.type is ConnectorType.FEDERATION_TOKEN]
    tagged = _arns(one for one in roles if is_tagged(one, base))
    if any(is_tagged(one) for one in federated):
        tagged = [_ANY]  # AWS knows roles as resources of this action, and no federated users
    yield "AssumeRoles", "sts:AssumeRole", _arns(roles)
    yield "TagSessions", "sts:TagSession", tagged
    yield "SetSourceIdentities", "sts:SetSourceIdentity", _arns(one for one in roles if has_source_identity(one, base))
    yield "FederateUsers", "sts:GetFederationToken", [_FEDERATED] if federated else []
    yield "GetSessionTokens", "sts:GetSessionToken", [_ANY] if _has_sessions(connectors) else []


def _has_sessions(connectors: tuple[Connector, ...]) -> bool:
    return any(connector.type is ConnectorType.SESSION_TOKEN for connector in connectors)


def _arns(connectors: Iterable[Connector]) -> list[Resource]:
    return [in_this_partition(arn) for arn in sorted({one.role_arn for one in connectors if one.role_arn})]


def _statement(sid: str, action: str, resources: Sequence[Resource]) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": list(resources)}


def in_managed_policies(statements: Sequence[Statement]) -> list[list[Statement]]:
    """Return the same statements, divided so that each list fits into one managed policy."""
    lists: list[list[Statement]] = [[]]
    for statement in statements:
        for resource in statement["Resource"]:
            grown = _with(lists[-1], statement, resource)
            if _size(grown) <= MANAGED_POLICY_LIMIT:
                lists[-1] = grown
            else:
                lists.append(_with([], statement, resource))
    return lists


def _with(statements: list[Statement], statement: Statement, resource: Resource) -> list[Statement]:
    """Return statements with one more resource, in the last of them where that is the one."""
    if statements and statements[-1]["Sid"] == statement["Sid"]:
        last = statements[-1]
        return [*statements[:-1], {**last, "Resource": [*last["Resource"], resource]}]
    return [*statements, {**statement, "Resource": [resource]}]


def _size(statements: list[Statement]) -> int:
    """Return how long a policy gets at most, when CloudFormation has put in what stands for something."""

    def filled(value: object) -> object:
        if isinstance(value, dict) and "Fn::Sub" in value:
            text = str(value["Fn::Sub"]).replace("${AWS::Partition}", _LONGEST_PARTITION)
            return text.replace("${AWS::AccountId}", "0" * 12)
        if isinstance(value, dict):
            return {name: filled(part) for name, part in value.items()}
        return [filled(part) for part in value] if isinstance(value, list) else value

    return len(json.dumps(filled(document(statements)), separators=(",", ":")))
