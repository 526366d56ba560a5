import json
import tomllib
from typing import Any

import pytest

from awsfed.broker.catalogue.document import read_document, read_tables
from awsfed.broker.catalogue.exchange.giving import give
from awsfed.broker.catalogue.exchange.ids import ids_of
from awsfed.broker.catalogue.exchange.listing import read_listing
from awsfed.broker.catalogue.exchange.taking import Taken, take
from awsfed.broker.catalogue.exchange.words import guid
from awsfed.broker.catalogue.written import table_of
from awsfed.model.connector import Connector
from awsfed.settings.problems import InvalidSettings

ACCOUNT = "0a6e0000-0000-4000-8000-000000000001"
POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
ADMIN = "arn:aws:iam::aws:policy/Admin"
DEPLOY: dict[str, Any] = {
    "id": "1b2c3d4e-0000-4000-8000-000000000001",
    "name": "Deploy Änderungen",
    "type": "ASSUME_ROLE",
    "partition": "aws",
    "accountId": ACCOUNT,
    "roleArn": "arn:aws:iam::123456789012:role/x",
    "externalId": "",
    "iamPolicy": "",
    "groups": ["deployers"],
}
ACCOUNTS = [{"id": ACCOUNT, "name": "Main", "awsAccessKeyId": "AKIAIOSFODNN7EXAMPLE", "cloudProviderKey": "aws"}]


def taken(*bodies: dict[str, Any], accounts: list[dict[str, Any]] = ACCOUNTS) -> Taken:
    """Take a listing as it comes over the wire."""
    return take(read_listing(json.dumps({"connectors": list(bodies), "accounts": accounts}).encode(), name="IN"))


def connectors(result: Taken) -> dict[str, Connector]:
    """Return the connectors of a document that was written."""
    return dict(read_document(result.text.encode(), name="OUT").good())


def test_a_connector_of_ifaws() -> None:
    """Its fields get our names; the account becomes the name of an access key, empty texts become nothing."""
    result = taken(DEPLOY)

    assert (1, 0, ()) == (result.taken, result.left_out, result.warnings)
    assert {
        "connectors": {
            "deploy-anderungen": {
                "name": "Deploy Änderungen",
                "type": "ASSUME_ROLE",
                "key": "main",
                "role_arn": "arn:aws:iam::123456789012:role/x",
                "groups": ["deployers"],
            }
        }
    } == tomllib.loads(result.text)


def test_access_keys_are_described_in_comments() -> None:
    """A catalogue only names them, so the text says what to enter where, without any secret."""
    text = taken(DEPLOY).text

    assert "# awsfed keys add main --access-key-id AKIAIOSFODNN7EXAMPLE\n# [keys.main]\n" in text
    assert "# Its id there: 1b2c3d4e-0000-4000-8000-000000000001\n" in text


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        ({"type": "FEDERATION_TOKEN", "iamPolicy": POLICY}, "policy", POLICY.replace(" ", "")),
        ({"type": "FEDERATION_TOKEN", "policyArns": [ADMIN]}, "policy_arns", (ADMIN,)),
        ({"type": "FEDERATION_TOKEN", "omitPolicy": True}, "omit_policy", True),
        ({"type": "SESSION_TOKEN", "duration": 7200}, "duration", 7200),
        ({"type": "SESSION_TOKEN", "duration": None}, "duration", None),
        ({"type": "SESSION_TOKEN", "region": "cn-north-1", "partition": "aws-cn"}, "partition", "aws-cn"),
        ({"externalId": "x-1"}, "external_id", "x-1"),
        ({"tags": {"a b": "c\td"}}, "tags", (("a b", "c\td"),)),
        ({"sourceIdentity": True}, "source_identity", True),
        ({"groups": []}, "groups", ()),
    ],
)  # fmt: skip
def test_fields(body: dict[str, Any], field: str, value: object) -> None:
    """Every field that has a place here comes to it."""
    base = {"id": "x", "name": "it", "accountId": ACCOUNT, "type": "ASSUME_ROLE"}
    if body.get("type", "ASSUME_ROLE") == "ASSUME_ROLE":
        base["roleArn"] = DEPLOY["roleArn"]

    it = connectors(taken({**base, **body}))["it"]

    assert value == getattr(it, field)


def test_what_has_no_place_here_is_warned_about() -> None:
    """Unknown fields, accounts that are not listed and secrets that should not be there."""
    more = {**DEPLOY, "id": "2", "name": "Two", "accountId": "ffff0000-x", "scope": "SYSTEM", "colour": "red"}
    accounts = [{**ACCOUNTS[0], "awsSecretKey": "topsecret", "cloudProviderKey": "aws-cn", "note": "x"}]

    result = taken({**DEPLOY, "colour": 1}, more, accounts=accounts)

    assert (
        "account 'main' comes with its secret, which was not read: awsfed keys add main",
        "account ffff0000-x is not listed; its access key is called account-ffff0000",
        "the field 'cloudProviderKey' of account 'main' is not known and was left out",
        "the field 'note' of account 'main' is not known and was left out",
        "the field 'colour' of connector 'deploy-anderungen' and 1 more is not known and was left out",
    ) == result.warnings
    assert "topsecret" not in result.text
    assert "# Scope SYSTEM: there it is open to every caller without a user" in result.text
    assert connectors(result)["two"].is_system


