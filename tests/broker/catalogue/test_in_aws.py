"""Catalogues in S3 and in the Parameter Store, against the sandbox."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from fakes.clock import FakeClock

from awsfed.broker.catalogue.fetched import FetchedCatalogue, Source
from awsfed.broker.catalogue.signature import Trust
from awsfed.broker.catalogue.sources.s3 import S3Source
from awsfed.broker.catalogue.sources.ssm import PAGE_LIMIT, SsmSource
from awsfed.errors import CatalogueUnavailable, ConfigError, ProtocolError
from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.model.signatures import public_key
from awsfed.outside.aws import AwsDoor
from awsfed.outside.clock import SystemClock
from awsfed.outside.retry import Retries
from awsfed.sandbox.aws.faults import fail
from awsfed.sandbox.world import Sandbox
from awsfed.settings.problems import InvalidSettings
from awsfed.settings.reading import LIMIT
from awsfed.settings.values import KeySettings, KeySource

ROLE = "arn:aws:iam::123456789012:role/dev"
DEV = {"type": "ASSUME_ROLE", "key": "main", "role_arn": ROLE}
REGION, BUCKET = "eu-central-1", "sandbox-artifacts"
PUBLIC = public_key(b"\0" * 32)


def text(*names: str, **more: Any) -> str:
    """Return a document with these connectors."""
    return json.dumps({"connectors": dict.fromkeys(names, DEV | more)})


@cache
def made(service: str, url: str, key_id: str, secret: str) -> Any:
    """Return a client; making one takes longer than everything that a test does with it."""
    return boto3.client(
        service,  # type: ignore[call-overload]  # one of two, chosen by the test
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
    )


@dataclass
class Place:
    """The sandbox's AWS as somebody sees it who publishes a catalogue."""

    sandbox: Sandbox
    folder: Path
    clock: FakeClock

    def client(self, service: str) -> Any:
        return made(service, self.sandbox.aws_url, self.sandbox.access_key_id, self.sandbox.secret_access_key)

    def put(self, name: str, body: str | bytes) -> None:
        body = body.encode() if isinstance(body, str) else body
        self.client("s3").put_object(Bucket=BUCKET, Key=name, Body=body)

    def parameter(self, name: str, value: str) -> None:
        self.client("ssm").put_parameter(Name=name, Value=value, Type="String", Overwrite=True)

    def key(self) -> AccessKey:
        secret = Secret(self.sandbox.secret_access_key)
        return AccessKey(name="reader", access_key_id=self.sandbox.access_key_id, secret_access_key=secret)

    @property
    def door(self) -> AwsDoor:
        return AwsDoor(clock=SystemClock(), environ={}, endpoint=self.sandbox.aws_url)

    def s3(self, name: str) -> FetchedCatalogue:
        return self.catalogue(S3Source(name=f"s3://{BUCKET}/{name}", door=self.door, key=self.key, region=REGION))

    def ssm(self, path: str) -> FetchedCatalogue:
        return self.catalogue(SsmSource(name=f"ssm:{path}", door=self.door, key=self.key, region=REGION))

    def catalogue(self, source: Source) -> FetchedCatalogue:
        return FetchedCatalogue(
            source=source,
            keys={"main": KeySettings(name="main", source=KeySource.KEYRING, roles=(ROLE,))},
            max_age_s=300,
            folder=self.folder / "copies",
            clock=self.clock,
            retries=Retries(clock=self.clock, retries=2, started_at=self.clock.monotonic(), chance=lambda: 1.0),
        )

    def asked(self) -> list[str]:
        return [f"{call.action} {call.status}" for call in self.sandbox.aws.calls]


@pytest.fixture
def place(sandbox: Sandbox, tmp_path: Path) -> Iterator[Place]:
    """An account in which nothing was asked yet, and whose bucket is empty again afterwards."""
    place = Place(sandbox, tmp_path, FakeClock())
    yield place
    s3 = place.client("s3")
    for listed in s3.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        s3.delete_object(Bucket=BUCKET, Key=listed["Key"])


def test_an_object_is_a_catalogue(place: Place) -> None:
    """It is fetched once, and confirmed without being sent again."""
    place.put("c/a.json", text("dev"))
    place.sandbox.aws.calls.clear()
    catalogue = place.s3("c/a.json")

    assert ["dev"] == list(catalogue.connectors().by_id) == list(catalogue.connectors().by_id)
    place.clock.advance(301)
    assert ["dev"] == list(catalogue.connectors().by_id)
    assert [f"GET /{BUCKET}/c/a.json 200", f"GET /{BUCKET}/c/a.json 304"] == place.asked()

    place.put("c/a.json", text("ops"))
    place.clock.advance(301)
    assert ["ops"] == list(catalogue.connectors().by_id)


@pytest.mark.parametrize("kind", ["s3", "ssm"])
def test_the_copy_stands_in_while_aws_fails(place: Place, kind: str) -> None:
    """As with any other source: asked once, and the answer says how old the copy is; without a copy all retries."""
    place.put("c/b.json", text("dev"))
    place.parameter("/c/b", text("dev"))
    catalogue = place.s3("c/b.json") if kind == "s3" else place.ssm("/c/b")
    catalogue.connectors()
    action = f"GET /{BUCKET}/c/b.json" if kind == "s3" else "GetParameter"
    place.sandbox.aws.faults.add(fail(503, "ServiceUnavailable"), action=action, times=4)
    place.clock.advance(4000)

    assert 4000 == catalogue.connectors().age_s
    fresh = replace(catalogue.retries, started_at=place.clock.monotonic())
    with pytest.raises(CatalogueUnavailable, match="cannot be fetched: AWS failed"):
        replace(catalogue, folder=place.folder / "other", retries=fresh).connectors()
    assert 1 + 1 + 3 == len([call for call in place.asked() if call.startswith(action)])


