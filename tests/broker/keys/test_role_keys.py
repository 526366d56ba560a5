"""The role of an EC2 instance or container as an access key, and botocore as another client of the same servers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.utils import ContainerMetadataFetcher, InstanceMetadataFetcher
from fakes.clock import FakeClock
from fakes.metadata import ROLE, Container, Instance, role_credentials

from awsfed.broker.keys.container import ContainerKey
from awsfed.broker.keys.instance import InstanceKey
from awsfed.broker.keys.metadata import Metadata
from awsfed.broker.keys.remembered import RememberedKey
from awsfed.errors import AwsUnavailable, ConfigError, ProtocolError, StoreError
from awsfed.model.credentials import AccessKey
from awsfed.outside.clock import SystemClock
from awsfed.outside.http import HttpClient

CANARY = "c4n4ryc4n4ryc4n4ryc4n4ryc4n4ryc4n4ry"


@pytest.fixture
def ec2() -> Iterator[Instance]:
    """An instance with a role."""
    with Instance() as service:
        yield service


@pytest.fixture
def pod() -> Iterator[Container]:
    """A container with a role, which has to show a token."""
    with Container(token="Bearer of a token") as service:
        yield service


@pytest.fixture
def metadata() -> Metadata:
    """The client, on a clock that does not wait."""
    clock = FakeClock(now=SystemClock().now())
    return Metadata(http=HttpClient.for_metadata(), clock=clock)


def instance_key(metadata: Metadata, ec2: Instance, **environ: str) -> InstanceKey:
    """Return the source under test."""
    return InstanceKey(name="own", metadata=metadata, environ={"AWS_EC2_METADATA_SERVICE_ENDPOINT": ec2.url, **environ})


def container_key(metadata: Metadata, pod: Container, **environ: str) -> ContainerKey:
    """Return the source under test."""
    variables = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{pod.url}/v1/credentials", **environ}
    return ContainerKey(name="own", metadata=metadata, environ=variables)


def is_that(key: AccessKey | None, credentials: dict[str, str]) -> bool:
    """Tell whether a key holds these credentials, to the end."""
    assert key is not None
    assert key.session_token is not None
    assert key.expires_at is not None
    expires = datetime.fromtimestamp(key.expires_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    parts = (key.access_key_id, key.secret_access_key.reveal(), key.session_token.reveal(), expires)
    return parts == tuple(credentials.values())


def test_the_role_of_an_instance(metadata: Metadata, ec2: Instance) -> None:
    """A token for this look first; then the role's name; then its credentials."""
    key = instance_key(metadata, ec2).load()

    assert is_that(key, ec2.credentials)
    folder = "GET /latest/meta-data/iam/security-credentials/"
    assert ["PUT /latest/api/token", folder, folder + ROLE] == ec2.asked
    assert [60] == list(ec2.tokens.values())
    assert key
    assert not key.is_long_term


def test_botocore_reads_the_same_from_the_same_instance(ec2: Instance) -> None:
    """The server of these tests is one that others take for EC2."""
    fetched = InstanceMetadataFetcher(base_url=ec2.url, num_attempts=1).retrieve_iam_role_credentials()

    assert (ec2.credentials["AccessKeyId"], ec2.credentials["Token"]) == (fetched["access_key"], fetched["token"])


def test_botocore_reads_the_same_from_the_same_container(pod: Container) -> None:
    """The same for ECS and EKS."""
    fetched = ContainerMetadataFetcher().retrieve_full_uri(
        f"{pod.url}/v1/credentials", {"Authorization": str(pod.token)}
    )

    assert {**pod.credentials, "AccountId": "123456789012"} == fetched


def test_an_instance_without_a_role(metadata: Metadata, ec2: Instance) -> None:
    """There is no key here, which is no error."""
    ec2.role = None

    assert instance_key(metadata, ec2).load() is None


def test_a_machine_that_is_no_instance(metadata: Metadata) -> None:
    """Nobody answers; three attempts, then there is no key here."""
    environ = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9"}

    assert InstanceKey(name="own", metadata=metadata, environ=environ).load() is None
    assert isinstance(metadata.clock, FakeClock)
    assert 2 == len(metadata.clock.waits)


def test_the_metadata_service_may_be_switched_off_for_sdks(metadata: Metadata, ec2: Instance) -> None:
    """Then it is not asked here either."""
    assert instance_key(metadata, ec2, AWS_EC2_METADATA_DISABLED="TRUE").load() is None
    assert [] == ec2.asked


def test_version_1_is_never_tried(metadata: Metadata, ec2: Instance) -> None:
    """It answers everybody who can make this machine send a request."""
    ec2.offers_version_2 = False

    with pytest.raises(StoreError, match="metadata service of this instance answered with status 404"):
        instance_key(metadata, ec2).load()
    assert ["PUT /latest/api/token"] == ec2.asked


