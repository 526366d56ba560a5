"""CloudFormation templates as plain values: the same connectors give the same text.

They are JSON: CloudFormation takes it like YAML, and it needs no library.
"""

import json
import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from awsfed.errors import InvalidValue, Refused
from awsfed.model.connector import Connector
from awsfed.tasks.provision.permissions import document, in_managed_policies, of_caller

Template = dict[str, Any]
BODY_LIMIT = 51_200
"""Bytes of a template that is sent with the request."""
SECRET_OUTPUT = "CoreSecretAccessKey"  # noqa: S105 - the name of an output
SECRET_ARN_OUTPUT = "CoreSecretArn"  # noqa: S105 - the name of an output
KEY_ID_OUTPUT = "CoreAccessKeyId"
_MOST_POLICIES = 10
_STACK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
_POLICY_ARN = r"arn:[a-z-]+:iam::(\d{12}|aws):policy/[\w+=,.@/-]+"
_NAMED = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}


class Machine(Enum):
    """What awsfed runs on where it has a role instead of a key."""

    EC2 = "ec2"
    ECS = "ecs"
    EKS = "eks"


BOUNDARY = {
    "PermissionsBoundaryArn": {
        "Type": "String",
        "Default": "",
        "AllowedPattern": f"^({_POLICY_ARN})?$",
        "Description": "ARN of a managed policy that limits everything here; empty for none.",
    }
}
BOUNDARY_CONDITION = {"HasPermissionsBoundary": {"Fn::Not": [{"Fn::Equals": [{"Ref": "PermissionsBoundaryArn"}, ""]}]}}
BOUNDED = {
    "PermissionsBoundary": {
        "Fn::If": ["HasPermissionsBoundary", {"Ref": "PermissionsBoundaryArn"}, {"Ref": "AWS::NoValue"}]
    }
}
POLICIES_CONDITION = {
    "HasManagedPolicies": {"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "ManagedPolicyArns"}]}, ""]}]}
}
WITH_POLICIES = {
    "ManagedPolicyArns": {"Fn::If": ["HasManagedPolicies", {"Ref": "ManagedPolicyArns"}, {"Ref": "AWS::NoValue"}]}
}


def policies_parameter(whose: str) -> Template:
    """Return the parameter for what is allowed besides."""
    return {
        "ManagedPolicyArns": {
            "Type": "CommaDelimitedList",
            "Default": "",
            "Description": f"ARNs of managed policies that say what {whose} may do, with commas between them.",
        }
    }


def core(connectors: Sequence[Connector], machine: Machine) -> Template:
    """Return the template of a role for the machine that awsfed runs on, and of the policy that these connectors need.

    Raises:
        Refused: they name more roles than managed policies of one role have room for.
    """
    return template(
        "awsfed core: a role for the machine that awsfed runs on, and what its connectors may ask of STS",
        parameters=BOUNDARY,
        conditions=BOUNDARY_CONDITION,
        resources={**_role(machine), **_policies(connectors, {"Roles": [{"Ref": "CoreRole"}]})},
        outputs=_core_outputs(),
    )


def quickstart(connectors: Sequence[Connector], machine: Machine, *, secret_in_outputs: bool = False) -> Template:
    """Return the template of the core with a user that has the same policy, and an access key.

    The key's secret goes into Secrets Manager, or into an output, where all who may describe the stack can read it.
    """
    key = {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": {"Ref": "CoreUser"}}}
    holders = {"Roles": [{"Ref": "CoreRole"}], "Users": [{"Ref": "CoreUser"}]}
    outputs = {
        "CoreUserArn": output("ARN of the user whose key awsfed has", {"Fn::GetAtt": ["CoreUser", "Arn"]}),
        KEY_ID_OUTPUT: output("Id of the access key", {"Ref": "CoreAccessKey"}),
    }
    if secret_in_outputs:
        value = {"Fn::GetAtt": ["CoreAccessKey", "SecretAccessKey"]}
        outputs[SECRET_OUTPUT] = output("Secret of the access key", value)
    else:
        outputs[SECRET_ARN_OUTPUT] = output("ARN of the secret that holds the access key", {"Ref": "CoreSecret"})
    return template(
        "awsfed quickstart: the core, and a user with an access key",
        parameters={**BOUNDARY, **policies_parameter("sessions of the user itself and federated users")},
        conditions={**BOUNDARY_CONDITION, **POLICIES_CONDITION},
        resources={
            **_role(machine),
            "CoreUser": {"Type": "AWS::IAM::User", "Properties": {**WITH_POLICIES, **BOUNDED}},
            **_policies(connectors, holders),
            "CoreAccessKey": key,
            **({} if secret_in_outputs else _secret()),
        },
        outputs={**_core_outputs(), **outputs},
    )


def template(
    description: str, *, parameters: Template, conditions: Template, resources: Template, outputs: Template
) -> Template:
    """Return a template of its sections."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": description,
        "Parameters": parameters,
        "Conditions": conditions,
        "Resources": resources,
        "Outputs": outputs,
    }


def parse_stack_name(text: object) -> str:
    """Return the name of a stack; raise InvalidValue where it cannot be one."""
    if not isinstance(text, str) or not _STACK_NAME.fullmatch(text):
        raise InvalidValue("must be 1 to 128 letters, digits and hyphens, and start with a letter")
    return text


def text_of(template: Template) -> str:
    """Return a template as text; raise Refused where it is more than CloudFormation takes."""
    text = json.dumps(template, indent=2) + "\n"
    if len(text.encode()) > BODY_LIMIT:
        text = json.dumps(template, separators=(",", ":")) + "\n"  # white space counts
    if len(text.encode()) > BODY_LIMIT:
        raise Refused(f"the template is larger than the {BODY_LIMIT} bytes that CloudFormation takes", hint=_DIVIDE)
    return text


def capabilities(template: Template) -> tuple[str, ...]:
    """Return what CloudFormation wants to be told before it makes these resources."""
    resources = [one for one in template["Resources"].values() if one["Type"].startswith("AWS::IAM::")]
    if any(_NAMED.get(one["Type"]) in one["Properties"] for one in resources):
        return ("CAPABILITY_NAMED_IAM",)
    return ("CAPABILITY_IAM",) if resources else ()


def with_defaults(template: Template, values: Mapping[str, str]) -> Template:
    """Return a template whose parameters have these values by default."""
    filled = {
        name: {**parameter, "Default": values[name]} if name in values else parameter
        for name, parameter in template["Parameters"].items()
    }
    return {**template, "Parameters": filled}


def output(description: str, value: object) -> Template:
    """Return one output."""
    return {"Description": description, "Value": value}


_DIVIDE = "let some of the connectors use a key of their own"


def _core_outputs() -> Template:
    return {
        "CoreRoleArn": output("ARN of the role of the machine", {"Fn::GetAtt": ["CoreRole", "Arn"]}),
        "CorePolicyArn": output("ARN of the policy", {"Ref": "CorePolicy"}),
    }


def _role(machine: Machine) -> Template:
    service: Any = {
        Machine.EC2: {"Fn::Sub": "ec2.${AWS::URLSuffix}"},
        Machine.ECS: "ecs-tasks.amazonaws.com",
        Machine.EKS: "pods.eks.amazonaws.com",
    }[machine]
    action = ["sts:AssumeRole", "sts:TagSession"] if machine is Machine.EKS else "sts:AssumeRole"
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action}
    role = {
        "CoreRole": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document([trust]), **BOUNDED}}
    }
    if machine is not Machine.EC2:
        return role
    profile = {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "CoreRole"}]}}
    return {**role, "CoreInstanceProfile": profile}


def _policies(connectors: Sequence[Connector], holders: Template) -> Template:
    """Return the managed policies: one, and more where the roles do not fit into it."""
    lists = in_managed_policies(of_caller(connectors))
    if len(lists) > _MOST_POLICIES:
        raise Refused(
            f"the roles do not fit into {_MOST_POLICIES} managed policies, and AWS takes no more", hint=_DIVIDE
        )
    return {
        f"CorePolicy{number if number > 1 else ''}": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "Description": "What awsfed may ask of STS",
                "PolicyDocument": document(statements),
                **holders,
            },
        }
        for number, statements in enumerate(lists, 1)
    }


def _secret() -> Template:
    text = '{"aws_access_key_id":"${CoreAccessKey}","aws_secret_access_key":"${CoreAccessKey.SecretAccessKey}"}'
    properties = {"Description": "Access key of awsfed", "SecretString": {"Fn::Sub": text}}
    goes = {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"}  # with the key, which is of no use elsewhere
    return {"CoreSecret": {"Type": "AWS::SecretsManager::Secret", **goes, "Properties": properties}}
