import json
from typing import Any

import pytest

from awsfed.broker.catalogue.document import CONNECTOR_LIMIT, PROBLEM_LIMIT, Reading, read_document
from awsfed.broker.catalogue.fields import FIELDS
from awsfed.model.connector import Connector, ConnectorType
from awsfed.settings.problems import InvalidSettings, Severity
from awsfed.settings.reading import LIMIT

ROLE = "arn:aws:iam::123456789012:role/developer"
DEV = {"type": "ASSUME_ROLE", "key": "main", "role_arn": ROLE}
FED = {"type": "FEDERATION_TOKEN", "key": "main", "policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}
SESSION = {"type": "SESSION_TOKEN", "key": "main"}
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def read(**connectors: object) -> Reading:
    """Read a JSON document of these connectors."""
    return read_document(json.dumps({"connectors": connectors}).encode(), name="FILE")


def one(base: dict[str, Any], **more: object) -> Connector:
    """Return one connector with some more fields."""
    return read(it={**base, **more}).good()["it"]


def complaints(reading: Reading) -> list[str]:
    """Return what is wrong, without the part that is always the same."""
    return [str(problem).removeprefix("FILE: connectors.") for problem in reading.problems]


def test_toml_and_json_mean_the_same() -> None:
    """One document in both notations gives the same connectors, in the same order."""
    toml = f"""
[connectors.b]
type = "ASSUME_ROLE"
key = "main"
role_arn = "{ROLE}"
external_id = "x:1"
duration = "4h"
groups = ["developers", "testers"]
region = "eu-central-1"
[connectors.a]
type = "SESSION_TOKEN"
name = "Für alle"
key = "main"
"""
    more = {"external_id": "x:1", "duration": 14400, "groups": ["developers", "testers"], "region": "eu-central-1"}

    from_toml = read_document(toml.encode(), name="FILE").good()
    from_json = read(b={**DEV, **more}, a={**SESSION, "name": "Für alle"}).good()

    assert list(from_toml.items()) == list(from_json.items())
    assert from_toml["b"].duration == 14400
    assert from_toml["a"] == Connector(
        id="a", name="Für alle", type=ConnectorType.SESSION_TOKEN, access_key="main", partition="aws"
    )


def test_a_policy_is_text_or_a_table() -> None:
    """Both ways of writing a policy give the same compact JSON."""
    as_text = one(DEV, policy=json.dumps(POLICY, indent=2))
    as_table = one(DEV, policy=POLICY)

    assert as_text.policy == as_table.policy == json.dumps(POLICY, separators=(",", ":"))


def test_a_date_in_a_policy_wants_quotes() -> None:
    """TOML takes the version of a policy for a date; the hint shows what to write."""
    toml = '[connectors.it]\ntype = "SESSION_TOKEN"\nkey = "m"\npolicy = {Version = 2012-10-17, Statement = [1]}'

    problem = read_document(toml.encode(), name="FILE").problems[0]

    assert str(problem) == "FILE, line 4: connectors.it.policy has a date without quotes"
    assert problem.hint == 'write Version = "2012-10-17"'


@pytest.mark.parametrize(
    ("written", "expected"),
    [(900, 900), ("900s", 900), ("90m", 5400), ("1h30m", 5400), ("12h", 43200), ("1h0m1s", 3601)],
)
def test_durations(written: object, expected: int) -> None:
    """Seconds, or hours, minutes and seconds as text."""
    assert one(DEV, duration=written).duration == expected


@pytest.mark.parametrize("written", ["", "h", "4", "4 h", "30m1h", "-1h", 899, 43201, "13h", True, 900.0, None])
def test_durations_that_aws_would_refuse(written: object) -> None:
    """Less than a quarter of an hour, more than half a day for a role, and what is no time at all."""
    assert complaints(read(it={**DEV, "duration": written})) == [
        "it.duration must be a whole number of seconds from 900 to 43200"
    ]


def test_tokens_live_longer_than_roles() -> None:
    """The limit is that of the call behind the connector."""
    assert one(SESSION, duration="36h").duration == 129600
    assert one(FED, duration="36h").duration == 129600


def test_the_partition_follows_from_role_region_or_policies() -> None:
    """It need not be written where something else says it."""
    assert one(DEV, role_arn="arn:aws-cn:iam::123456789012:role/x").partition == "aws-cn"
    assert one(SESSION, region="us-gov-west-1").partition == "aws-us-gov"
    assert one(FED, policy_arns=["arn:aws-cn:iam::aws:policy/X"]).partition == "aws-cn"
    assert one(SESSION).partition == "aws"


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({**DEV, "role_arn": "developer"}, f"it.role_arn is not an ARN such as {ROLE}"),
        ({"type": "ASSUME_ROLE", "key": "main"}, "it.role_arn is not set, and ASSUME_ROLE needs it"),
        (
            {"type": "SESSION_TOKEN"},
            f"it.key is not set: {FIELDS['key'].sentence[:-1]}",
        ),
        ({**SESSION, "type": "ROLE"}, "it.type must be one of ASSUME_ROLE, FEDERATION_TOKEN, SESSION_TOKEN, PROVIDED"),
        (
            {**SESSION, "type": ["SESSION_TOKEN"]},
            "it.type must be one of ASSUME_ROLE, FEDERATION_TOKEN, SESSION_TOKEN, PROVIDED",
        ),
        ({**FED, "policy_arns": []}, "it.type is FEDERATION_TOKEN, which needs a policy"),
        ({**FED, "role_arn": ROLE}, "it.role_arn is of no use with FEDERATION_TOKEN"),
        ({**FED, "mfa_serial": "GAHT12345678"}, "it.mfa_serial is of no use with FEDERATION_TOKEN"),
        ({**FED, "external_id": "xx"}, "it.external_id is of no use with FEDERATION_TOKEN"),
        ({**SESSION, "role_arn": ROLE}, "it.role_arn is of no use with SESSION_TOKEN"),
        ({**SESSION, "external_id": "xx"}, "it.external_id is of no use with SESSION_TOKEN"),
        ({**SESSION, "policy": POLICY}, "it.policy is of no use with SESSION_TOKEN"),
        ({**SESSION, **FED, "type": "SESSION_TOKEN"}, "it.policy_arns is of no use with SESSION_TOKEN"),
        ({**DEV, "partition": "aws-cn"}, "it.role_arn is not in the partition aws-cn"),
        ({**DEV, "mfa_serial": "arn:aws-cn:iam::123456789012:mfa/x"}, "it.mfa_serial is not in the partition aws"),
        (
            {**DEV, "mfa_serial": "short"},
            "it.mfa_serial must be 9 to 256 characters: an ARN, or the number on a device",
        ),
        ({**DEV, "region": "cn-north-1"}, "it.region is not in the partition aws"),
        (
            {**DEV, "policy_arns": ["arn:aws-cn:iam::aws:policy/X"]},
            "it.policy_arns has an item 1 that is not in the partition aws",
        ),
        (
            {**DEV, "policy_arns": ["arn:aws:iam::aws:policy/X", "arn:aws:iam::999999999999:policy/X"]},
            "it.policy_arns has an item 2 that belongs to another account than the role",
        ),
        (
            {**DEV, "policy_arns": [f"arn:aws:iam::aws:policy/{n}" for n in range(11)]},
            "it.policy_arns are 11 policy ARNs; at most 10 are possible",
        ),
        ({**DEV, "groups": "developers"}, "it.groups must be a list of group names, in brackets"),
        ({**DEV, "groups": ["a", " b"]}, "it.groups has an item 2 that is empty or has white space around it"),
        ({**DEV, "rolearn": ROLE}, "it.rolearn is not a field of connectors"),
        ({**DEV, "policy": "{}"}, "it.policy is not a policy: a JSON object with a Statement"),
        ({**DEV, "region": "here"}, "it.region is not the name of a region, such as eu-central-1"),
        ("ASSUME_ROLE", "it must be a table with the fields of a connector"),
    ],
)
def test_mistakes(fields: object, complaint: str) -> None:
    """What AWS would refuse is refused here, with the field that is wrong."""
    assert complaints(read(it=fields)) == [complaint]


