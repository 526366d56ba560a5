import re
import time
from email.utils import parsedate_to_datetime

import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from sandbox.aws.consuming import IDENTITY_FORM, REGION, Consumer, refused, send

from awsfed.sandbox.aws.face import Call

WRONG = {"SecretAccessKey": "x" * 40}


def code_of(response: requests.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    found = re.search(r"<Code>(\w+)</Code>", response.text)
    assert found is not None
    return response.status_code, found[1]


def test_a_right_signature_is_let_in_and_remembered(consumer: Consumer) -> None:
    """The call is remembered with its key id and status."""
    assert send(consumer.signed()).status_code == 200
    assert consumer.world.aws.calls == [Call("sts", "GetCallerIdentity", "AKIASANDBOXBROKERAAA", 200)]


def test_unsigned_requests_are_refused(consumer: Consumer) -> None:
    """Without a signature there is nobody to answer."""
    response = requests.post(f"{consumer.world.aws_url}/", data=IDENTITY_FORM, timeout=5)

    assert code_of(response) == (403, "MissingAuthenticationToken")
    assert response.headers["Content-Type"].startswith("text/xml")
    assert "<Type>Sender</Type>" in response.text


@pytest.mark.parametrize("left_out", ["Credential", "SignedHeaders", "Signature"])
def test_an_incomplete_header_is_refused(consumer: Consumer, left_out: str) -> None:
    """Each of its three parts is needed."""
    request = consumer.signed()
    header = re.sub(rf"{left_out}=[^,]+", "", request.headers["Authorization"])

    assert code_of(send(request, Authorization=header)) == (400, "IncompleteSignature")


@pytest.mark.parametrize(
    "header", ["Bearer x", "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c", "AWS4-HMAC-SHA256"]
)
def test_a_header_of_another_kind_is_refused(consumer: Consumer, header: str) -> None:
    """Other schemes and broken scopes are incomplete signatures."""
    assert code_of(send(consumer.signed(), Authorization=header)) == (400, "IncompleteSignature")


@pytest.mark.parametrize("date", [None, "yesterday", "20261332T000000Z"])
def test_the_date_is_needed(consumer: Consumer, date: str | None) -> None:
    """A signature without a real time is incomplete."""
    assert code_of(send(consumer.signed(), **{"X-Amz-Date": date})) == (400, "IncompleteSignature")


def test_an_unknown_key_is_refused(consumer: Consumer) -> None:
    """Key ids that nobody issued are unknown."""
    client = consumer.client("sts", {"AccessKeyId": "AKIAAAAAAAAAAAAAAAAA", "SecretAccessKey": "x"})
    with refused("InvalidClientTokenId", "security token"):
        client.get_caller_identity()


def test_a_wrong_secret_is_refused(consumer: Consumer) -> None:
    """The signature has to be made with the secret of the key."""
    with refused("SignatureDoesNotMatch"):
        consumer.client("sts", consumer.broker | WRONG).get_caller_identity()


def test_a_changed_body_is_refused(consumer: Consumer) -> None:
    """The hash of the body is part of what is signed."""
    request = consumer.signed()
    request.data = f"{request.data!s}&Unsigned=1"

    assert code_of(send(request)) == (403, "SignatureDoesNotMatch")


def test_the_body_of_an_object_has_to_have_the_hash_that_was_signed(consumer: Consumer) -> None:
    """S3 compares the two, and wants to be told the hash."""
    request = AWSRequest("PUT", f"{consumer.world.aws_url}/sandbox-artifacts/x", data=b"content")
    S3SigV4Auth(Credentials(*consumer.broker.values()), "s3", REGION).add_auth(request)
    request.data = b"CONTENT"

    assert code_of(send(request)) == (400, "XAmzContentSHA256Mismatch")
    assert code_of(send(request, **{"X-Amz-Content-SHA256": None})) == (400, "InvalidRequest")


def test_headers_of_amazon_have_to_be_signed(consumer: Consumer) -> None:
    """A header that somebody added on the way is refused."""
    assert code_of(send(consumer.signed(), **{"X-Amz-Added": "1"})) == (403, "SignatureDoesNotMatch")


def test_the_session_token_has_to_be_the_one_that_was_issued(consumer: Consumer) -> None:
    """Neither another token nor none goes with temporary keys, and no token with long-term ones."""
    credentials, other = consumer.assume(), consumer.assume()
    for token in (other["SessionToken"], None):
        with refused("InvalidClientTokenId"):
            consumer.client("sts", credentials | {"SessionToken": token}).get_caller_identity()
    with refused("InvalidClientTokenId"):
        consumer.client("sts", consumer.broker | {"SessionToken": "x"}).get_caller_identity()


def test_expired_credentials_are_refused(consumer: Consumer) -> None:
    """Temporary credentials end when they said they would."""
    client = consumer.client("sts", consumer.assume(DurationSeconds=900))
    consumer.world.aws.clock_offset_s = 890
    client.get_caller_identity()
    consumer.world.aws.clock_offset_s = 901

    with refused("ExpiredToken"):
        client.get_caller_identity()


@pytest.mark.parametrize(("offset_s", "words"), [(960, "Signature expired"), (-960, "not yet current")])
def test_clocks_may_differ_by_a_quarter_of_an_hour(consumer: Consumer, offset_s: int, words: str) -> None:
    """Older and younger signatures are refused, and the answer tells the face's own time."""
    consumer.world.aws.clock_offset_s = offset_s

    response = send(consumer.signed())

    assert code_of(response) == (403, "SignatureDoesNotMatch")
    assert words in response.text
    told = parsedate_to_datetime(response.headers["Date"]).timestamp()
    assert abs(told - time.time() - offset_s) < 5


def test_the_scope_names_the_service_that_is_asked(consumer: Consumer) -> None:
    """A signature for one service is not good for another."""
    response = send(consumer.signed(service="iam"))

    assert code_of(response) == (403, "SignatureDoesNotMatch")
    assert "correct service: 'sts'" in response.text


def test_the_scope_names_a_region(consumer: Consumer) -> None:
    """Something that cannot be a region is refused."""
    assert code_of(send(consumer.signed(region="everywhere"))) == (403, "SignatureDoesNotMatch")


def test_the_scope_has_the_day_of_the_date(consumer: Consumer) -> None:
    """Day and time have to agree."""
    request = consumer.signed()
    header = re.sub(r"/\d{8}/", "/20200101/", request.headers["Authorization"])

    assert code_of(send(request, Authorization=header)) == (403, "SignatureDoesNotMatch")


def test_presigned_addresses_are_verified(consumer: Consumer) -> None:
    """The query form works, a change breaks it, and its parts are needed."""
    address = consumer.presigned(form=IDENTITY_FORM)

    assert "awsfed-broker" in requests.get(address, timeout=5).text
    assert code_of(requests.get(address + "&Extra=1", timeout=5)) == (403, "SignatureDoesNotMatch")
    shorter = re.sub(r"X-Amz-SignedHeaders=[^&]+&", "", address)
    assert code_of(requests.get(shorter, timeout=5)) == (400, "IncompleteSignature")
    endless = re.sub(r"X-Amz-Expires=\d+", "X-Amz-Expires=9999999", address)
    assert code_of(requests.get(endless, timeout=5)) == (400, "IncompleteSignature")


def test_a_presigned_address_of_sts_is_good_for_15_minutes(consumer: Consumer) -> None:
    """STS does not heed X-Amz-Expires, which is why tokens for Kubernetes live longer than they say."""
    address = consumer.presigned(expires_s=60, form=IDENTITY_FORM)
    consumer.world.aws.clock_offset_s = 870
    assert requests.get(address, timeout=5).status_code == 200
    consumer.world.aws.clock_offset_s = 930
    assert code_of(requests.get(address, timeout=5)) == (403, "SignatureDoesNotMatch")
