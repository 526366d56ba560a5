import base64
from datetime import UTC, datetime, timedelta

import pytest
import requests
from sandbox.aws.consuming import Consumer, refused, send

from awsfed.sandbox.aws.faults import fail


def test_keys_made_in_iam_work_until_they_are_switched_off(consumer: Consumer) -> None:
    """What a key rotation does, step by step."""
    iam = consumer.client("iam")
    made = iam.create_access_key(UserName="awsfed-broker")["AccessKey"]
    client = consumer.client("sts", made)

    assert client.get_caller_identity()["Arn"].endswith("user/awsfed-broker")
    iam.update_access_key(UserName="awsfed-broker", AccessKeyId=made["AccessKeyId"], Status="Inactive")
    with refused("InvalidClientTokenId"):
        client.get_caller_identity()
    iam.update_access_key(UserName="awsfed-broker", AccessKeyId=made["AccessKeyId"], Status="Active")
    assert client.get_caller_identity()
    iam.delete_access_key(UserName="awsfed-broker", AccessKeyId=made["AccessKeyId"])
    with refused("InvalidClientTokenId"):
        client.get_caller_identity()


def test_a_bucket_takes_objects_of_any_name(consumer: Consumer) -> None:
    """Paths are signed as S3 does it, also with temporary credentials."""
    s3 = consumer.client("s3", consumer.assume())
    name = "a b/+ü%/~'(x)"
    s3.put_object(Bucket="sandbox-artifacts", Key=name, Body=b"content")

    assert s3.get_object(Bucket="sandbox-artifacts", Key=name)["Body"].read() == b"content"
    assert [one["Key"] for one in s3.list_objects_v2(Bucket="sandbox-artifacts")["Contents"]] == [name]
    s3.delete_object(Bucket="sandbox-artifacts", Key=name)


def test_a_presigned_object_is_good_for_as_long_as_it_says(consumer: Consumer) -> None:
    """S3 does heed X-Amz-Expires."""
    s3 = consumer.client("s3")
    s3.put_object(Bucket="sandbox-artifacts", Key="shared", Body=b"content")
    address = s3.generate_presigned_url("get_object", {"Bucket": "sandbox-artifacts", "Key": "shared"}, ExpiresIn=60)
    if "X-Amz-Algorithm" not in address:  # botocore's choice for regions it does not ask
        address = consumer.presigned("/sandbox-artifacts/shared", service="s3", expires_s=60)

    assert requests.get(address, timeout=5).content == b"content"
    consumer.world.aws.clock_offset_s = 90
    response = requests.get(address, timeout=5)
    assert (response.status_code, "RequestTimeTooSkewed" in response.text) == (403, True)


def test_s3_words_its_refusals_in_its_own_way(consumer: Consumer) -> None:
    """Other codes and another shape than those of STS."""
    unknown = {"AccessKeyId": "AKIAAAAAAAAAAAAAAAAA", "SecretAccessKey": "x"}
    with refused("InvalidAccessKeyId"):
        consumer.client("s3", unknown).list_buckets()
    with refused("InvalidToken"):
        consumer.client("s3", consumer.assume() | {"SessionToken": "x"}).list_buckets()
    expiring = consumer.client("s3", consumer.assume(DurationSeconds=900))
    consumer.world.aws.clock_offset_s = 901
    with refused("ExpiredToken"):
        expiring.list_buckets()
    response = requests.get(f"{consumer.world.aws_url}/sandbox-artifacts/x", timeout=5)
    assert response.status_code == 403
    assert "<Code>AccessDenied</Code>" in response.text


def test_ecr_gives_tokens_for_twelve_hours(consumer: Consumer) -> None:
    """A new one each time, for the registry of the account and the region that is asked."""
    ecr = consumer.client("ecr", consumer.assume())
    one, other = (ecr.get_authorization_token()["authorizationData"][0] for _ in range(2))

    assert one["expiresAt"] - datetime.now(UTC) > timedelta(hours=11.9)
    assert one["proxyEndpoint"] == "https://123456789012.dkr.ecr.eu-central-1.amazonaws.com"
    assert base64.b64decode(one["authorizationToken"]).startswith(b"AWS:")
    assert one["authorizationToken"] != other["authorizationToken"]