def test_policies_are_counted_together() -> None:
    """Inline policy and ARNs share the room that STS gives them."""
    long = {"Statement": ["x" * 1900]}
    arns = [f"arn:aws:iam::aws:policy/{'x' * 60}{n}" for n in range(2)]

    assert complaints(read(it={**DEV, "policy": long, "policy_arns": arns}))[0].startswith("it.policy and policy_arns")


def test_unknown_fields_are_refused_with_a_suggestion() -> None:
    """A field that this version does not know may be a restriction, so the document does not count."""
    reading = read(it={**DEV, "role_ar": ROLE})

    with pytest.raises(InvalidSettings):
        reading.good()

    assert reading.problems[0].hint == "did you mean role_arn?"


def test_ids_are_unique_without_regard_to_case() -> None:
    """Two connectors that some file system would take for one are refused."""
    assert complaints(read(Dev=SESSION, dev=SESSION)) == [
        "dev differs from connectors.Dev in upper and lower case only"
    ]


@pytest.mark.parametrize("name", ["", "a b", "../x", "-x", "é", "x" * 65, "a\u001b[0m"])
def test_ids_are_slugs(name: str) -> None:
    """An id goes into files, paths and lines, so it is narrow; people read the name."""
    reading = read(**{name: SESSION})

    assert "is no id for a connector" in complaints(reading)[0]
    assert "\x1b" not in complaints(reading)[0]