@pytest.mark.parametrize("endpoint", ["http://169.254.169.253", "http://metadata.example.org", "https://[", "x"])
def test_another_machine_is_not_asked(metadata: Metadata, endpoint: str) -> None:
    """The variable is for tests on this machine, and for the two addresses of EC2."""
    environ = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": endpoint}

    with pytest.raises(ConfigError, match="AWS_EC2_METADATA_SERVICE_ENDPOINT names another machine"):
        InstanceKey(name="own", metadata=metadata, environ=environ).load()


@pytest.mark.parametrize(
    ("environ", "base"),
    [
        ({}, "http://169.254.169.254"),
        ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"}, "http://[fd00:ec2::254]"),
        ({"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://[fd00:ec2::254]/"}, "http://[fd00:ec2::254]"),
    ],
)
def test_the_addresses_of_ec2(metadata: Metadata, environ: dict[str, str], base: str) -> None:
    """Version 4 where nothing is said."""
    assert base == InstanceKey(name="own", metadata=metadata, environ=environ)._base()


@pytest.mark.parametrize("status", [400, 401, 403, 405])
def test_a_service_that_refuses(metadata: Metadata, ec2: Instance, status: int) -> None:
    """It is there, so this is an error; nothing is asked twice."""
    ec2.trouble = [status]

    with pytest.raises(StoreError, match=f"answered with status {status}"):
        instance_key(metadata, ec2).load()
    assert 1 == len(ec2.asked)


def test_a_service_that_fails_is_asked_twice_more(metadata: Metadata, ec2: Instance) -> None:
    """And no more than that."""
    ec2.trouble = [503, 429]
    assert instance_key(metadata, ec2).load()

    ec2.trouble = [500, 502, 503]
    with pytest.raises(AwsUnavailable, match="metadata service failed with status 503"):
        instance_key(metadata, ec2).load()


@pytest.mark.parametrize("role", ["two words", "../../x", "ä", "x" * 129])
def test_a_name_that_is_no_role(metadata: Metadata, ec2: Instance, role: str) -> None:
    """It would become a part of a path."""
    ec2.role = role

    with pytest.raises(StoreError, match="names a role that cannot be one"):
        instance_key(metadata, ec2).load()


@pytest.mark.parametrize(
    "body",
    [
        b"torn {",
        b"[]",
        b"null",
        b'{"Code": "AssumeRoleUnauthorizedAccess"}',
        b'{"AccessKeyId": "ASIAAAAAAAAAAAAAAAAA", "SecretAccessKey": "c4n4ry c4n4ry", "Token": "x"}',
        f'{{"AccessKeyId": "ASIAAAAAAAAAAAAAAAAA", "SecretAccessKey": "{CANARY}", "Token": ""}}'.encode(),
        f'{{"AccessKeyId": "ASIAAAAAAAAAAAAAAAAA", "SecretAccessKey": "{CANARY}", "Token": "x",'
        '"Expiration": "2099-01-01T00:00:00"}'.encode(),
        f'{{"AccessKeyId": "ASIAAAAAAAAAAAAAAAAA", "SecretAccessKey": "{CANARY}", "Token": "x",'
        '"Expiration": 4000000000}'.encode(),
        b'{"a":' * 50_000,
    ],
)
def test_an_answer_that_is_none(metadata: Metadata, ec2: Instance, pod: Container, body: bytes) -> None:
    """Nothing of it is repeated."""
    ec2.body = pod.body = body
    pod.token = None
    if len(body) > 65_536:
        ec2.body = pod.body = body[:65_536]

    for source in (instance_key(metadata, ec2), container_key(metadata, pod)):
        with pytest.raises(ProtocolError, match="gave access key 'own' in a form that is not its own") as caught:
            source.load()
        assert "c4n4ry" not in repr(caught.value.__cause__) + str(caught.value)


def test_an_endless_answer(metadata: Metadata, ec2: Instance) -> None:
    """64 kB are enough."""
    ec2.body = b"x" * 100_000

    with pytest.raises(ProtocolError, match="more than 65536 bytes"):
        instance_key(metadata, ec2).load()


def test_credentials_that_have_ended(metadata: Metadata, ec2: Instance) -> None:
    """The platform could not renew them, or the clock is wrong."""
    ec2.credentials = role_credentials(life_s=-1)

    with pytest.raises(AwsUnavailable, match="have expired"):
        instance_key(metadata, ec2).load()


def test_the_role_of_a_container(metadata: Metadata, pod: Container) -> None:
    """With the token of the variable."""
    source = container_key(metadata, pod, AWS_CONTAINER_AUTHORIZATION_TOKEN=str(pod.token))

    assert is_that(source.load(), pod.credentials)


