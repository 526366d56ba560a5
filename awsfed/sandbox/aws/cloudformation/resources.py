"""Resources of the types that a stack may have here, made in moto's memory."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.iam.models import IAMBackend, iam_backends
from moto.secretsmanager.models import SecretsManagerBackend, secretsmanager_backends

from awsfed.sandbox.aws.iam import ACCOUNT

Properties = Mapping[str, Any]
_POLICY_LIMIT = 6144
_LEAST_SESSION_S, _LONGEST_SESSION_S = 3600, 43_200


class Unmade(Exception):
    """A resource could not be made, changed or deleted; the text is the reason in the events."""


@dataclass(slots=True)
class Made:
    """One resource as it is."""

    type: str
    physical: str
    """What Ref gives."""
    properties: Properties
    attributes: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What can be done with resources of one type."""

    properties: frozenset[str]
    fixed: frozenset[str]
    """Properties of which a change makes a new resource."""
    make: Callable[[str, Properties, str], tuple[str, dict[str, str]]]
    """Takes a name for those that have none, the properties, and the region."""
    change: Callable[[Made, Properties, str], None]
    delete: Callable[[Made, str], None]


def _iam() -> IAMBackend:
    return iam_backends[ACCOUNT]["aws"]


def _secrets(region: str) -> SecretsManagerBackend:
    return secretsmanager_backends[ACCOUNT][region]


def _make_role(name: str, given: Properties, _: str) -> tuple[str, dict[str, str]]:
    name = given.get("RoleName", name)
    _check_role(given)
    boundary, longest = given.get("PermissionsBoundary"), given.get("MaxSessionDuration", _LEAST_SESSION_S)
    trust, path = json.dumps(given["AssumeRolePolicyDocument"]), given.get("Path", "/")
    role = _iam().create_role(name, trust, path, boundary, given.get("Description", ""), [], str(longest))
    _give_policies(name, {}, given)
    return name, {"Arn": role.arn, "RoleId": role.id}


def _change_role(made: Made, given: Properties, _: str) -> None:
    _check_role(given)
    longest = given.get("MaxSessionDuration", _LEAST_SESSION_S)
    _iam().update_role(made.physical, given.get("Description", ""), str(longest))
    _iam().update_assume_role_policy(made.physical, json.dumps(given["AssumeRolePolicyDocument"]))
    _give_policies(made.physical, made.properties, given)


def _check_role(given: Properties) -> None:
    longest = given.get("MaxSessionDuration", _LEAST_SESSION_S)
    if not _LEAST_SESSION_S <= longest <= _LONGEST_SESSION_S:
        raise Unmade(f"1 validation error detected: Value '{longest}' at 'maxSessionDuration' is out of range")
    for statement in given["AssumeRolePolicyDocument"]["Statement"]:
        named = statement["Principal"].get("AWS")
        if named is not None and not _exists(named):
            raise Unmade(f'Invalid principal in policy: "AWS":"{named}" (Service: Iam, Status Code: 400)')


def _exists(arn: str) -> bool:
    users, roles = _iam().users.values(), _iam().roles.values()
    return f":{ACCOUNT}:" not in arn or arn in {*(user.arn for user in users), *(role.arn for role in roles)}


def _give_policies(role: str, before: Properties, given: Properties) -> None:
    for old in before.get("Policies", ()):
        _iam().delete_role_policy(role, old["PolicyName"])
    for new in given.get("Policies", ()):
        _iam().put_role_policy(role, new["PolicyName"], json.dumps(new["PolicyDocument"]))
    for arn in before.get("ManagedPolicyArns", ()):
        _iam().detach_role_policy(arn, role)
    for arn in given.get("ManagedPolicyArns", ()):
        _iam().attach_role_policy(arn, role)


def _delete_role(made: Made, _: str) -> None:
    _give_policies(made.physical, made.properties, {})
    _iam().delete_role(made.physical)


def _make_policy(name: str, given: Properties, _: str) -> tuple[str, dict[str, str]]:
    document = _document(given)
    arn = _iam().create_policy(given.get("Description", ""), "/", document, name, []).arn
    _attach(arn, {}, given)
    return arn, {"PolicyArn": arn}


def _change_policy(made: Made, given: Properties, _: str) -> None:
    for version in _iam().list_policy_versions(made.physical):
        if not version.is_default:
            _iam().delete_policy_version(made.physical, version.version_id)
    _iam().create_policy_version(made.physical, _document(given), set_as_default=True)
    _attach(made.physical, made.properties, given)


def _document(given: Properties) -> str:
    document = json.dumps(given["PolicyDocument"], separators=(",", ":"))
    if len(document) > _POLICY_LIMIT:
        raise Unmade(f"Cannot exceed quota for PolicySize: {_POLICY_LIMIT} (Service: Iam, Status Code: 409)")
    return document