def test_the_role_of_the_machine_is_no_key_to_enter() -> None:
    """IFAWS lists it as an account of a name of its own."""
    text = taken(DEPLOY, accounts=[{"id": ACCOUNT, "name": "IAM role for EC2/ECS"}]).text

    assert '# [keys.iam-role-for-ec2-ecs]\n# source = "instance"  (or "container")\n' in text
    assert "awsfed keys add" not in text


def test_a_connector_that_would_be_wrong_is_left_out() -> None:
    """It stands in the text as a comment with the reasons, and the others are taken."""
    result = taken(DEPLOY, {**DEPLOY, "id": "2", "name": "Two", "type": "ROLE", "roleArn": "developer"})

    assert (1, 1) == (result.taken, result.left_out)
    assert ["deploy-anderungen"] == list(connectors(result))
    assert "# two is left out: roleArn is not an ARN such as " in result.text
    assert "# two is left out: type must be one of " in result.text


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Team A", "Team B"], ["team-a", "team-b"]),
        (["Team A", "team-a"], ["team-a-11111111", "team-a-22222222"]),
        (["日本"], ["it-11111111"]),
        (["x" * 99], ["x" * 64]),
        (["team-11111111", "team", "Team"], ["team-11111111", "team-22222222", "team-33333333"]),
        (["..Straße øl--"], ["strasse-l"]),
    ],
)
def test_ids_from_names(names: list[str], expected: list[str]) -> None:
    """An id reads like its name; where two would be one, each gets a piece of its GUID, whatever the order."""
    bodies = [{"id": f"{number}" * 8, "name": name} for number, name in enumerate(names, 1)]

    assert expected == ids_of(bodies, "it")
    assert expected[::-1] == ids_of(bodies[::-1], "it")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("[", "not JSON"),
        ("7", "no list of connectors"),
        ('{"values": {}}', "no list of connectors"),
        ("[1]", "item 1 of the connectors is no JSON object"),
        ('{"connectors": [], "groups": []}', "groups is not understood beside connectors"),
        ('{"values": [], "next": 1}', "next is not understood beside values"),
        ('{"connectors": [], "accounts": 1}', "no list of accounts"),
        ('[{"id": "1", "name": "a", "type": "ASSUME_ROLE"}]', "only what every user may see"),
    ],
)
def test_documents_of_another_shape(document: str, message: str) -> None:
    """The place and the reason are said; nothing is guessed."""
    with pytest.raises(InvalidSettings, match=message):
        read_listing(document.encode(), name="IN")


@pytest.mark.parametrize("envelope", [True, False])
def test_accounts_from_another_file(envelope: bool) -> None:
    """Two answers of IFAWS, each a list or an envelope."""
    one: object = {"values": [DEPLOY], "size": 1} if envelope else [DEPLOY]
    two: object = {"values": ACCOUNTS} if envelope else {"accounts": ACCOUNTS}
    listing = read_listing(json.dumps(one).encode(), name="A", accounts=json.dumps(two).encode(), accounts_name="B")

    assert "main" == connectors(take(listing))["deploy-anderungen"].access_key


def test_the_document_for_ifaws() -> None:
    """Bodies as IFAWS shows them, with ids that are made of ours and the same every time."""
    one = connectors(taken(DEPLOY))["deploy-anderungen"]

    document = give([one]).document

    assert document == {
        "connectors": {
            "values": [
                {
                    "id": guid("connector", "deploy-anderungen"),
                    "name": "Deploy Änderungen",
                    "type": "ASSUME_ROLE",
                    "partition": "aws",
                    "accountId": guid("account", "main"),
                    "externalId": "",
                    "iamPolicy": "",
                    "roleArn": "arn:aws:iam::123456789012:role/x",
                    "groups": ["deployers"],
                    "slug": "deploy-anderungen",
                }
            ],
            "size": 1,
        },
        "accounts": {
            "values": [{"id": guid("account", "main"), "name": "main", "cloudProviderKey": "aws", "slug": "main"}],
            "size": 1,
        },
    }
    assert "be0a4347-0c6d-5a83-9e3d-14ce6c1f0e0e" != guid("connector", "main") != guid("account", "main")


def test_narrowing_that_the_other_side_does_not_know_is_warned_about() -> None:
    """A server that ignores an extension would give more than the connector does here."""
    tables = {"ro": {"type": "ASSUME_ROLE", "key": "main", "role_arn": DEPLOY["roleArn"], "read_only": True}}

    connector = read_tables(tables, find=lambda _: ("IN", None)).connectors["ro"]

    assert ("connector ro: a server that ignores readOnly would allow more",) == give([connector]).warnings
    assert table_of(connector)["read_only"]
