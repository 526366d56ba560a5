"""The templates: what they allow, and that cfn-lint finds nothing in any of them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tasks.provision import connectors as some

from awsfed.errors import NotFound, Refused
from awsfed.model.connector import Connector
from awsfed.tasks.provision import roles
from awsfed.tasks.provision.permissions import MANAGED_POLICY_LIMIT
from awsfed.tasks.provision.templates import (
    BODY_LIMIT,
    Machine,
    Template,
    capabilities,
    core,
    quickstart,
    text_of,
    with_defaults,
)

CHAINED = [some.TAGGED, some.NAMED, some.BEHIND_TAGGED, some.BEHIND_NAMED]
VARIETIES: dict[str, Template] = {
    **{f"core on {machine.value}": core(some.EVERY, machine) for machine in Machine},
    "core for a role alone": core([some.DEV], Machine.EC2),
    "core for tagged federation": core([some.FEDERATED_TAGGED], Machine.ECS),
    "core for session tokens": core([some.SESSION], Machine.EKS),
    "core for China": core([some.CHINA], Machine.EC2),
    "core for many": core(some.MANY, Machine.EC2),
    "quickstart": quickstart(some.EVERY, Machine.EC2),
    "quickstart for many": quickstart(some.MANY, Machine.ECS),
    "quickstart with the secret in an output": quickstart(some.EVERY, Machine.EC2, secret_in_outputs=True),
    **{f"role {one.id}": roles.role(one, CHAINED) for one in CHAINED},
    **{f"role {one.id}": roles.role(one, [one]) for one in (some.DEV, some.PARTNER, some.CHINA)},
    "role with a default": with_defaults(
        roles.role(some.DEV, [some.DEV]), {"TrustedArn": "arn:aws:iam::123456789012:user/a", "ManagedPolicyArns": "b"}
    ),
}


def statements(template: Template, name: str = "CorePolicy") -> list[dict[str, Any]]:
    """Return the statements of a managed policy."""
    found: list[dict[str, Any]] = template["Resources"][name]["Properties"]["PolicyDocument"]["Statement"]
    return found


def allowed(*connectors: Connector) -> dict[str, list[str]]:
    """Return resources by action, as they are in the partition aws."""
    return {one["Action"]: list(map(plain, one["Resource"])) for one in statements(core(connectors, Machine.EC2))}


def plain(resource: Any) -> str:
    """Return a resource as it is in the partition aws."""
    text: str = resource["Fn::Sub"] if isinstance(resource, dict) else resource
    return text.replace("${AWS::Partition}", "aws")


def trust(connector: Connector, *others: Connector) -> dict[str, Any]:
    """Return the condition of each action that a role's trust policy allows."""
    properties = roles.role(connector, [connector, *others])["Resources"]["Role"]["Properties"]
    return {one["Action"]: one.get("Condition") for one in properties["AssumeRolePolicyDocument"]["Statement"]}


def test_cfn_lint_finds_nothing(tmp_path: Path) -> None:
    """In any variety of template, in regions of three partitions, not even what is worth no more than a remark."""
    for number, template in enumerate(VARIETIES.values()):
        (tmp_path / f"{number}.json").write_text(text_of(template))

    found = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "cfn-lint"), "--include-checks", "I", "E", "W"),
            *("--regions", "eu-central-1", "cn-north-1", "us-gov-west-1"),
            *("--template", *map(str, tmp_path.iterdir())),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "", "") == (found.returncode, found.stdout, found.stderr)


def test_cfn_lint_would_find_something(tmp_path: Path) -> None:
    """The same call reports what is wrong."""
    template = core([some.DEV], Machine.EC2)
    template["Resources"]["CoreRole"]["Properties"]["Nonsense"] = True
    (tmp_path / "wrong.json").write_text(json.dumps(template))

    found = subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", "--template", tmp_path / "wrong.json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "E3002" in found.stdout