def test_ecr_answers_in_json(consumer: Consumer) -> None:
    """The repository is there, and refusals have their own codes."""
    assert consumer.client("ecr").describe_repositories()["repositories"][0]["repositoryName"] == "app"
    with refused("InvalidSignatureException"):
        consumer.client("ecr", consumer.broker | {"SecretAccessKey": "x"}).describe_repositories()
    with refused("UnrecognizedClientException"):
        consumer.client("ecr", consumer.assume() | {"SessionToken": "x"}).describe_repositories()
    consumer.world.aws.faults.add(fail(503, "ServerException"))
    with refused("ServerException"):
        consumer.client("ecr").describe_repositories()


@pytest.mark.parametrize("service", ["ec2", "dynamodb", "lambda", "sqs"])
def test_other_services_are_refused(consumer: Consumer, service: str) -> None:
    """Nothing but the four is forwarded."""
    client = consumer.client(service)
    call = {"ec2": "describe_regions", "dynamodb": "list_tables", "lambda": "list_functions", "sqs": "list_queues"}
    with pytest.raises(Exception, match=r"sandbox does not support|UnsupportedInSandbox|501"):
        getattr(client, call[service])()


def test_other_actions_of_sts_are_refused(consumer: Consumer) -> None:
    """So are parameters that the sandbox would have to ignore."""
    with refused("UnsupportedInSandbox", "sts:DecodeAuthorizationMessage"):
        consumer.client("sts").decode_authorization_message(EncodedMessage="x")
    contexts = [{"ProviderArn": "arn:aws:iam::aws:contextProvider/x", "ContextAssertion": "x" * 4}]
    with refused("UnsupportedInSandbox", "ProvidedContexts"):
        consumer.assume(ProvidedContexts=contexts)
    assert send(consumer.signed({"Version": "2011-06-15", "Action": "NoSuch"})).status_code == 501


def test_motos_own_doors_are_shut(consumer: Consumer) -> None:
    """Nobody resets the world or asks for instance metadata through the face."""
    for path in ("/moto-api/data.json", "/latest/meta-data/iam/security-credentials/", "/v20180820/jobs"):
        response = requests.get(consumer.presigned(path, service="s3"), timeout=5)
        assert (response.status_code, "UnsupportedInSandbox" in response.text) == (501, True)


def test_codeartifact_gives_tokens_for_one_domain(consumer: Consumer) -> None:
    """For as long as was asked, with 0 as long as the session, and for no longer than twelve hours."""
    client = consumer.client("codeartifact", consumer.assume(DurationSeconds=900))
    usual, asked, session = (
        client.get_authorization_token(domain="packages", domainOwner="123456789012", **more)["expiration"]
        for more in ({}, {"durationSeconds": 1800}, {"durationSeconds": 0})
    )
    now = datetime.now(UTC)

    assert [12 * 60, 30, 15] == [round((moment - now).total_seconds() / 60) for moment in (usual, asked, session)]
    with refused("ValidationException"):
        client.get_authorization_token(domain="packages", durationSeconds=100)
    with refused("ValidationException"):
        consumer.client("codeartifact").get_authorization_token(domain="packages", durationSeconds=0)
    with refused("ResourceNotFoundException"):
        client.get_authorization_token(domain="other")
    with refused("UnsupportedInSandbox"):
        client.list_domains()


def test_eks_describes_one_cluster(consumer: Consumer) -> None:
    """Its address and certificate are told, and there is nothing behind them."""
    client = consumer.client("eks", consumer.assume())

    assert client.describe_cluster(name="sandbox")["cluster"]["endpoint"].endswith(".eu-central-1.eks.amazonaws.com")
    with refused("ResourceNotFoundException"):
        client.describe_cluster(name="other")
    with refused("UnsupportedInSandbox"):
        client.list_clusters()


def test_parameters_are_kept_and_listed(consumer: Consumer) -> None:
    """What a catalogue in the Parameter Store needs, in pages; nothing else of Systems Manager is there."""
    ssm = consumer.client("ssm")
    for number in range(12):
        ssm.put_parameter(Name=f"/kept/{number:02}", Value=f"text {number}", Type="String", Overwrite=True)

    first = ssm.get_parameters_by_path(Path="/kept/", MaxResults=10)
    rest = ssm.get_parameters_by_path(Path="/kept/", MaxResults=10, NextToken=first["NextToken"])

    assert len(first["Parameters"]) + len(rest["Parameters"]) == 12
    assert ssm.get_parameter(Name="/kept/03")["Parameter"]["Value"] == "text 3"
    with refused("ParameterNotFound"):
        ssm.get_parameter(Name="/kept/none")
    with refused("UnsupportedInSandbox"):
        ssm.describe_parameters()