def _attach(arn: str, before: Properties, given: Properties) -> None:
    for role in before.get("Roles", ()):
        _iam().detach_role_policy(arn, role)
    for user in before.get("Users", ()):
        _iam().detach_user_policy(arn, user)
    for role in given.get("Roles", ()):
        _iam().attach_role_policy(arn, role)
    for user in given.get("Users", ()):
        _iam().attach_user_policy(arn, user)


def _delete_policy(made: Made, _: str) -> None:
    _attach(made.physical, made.properties, {})
    _iam().delete_policy(made.physical)


def _make_user(name: str, given: Properties, region: str) -> tuple[str, dict[str, str]]:
    name = given.get("UserName", name)
    user = _iam().create_user(region, name)
    _change_user(Made("", name, {}), given, region)
    return name, {"Arn": user.arn}


def _change_user(made: Made, given: Properties, _: str) -> None:
    for arn in made.properties.get("ManagedPolicyArns", ()):
        _iam().detach_user_policy(arn, made.physical)
    for arn in given.get("ManagedPolicyArns", ()):
        _iam().attach_user_policy(arn, made.physical)


def _delete_user(made: Made, region: str) -> None:
    _change_user(made, {}, region)
    _iam().delete_user(made.physical)


def _make_key(_name: str, given: Properties, _: str) -> tuple[str, dict[str, str]]:
    key = _iam().create_access_key(given["UserName"])
    return key.access_key_id, {"SecretAccessKey": key.secret_access_key}


def _delete_key(made: Made, _: str) -> None:
    _iam().delete_access_key(made.physical, made.properties["UserName"])


def _make_profile(name: str, given: Properties, _: str) -> tuple[str, dict[str, str]]:
    profile = _iam().create_instance_profile(name, "/", list(given["Roles"]))
    return name, {"Arn": profile.arn}


def _delete_profile(made: Made, _: str) -> None:
    _iam().delete_instance_profile(made.physical, ignore_attached_roles=True)


def _make_secret(name: str, given: Properties, region: str) -> tuple[str, dict[str, str]]:
    description, text = given.get("Description", ""), given["SecretString"]
    made = _secrets(region).create_secret(name, text, None, description, [], None, None, [], force_overwrite=False)
    arn = str(json.loads(made)["ARN"])
    return arn, {"Id": arn}


def _change_secret(made: Made, given: Properties, region: str) -> None:
    _secrets(region).update_secret(made.physical, secret_string=given["SecretString"])


def _delete_secret(made: Made, region: str) -> None:
    _secrets(region).delete_secret(made.physical, None, force_delete_without_recovery=True)


def _unchanged(made: Made, given: Properties, _: str) -> None:
    raise Unmade(f"{made.type} cannot be changed from {sorted(made.properties)} to {sorted(given)} here")


KINDS: Mapping[str, Kind] = {
    "AWS::IAM::Role": Kind(
        properties=frozenset(
            {
                *("AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "MaxSessionDuration", "Path"),
                *("PermissionsBoundary", "Policies", "RoleName"),
            }
        ),
        fixed=frozenset({"RoleName", "Path"}),
        make=_make_role,
        change=_change_role,
        delete=_delete_role,
    ),
    "AWS::IAM::ManagedPolicy": Kind(
        properties=frozenset({"Description", "PolicyDocument", "Roles", "Users"}),
        fixed=frozenset({"Description"}),
        make=_make_policy,
        change=_change_policy,
        delete=_delete_policy,
    ),
    "AWS::IAM::User": Kind(
        properties=frozenset({"ManagedPolicyArns", "PermissionsBoundary", "UserName"}),
        fixed=frozenset({"UserName"}),
        make=_make_user,
        change=_change_user,
        delete=_delete_user,
    ),
    "AWS::IAM::AccessKey": Kind(
        properties=frozenset({"UserName"}),
        fixed=frozenset({"UserName"}),
        make=_make_key,
        change=_unchanged,
        delete=_delete_key,
    ),
    "AWS::IAM::InstanceProfile": Kind(
        properties=frozenset({"Roles"}),
        fixed=frozenset({"Roles"}),
        make=_make_profile,
        change=_unchanged,
        delete=_delete_profile,
    ),
    "AWS::SecretsManager::Secret": Kind(
        properties=frozenset({"Description", "SecretString"}),
        fixed=frozenset(),
        make=_make_secret,
        change=_change_secret,
        delete=_delete_secret,
    ),
}
NAMES = {"AWS::IAM::Role": "RoleName", "AWS::IAM::User": "UserName"}


def attempt(what: Callable[[], Any]) -> Any:
    """Do something to a resource; raise Unmade with the reason of whatever refuses it."""
    try:
        return what()
    except Unmade:
        raise
    except Exception as error:  # moto's services have no family of errors
        reason = re.sub(r"<[^>]+>", " ", getattr(error, "message", None) or str(error))
        raise Unmade(f"{' '.join(reason.split())} (Service: moto)") from error
