"""Forms and answers of STS beside what botocore makes of them."""

from typing import Any
from urllib.parse import parse_qsl

import botocore.session
import pytest
from botocore.parsers import QueryParser
from botocore.serialize import create_serializer

from awsfed.errors import ProtocolError
from awsfed.outside.sts_words import asked, read

MODEL = botocore.session.Session().get_service_model("sts")
ANSWER = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>AROA:alice</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/r/alice</Arn>
</AssumedRoleUser><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>a&amp;b/+=</SecretAccessKey>
<SessionToken>
  token
</SessionToken><Expiration>2026-01-31T12:00:00Z</Expiration></Credentials>
<PackedPolicySize>6</PackedPolicySize><SourceIdentity>alice</SourceIdentity></AssumeRoleResult>
<ResponseMetadata><RequestId>c6104cbe</RequestId></ResponseMetadata></AssumeRoleResponse>"""
REFUSAL = b"""<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>AccessDenied</Code><Message>User is not authorized</Message></Error><RequestId>r1</RequestId></ErrorResponse>"""


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("GetCallerIdentity", {}),
        ("GetSessionToken", {"DurationSeconds": 900, "SerialNumber": "GAHT12345678", "TokenCode": "012345"}),
        ("GetFederationToken", {"Name": "a+b=c,@-._", "Policy": '{"Statement":[]} äß&=+ %\n'}),
        (
            "AssumeRole",
            {
                "RoleArn": "arn:aws:iam::123456789012:role/a/b",
                "RoleSessionName": "alice",
                "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/A"}, {"arn": "arn:aws:iam::aws:policy/B"}],
                "Tags": [{"Key": "k", "Value": "v"}, {"Key": "crowd:user", "Value": "ä b"}],
                "TransitiveTagKeys": ["k", "crowd:user"],
                "DurationSeconds": 3600,
            },
        ),
    ],
)
def test_a_form_is_that_of_botocore(operation: str, parameters: dict[str, Any]) -> None:
    """The same fields, however they are ordered."""
    theirs = create_serializer("query").serialize_to_request(parameters, MODEL.operation_model(operation))

    assert {name: str(value) for name, value in theirs["body"].items()} == dict(
        parse_qsl(asked(operation, parameters).decode(), keep_blank_values=True)
    )


def test_an_answer_is_read_as_by_botocore() -> None:
    """Every field, with its type; white space around a value is nobody's, and botocore keeps it."""
    shape = MODEL.operation_model("AssumeRole").output_shape
    assert shape is not None
    theirs = QueryParser().parse({"body": ANSWER, "headers": {}, "status_code": 200}, shape)
    metadata = theirs.pop("ResponseMetadata")
    theirs["Credentials"]["SessionToken"] = theirs["Credentials"]["SessionToken"].strip()
    ours = read(ANSWER)

    assert theirs == ours["Result"]
    assert metadata["RequestId"] == ours["RequestId"]


def test_a_refusal_is_read() -> None:
    """The code and the sentence."""
    ours = read(REFUSAL)

    assert {"Type": "Sender", "Code": "AccessDenied", "Message": "User is not authorized"} == ours["Error"]
    assert "r1" == ours["RequestId"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<",
        b"not xml",
        b"\xff\xfe\x00",
        b"<a><b></a>",
        ANSWER.replace(b"2026-01-31T12:00:00Z", b"soon"),
        ANSWER.replace(b">6<", b">six<"),
        b'<!DOCTYPE x [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        b'<?xml version="1.0"?>\n<! DOCTYPE x><x/>',
    ],
)
def test_anything_else_is_no_answer(body: bytes) -> None:
    """Also what could make a parser work for ever."""
    with pytest.raises(ProtocolError):
        read(body)


def test_an_answer_in_another_form_of_unicode_hides_no_declaration() -> None:
    """Bytes in which a declaration cannot be seen are read by no rule that would need to see it."""
    hidden = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16")
    with pytest.raises(ProtocolError):
        read(hidden)