def test_the_token_of_a_pod_is_read_each_time(metadata: Metadata, pod: Container, tmp_path: Path) -> None:
    """Its file counts before the variable, and the platform changes it."""
    file = tmp_path / "token"
    file.write_text(f"{pod.token}\n")
    source = container_key(
        metadata, pod, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(file), AWS_CONTAINER_AUTHORIZATION_TOKEN="wrong"
    )
    assert is_that(source.load(), pod.credentials)

    pod.token = "another"
    with pytest.raises(StoreError, match="answered with status 401"):
        source.load()
    file.write_text("another")
    assert is_that(source.load(), pod.credentials)


def test_a_machine_that_is_no_container(metadata: Metadata) -> None:
    """The platform names no place."""
    assert ContainerKey(name="own", metadata=metadata, environ={}).load() is None


def test_a_service_that_is_not_there(metadata: Metadata) -> None:
    """The platform names a place, so this is an error."""
    environ = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/"}

    with pytest.raises(AwsUnavailable, match=r"127\.0\.0\.1:9 refuses connections"):
        ContainerKey(name="own", metadata=metadata, environ=environ).load()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/credentials",
        "https://example.org/credentials",
        "http://169.254.169.254/latest",
        "http://169.254.170.2.example.org/",
        "http://169.254.170.2@example.org/",
        "https://[",
        "file:///etc/passwd",
    ],
)
def test_a_place_on_another_machine(metadata: Metadata, url: str) -> None:
    """The token is not sent there, https or not."""
    environ = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": CANARY}

    with pytest.raises(ConfigError, match="AWS_CONTAINER_CREDENTIALS_FULL_URI leads to another machine"):
        ContainerKey(name="own", metadata=metadata, environ=environ).load()


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"}, "http://169.254.170.2/v2/x"),
        (
            {
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
            },
            "http://169.254.170.2/v2/x",
        ),
        *(
            ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": url}, url)
            for url in ("http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1/credentials")
        ),
    ],
)
def test_the_places_of_ecs_and_eks(metadata: Metadata, environ: dict[str, str], url: str) -> None:
    """The relative one counts first."""
    assert url == ContainerKey(name="own", metadata=metadata, environ=environ)._url()


@pytest.mark.parametrize("path", ["@example.org/", "v2/x", "//example.org/ x", "/a\nb"])
def test_a_relative_place_is_a_path(metadata: Metadata, path: str) -> None:
    """Behind the address it could lead to another one."""
    environ = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": path}

    with pytest.raises(ConfigError, match="AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not a path"):
        ContainerKey(name="own", metadata=metadata, environ=environ).load()


@pytest.mark.parametrize("text", ["", "two\nlines", "ä"])
def test_a_token_that_cannot_be_sent(metadata: Metadata, pod: Container, tmp_path: Path, text: str) -> None:
    """It is not repeated."""
    (tmp_path / "token").write_text(text)
    file = str(tmp_path / "token")

    with pytest.raises(ConfigError, match="the token of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be sent"):
        container_key(metadata, pod, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=file).load()
    with pytest.raises(StoreError, match="the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names cannot be read"):
        container_key(metadata, pod, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=file + "x").load()


def test_credentials_are_remembered_until_five_minutes_before_their_end(metadata: Metadata, ec2: Instance) -> None:
    """A look costs three requests."""
    clock = metadata.clock
    assert isinstance(clock, FakeClock)
    ec2.credentials = role_credentials(life_s=3600)
    source = RememberedKey(instance_key(metadata, ec2), clock)
    first = source.load()
    clock.advance(3200)
    assert first is source.load()
    assert 3 == len(ec2.asked)
    ec2.credentials = role_credentials(life_s=7200)

    clock.advance(200)

    assert is_that(source.load(), ec2.credentials)
    assert 6 == len(ec2.asked)


def test_what_is_remembered_serves_while_the_service_fails(metadata: Metadata, ec2: Instance) -> None:
    """To the last minute."""
    clock = metadata.clock
    assert isinstance(clock, FakeClock)
    ec2.credentials = role_credentials(life_s=3600)
    source = RememberedKey(instance_key(metadata, ec2), clock)
    first = source.load()
    ec2.trouble = [503] * 99

    clock.advance(3500)
    assert first is source.load()
    clock.advance(50)
    with pytest.raises(AwsUnavailable):
        source.load()


def test_other_clients_do_not_speak_to_metadata_services() -> None:
    """Plain http to a link-local address is for the client that is made for it."""
    usual = HttpClient(environ={})
    with pytest.raises(ConfigError, match=r"plain http to 169\.254\.169\.254:80 would show passwords"):
        usual.send("GET", "http://169.254.169.254/latest")
    for_metadata = HttpClient.for_metadata()
    with pytest.raises(ConfigError, match=r"plain http to 169\.254\.169\.253:80 would show passwords"):
        for_metadata.send("GET", "http://169.254.169.253/latest")