@pytest.mark.parametrize(
    ("open_", "message"),
    [
        (lambda place: place.s3("none"), "s3://sandbox-artifacts/none cannot be read: NoSuchKey"),
        (lambda place: place.ssm("/none"), "ssm:/none cannot be read: ParameterNotFound"),
        (lambda place: place.ssm("/none/"), "ssm:/none/ holds no parameter"),
    ],
)
def test_what_is_not_there(place: Place, open_: Callable[[Place], FetchedCatalogue], message: str) -> None:
    """A definite refusal is said as such, and is no refusal of a role."""
    with pytest.raises(ConfigError, match=message):
        open_(place).connectors()


def test_a_key_that_may_not_read(place: Place) -> None:
    """The hint names the permission."""
    place.sandbox.aws.faults.add(fail(403, "AccessDenied"), action=f"GET /{BUCKET}/x")

    with pytest.raises(ConfigError, match="AccessDenied") as caught:
        place.s3("x").connectors()

    assert "s3:GetObject" in str(caught.value.hint)


def test_an_object_that_is_too_long(place: Place) -> None:
    """It is not read to its end."""
    place.put("c/long", b"#" * (LIMIT + 1))

    with pytest.raises(ProtocolError, match="more than"):
        place.s3("c/long").connectors()


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"[connectors", b'{"connectors": {"dev": {"command": "rm"}}}'])
def test_hostile_objects(place: Place, body: bytes) -> None:
    """A mistake is an error with the name of the object, and nothing of it is kept."""
    place.put("c/bad", body)
    catalogue = place.s3("c/bad")

    with pytest.raises(InvalidSettings, match="s3://sandbox-artifacts/c/bad"):
        catalogue.connectors()

    assert not catalogue.folder.exists()


def test_a_catalogue_in_aws_stays_within_the_keys(place: Place) -> None:
    """Whoever may write the object cannot make more of an access key than the settings allow."""
    place.put("c/wide", text("dev", role_arn=f"{ROLE}-admin"))

    with pytest.raises(InvalidSettings, match="asks more of the access key"):
        place.s3("c/wide").connectors()


def test_parameters_below_a_path(place: Place) -> None:
    """Each is a document, page after page, in the order of their names; deeper ones are none."""
    for number in range(12):
        place.parameter(f"/many/{number:02}", text(f"c{number:02}"))
    place.parameter("/many/deeper/x", "not a document")

    assert [f"c{number:02}" for number in range(12)] == list(place.ssm("/many/").connectors().by_id)
    assert 2 == place.asked().count("GetParametersByPath 200")


def test_one_id_in_two_parameters(place: Place) -> None:
    """Both places are named, for nobody could tell which one counts."""
    place.parameter("/twice/a", text("dev"))
    place.parameter("/twice/b", text("DEV"))

    with pytest.raises(InvalidSettings, match=r"ssm:/twice/b: connectors.DEV is defined in ssm:/twice/a too"):
        place.ssm("/twice/").connectors()


class Endless:
    """A Parameter Store without a last page, or with pages of another kind."""

    def __init__(self, page: dict[str, Any]) -> None:
        self.page = page
        self.asked = 0

    def call(self, *_: object, **__: object) -> "Endless":
        self.asked += 1
        return self

    @property
    def data(self) -> dict[str, Any]:
        return self.page


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ({"Parameters": [{"Name": "/a/b", "Value": ""}], "NextToken": "x"}, "more than 1000 parameters"),
        ({"Parameters": [{"Name": "/a/b", "Value": "#" * LIMIT + "#"}], "NextToken": "x"}, "larger than"),
        ({"Parameters": ["x"]}, "not one we understand"),
        ({"Parameters": [{"Name": "/a/b"}]}, "not one we understand"),
    ],
)
def test_a_hostile_parameter_store(place: Place, page: dict[str, Any], message: str) -> None:
    """Pages and bytes have a limit."""
    endless = Endless(page)
    source = SsmSource(name="ssm:/a/", door=endless, key=place.key, region=REGION)  # type: ignore[arg-type]  # a fake

    with pytest.raises(ProtocolError, match=message):
        place.catalogue(source).connectors()
    assert PAGE_LIMIT >= endless.asked


def test_signatures_are_looked_for_when_they_count(place: Place) -> None:
    """Beside the object or parameter; where none is wanted nobody asks for one."""
    place.put("c/s.json", text("dev"))
    place.parameter("/c/s", text("dev"))
    trust = Trust(public_keys=(PUBLIC,))

    for catalogue in (place.s3("c/s.json"), place.ssm("/c/s")):
        place.sandbox.aws.calls.clear()
        assert ["dev"] == list(replace(catalogue, trust=trust).connectors().by_id)
        assert 2 == len(place.sandbox.aws.calls)
    place.put("c/s.json.sig", "x")
    place.parameter("/c/s.sig", "x")
    for catalogue in (place.s3("c/s.json"), place.ssm("/c/s"), place.ssm("/c/")):
        other = replace(catalogue, trust=trust, folder=place.folder / "empty")
        with pytest.raises(ConfigError, match=r"\.sig is not a signature"):
            other.connectors()