def test_a_policy_names_the_calls_and_roles_in_use() -> None:
    """Each action is there only for the connectors that make the call."""
    role = "arn:aws:iam::123456789012:role"
    assert {"sts:AssumeRole": [f"{role}/dev"]} == allowed(some.DEV)
    assert {
        "sts:AssumeRole": [f"{role}/dev", f"{role}/named", f"{role}/partner", f"{role}/tagged"],
        "sts:TagSession": [f"{role}/tagged"],
        "sts:SetSourceIdentity": [f"{role}/named"],
        "sts:GetFederationToken": ["arn:aws:sts::${AWS::AccountId}:federated-user/*"],
        "sts:GetSessionToken": ["*"],
    } == allowed(*some.EVERY)
    assert {"sts:GetFederationToken", "sts:TagSession"} == set(allowed(some.FEDERATED_TAGGED))


def test_arns_are_those_of_the_partition_of_the_stack() -> None:
    """No resource says aws or aws-cn."""
    for name, template in VARIETIES.items():
        assert "arn:aws" not in json.dumps(template["Resources"]), name


def test_the_same_connectors_give_the_same_text() -> None:
    """In whatever order a catalogue names them."""
    there, back = core(some.EVERY, Machine.EC2), core(some.EVERY[::-1], Machine.EC2)
    assert text_of(there) == text_of(back)


def test_many_roles_are_divided_among_policies() -> None:
    """Each of them fits, and none is lost."""
    template = core(some.MANY, Machine.EC2)
    names = [name for name, one in template["Resources"].items() if one["Type"] == "AWS::IAM::ManagedPolicy"]

    texts = [json.dumps(statements(template, name), separators=(",", ":")) for name in names]
    sizes = [len(text.replace('{"Fn::Sub":', "").replace("${AWS::Partition}", "aws-us-gov")) for text in texts]
    found = [plain(one) for name in names for s in statements(template, name) for one in s["Resource"]]

    assert ["CorePolicy", "CorePolicy2", "CorePolicy3"] == names
    assert MANAGED_POLICY_LIMIT * 0.9 < sizes[0] < MANAGED_POLICY_LIMIT + 100  # with the braces that are left
    assert 2 * sorted(str(one.role_arn) for one in some.MANY) == [*sorted(found)[::2], *sorted(found)[1::2]]


def test_more_roles_than_aws_takes_are_refused() -> None:
    """Ten managed policies are what a role can have."""
    with pytest.raises(Refused, match="10 managed policies"):
        core([some.role_connector(f"role-with-a-long-name-{n:040}") for n in range(900)], Machine.EC2)


def test_a_large_template_is_written_without_white_space() -> None:
    """CloudFormation counts it, and 500 roles fit without."""
    many = [some.role_connector(f"awsfed/team-{number:03}") for number in range(500)]
    template = core(many, Machine.EC2)

    text = text_of(template)

    assert len(json.dumps(template, indent=2)) > BODY_LIMIT >= len(text)
    assert template == json.loads(text)


def test_a_template_that_is_too_large_is_refused() -> None:
    """CloudFormation says how much it takes."""
    connectors = [some.role_connector(f"role-with-a-long-name-{n:040}") for n in range(550)]
    with pytest.raises(Refused, match="51200 bytes"):
        text_of(core(connectors, Machine.EC2))


def test_the_core_has_the_outputs_of_the_vendor() -> None:
    """And a role that the machine can take."""
    template = core([some.DEV], Machine.EC2)

    assert ["CoreRoleArn", "CorePolicyArn"] == list(template["Outputs"])
    assert {"Ref": "CoreRole"} in template["Resources"]["CoreInstanceProfile"]["Properties"]["Roles"]
    principals = {
        machine: core([some.DEV], machine)["Resources"]["CoreRole"]["Properties"]["AssumeRolePolicyDocument"][
            "Statement"
        ][0]["Principal"]["Service"]
        for machine in Machine
    }
    assert {
        Machine.EC2: {"Fn::Sub": "ec2.${AWS::URLSuffix}"},
        Machine.ECS: "ecs-tasks.amazonaws.com",
        Machine.EKS: "pods.eks.amazonaws.com",
    } == principals


def test_the_secret_of_the_quickstart_goes_into_secrets_manager() -> None:
    """It is in an output only where that was asked for, and then nowhere else."""
    kept, shown = (quickstart([some.DEV], Machine.EC2, secret_in_outputs=asked) for asked in (False, True))

    common = ["CoreRoleArn", "CorePolicyArn", "CoreUserArn", "CoreAccessKeyId"]
    assert [*common, "CoreSecretArn"] == list(kept["Outputs"])
    assert [*common, "CoreSecretAccessKey"] == list(shown["Outputs"])
    assert "SecretAccessKey" not in json.dumps(kept["Outputs"])
    assert "SecretAccessKey" in kept["Resources"]["CoreSecret"]["Properties"]["SecretString"]["Fn::Sub"]
    assert "CoreSecret" not in shown["Resources"]