def test_one_mistake_spoils_the_document() -> None:
    """The good connectors of a bad document are not used, but they are known."""
    reading = read(good=SESSION, bad={})

    assert list(reading.connectors) == ["good"]
    with pytest.raises(InvalidSettings):
        reading.good()


def test_a_short_life_is_a_warning() -> None:
    """Durations under 48 minutes work; what they cost is said."""
    reading = read(it={**DEV, "duration": "47m"}, other={**DEV, "duration": "48m"})

    assert set(reading.good()) == {"it", "other"}
    assert [problem.severity for problem in reading.problems] == [Severity.WARNING]
    assert "botocore asks for new credentials on every request" in complaints(reading)[0]


def test_problems_have_lines_in_toml() -> None:
    """Where the document is TOML, a mistake is found on its line, or on that of its connector."""
    toml = '\n[connectors.dev]\ntype = "ASSUME_ROLE"\nkey = "main"\nrole_arn = "x"\n[connectors.two]\ntype = "X"\n'

    reading = read_document(toml.encode(), name="/x/c.toml")

    assert [(problem.line, problem.key) for problem in reading.problems] == [
        (5, "connectors.dev.role_arn"),
        (7, "connectors.two.type"),
        (6, "connectors.two.key"),
    ]
    assert str(reading.problems[0]) == f"/x/c.toml, line 5: connectors.dev.role_arn is not an ARN such as {ROLE}"


def test_a_catalogue_holds_connectors_only() -> None:
    """Whoever writes a catalogue names no keys and no endpoints."""
    reading = read_document(b'{"connectors": {}, "keys": {"main": {}}}', name="FILE")

    assert complaints(reading) == [
        'FILE: keys has no place in a catalogue, which holds "connectors", "version" and "expires" only'
    ]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"{", "FILE, line 1: not JSON: "),
        (b'{"connectors": {}, "connectors": {}}', "FILE: connectors stands twice in the same object"),
        (b'{"connectors": {"a": {"duration": NaN}}}', "FILE: not JSON: "),
        (b'{"connectors": []}', "must be a table of connectors"),
        (b'{"connectors": {"a": {"name": "\xff"}}}', "FILE: not JSON: "),
        (b'{"connectors": ' + b"[" * 100_000, "FILE: nested too deeply"),
        (b"connectors = " + b"[" * 100_000, "FILE: nested too deeply"),
        (b"x = " + b"9" * 10_000, "FILE: not TOML: "),
        (b"a." * 60 + b"a = 1", "FILE, line 1: a key of more than 20 parts"),
        (b"#" * (LIMIT + 1), f"FILE: larger than {LIMIT} bytes"),
        (b"\xff\xfe", "FILE, line 1: not text in UTF-8"),
        (b"[connectors", "FILE, line 1: not TOML: "),
    ],
)
def test_documents_that_are_none(data: bytes, complaint: str) -> None:
    """What cannot be read is one problem, whatever it is made of."""
    reading = read_document(data, name="FILE")

    assert not reading.is_good
    assert len(reading.problems) == 1
    assert complaint.removeprefix("FILE: connectors.") in str(reading.problems[0])


def test_an_empty_document_has_no_connectors() -> None:
    """Nothing granted is a valid thing to say."""
    assert read_document(b"", name="FILE").good() == {}
    assert read_document(b'\xef\xbb\xbf {"connectors": {}}', name="FILE").good() == {}


def test_too_many_connectors() -> None:
    """There is a limit to what one document may hold, and up to there it works."""
    names = [f"c{number}" for number in range(CONNECTOR_LIMIT + 1)]

    assert complaints(read(**dict.fromkeys(names, SESSION)))[0].endswith("are 20001; at most 20000 are possible")
    assert len(read(**dict.fromkeys(names[1:], SESSION)).good()) == CONNECTOR_LIMIT


def test_many_mistakes_are_not_all_listed() -> None:
    """A list that nobody would read is cut, and warnings in front of it hide no error."""
    short = {f"a{number}": {**DEV, "duration": 900} for number in range(PROBLEM_LIMIT + 5)}
    wrong: dict[str, object] = {f"b{number}": {} for number in range(PROBLEM_LIMIT)}

    assert len(read(**wrong).problems) == PROBLEM_LIMIT
    assert not read(**short, bad={}).is_good