def test_capabilities_are_no_more_than_needed() -> None:
    """Names of our own are in the templates of roles only."""
    assert ("CAPABILITY_IAM",) == capabilities(quickstart([some.DEV], Machine.EC2))
    assert ("CAPABILITY_NAMED_IAM",) == capabilities(roles.role(some.DEV, [some.DEV]))
    assert () == capabilities({"Resources": {"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {}}}})


def test_a_role_trusts_its_caller_with_what_the_connector_does() -> None:
    """Tags, source identity and external id, each exactly where it is used."""
    plain = {"sts:AssumeRole": None}
    assert plain == trust(some.DEV)
    assert {**plain, "sts:TagSession": None} == trust(some.TAGGED)
    assert {**plain, "sts:SetSourceIdentity": None} == trust(some.NAMED)
    assert {"sts:AssumeRole": {"StringEquals": {"sts:ExternalId": ["partner:42"]}}} == trust(some.PARTNER)


def test_what_stays_through_a_chain_is_trusted_there_too() -> None:
    """Transitive tags and the source identity, although the second connector sets none."""
    assert {"sts:AssumeRole": None, "sts:TagSession": None} == trust(some.BEHIND_TAGGED, some.TAGGED)
    behind_named = trust(some.BEHIND_NAMED, some.NAMED)
    assert {"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"} == set(behind_named)


def test_a_chained_role_is_assumed_by_the_role_before_it() -> None:
    """Which may do that, while the key may not."""
    first = roles.role(some.TAGGED, CHAINED)["Resources"]["Role"]["Properties"]
    second = roles.role(some.BEHIND_TAGGED, CHAINED)

    chain = first["Policies"][0]["PolicyDocument"]["Statement"]
    arn = some.BEHIND_TAGGED.role_arn
    assert [("sts:AssumeRole", arn), ("sts:TagSession", arn)] == [
        (one["Action"], plain(one["Resource"][0])) for one in chain
    ]
    assert some.TAGGED.role_arn == second["Parameters"]["TrustedArn"]["Default"]
    assert 3600 == second["Resources"]["Role"]["Properties"]["MaxSessionDuration"]
    assert "Policies" not in second["Resources"]["Role"]["Properties"]


def test_a_role_has_the_name_path_and_duration_of_the_connector() -> None:
    """So that its ARN is the one that the connector names."""
    properties = roles.role(some.CHINA, [some.CHINA])["Resources"]["Role"]["Properties"]
    assert ("dev", "/team/", 3600) == tuple(properties[name] for name in ("RoleName", "Path", "MaxSessionDuration"))
    partner = roles.role(some.PARTNER, [some.PARTNER])["Resources"]["Role"]["Properties"]
    assert ("/", 14_400) == (partner["Path"], partner["MaxSessionDuration"])


def test_connectors_that_share_a_role_share_the_template() -> None:
    """The longest duration, every external id; no condition where one of them has none; others are told."""
    arn = some.PARTNER.role_arn
    second = some.role_connector("second", role_arn=arn, external_id="b2", duration=28_800)
    without = some.role_connector("without", role_arn=arn)
    foreign = some.role_connector("foreign", role_arn=arn, access_key="other")

    properties = roles.role(some.PARTNER, [some.PARTNER, second])["Resources"]["Role"]["Properties"]

    assert 28_800 == properties["MaxSessionDuration"]
    both = {"StringEquals": {"sts:ExternalId": ["b2", "partner:42"]}}
    assert {"sts:AssumeRole": both} == trust(some.PARTNER, second)
    assert {"sts:AssumeRole": None} == trust(some.PARTNER, second, without)
    assert ("foreign",) == roles.others(some.PARTNER, [some.PARTNER, second, without, foreign])


def test_a_connector_without_a_role_has_no_template() -> None:
    """The hint says what it needs instead."""
    with pytest.raises(NotFound, match="FEDERATION_TOKEN, which has no role"):
        roles.role(some.FEDERATED, [some.FEDERATED])
