from pathlib import Path
from typing import Any

import pytest

from awsfed.errors import InvalidValue
from awsfed.settings import kinds
from awsfed.settings.hosts import parse_test_endpoint, parse_url
from awsfed.settings.kinds import Kind
from awsfed.settings.places import Place
from awsfed.settings.values import SecretReference, SecretSource

HERE = Place(base=Path("/base"), home=Path("/home/alice"))


@pytest.mark.parametrize(
    "url",
    [
        "https://crowd.example.org",
        "https://crowd.example.org:8443/crowd",
        "http://localhost:8095/crowd",
        "http://127.8.9.1",
        "http://[::1]:8080/x",
    ],
)
def test_urls_that_are_safe_to_send_passwords_to(url: str) -> None:
    """TLS anywhere, plain http on this machine."""
    assert parse_url(url) == url


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("HTTPS://LOCALHOST:8443/", "https://localhost:8443"),
        ("https://Crowd.Example.org/Crowd", "https://crowd.example.org/Crowd"),
        ("https://crowd.example.org:443/crowd/", "https://crowd.example.org/crowd"),
        ("https://crowd.example.org:80", "https://crowd.example.org:80"),
        ("Http://[::1]:80", "http://[::1]"),
    ],
)
def test_two_spellings_of_one_address_are_one(url: str, meant: str) -> None:
    """Scheme and host have no case, and a default port says nothing; each spelling would have its own session."""
    assert meant == parse_url(url)


@pytest.mark.parametrize("kind", [kinds.URL, kinds.TEST_ENDPOINT, kinds.PROXY, kinds.SOURCE])
def test_every_kind_of_url_has_one_spelling(kind: Kind) -> None:
    """Whatever it is for."""
    assert "https://localhost" == kind.parse("HTTPS://LocalHost:443/", HERE)


@pytest.mark.parametrize(
    "url",
    [
        "http://crowd.example.org",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "ftp://crowd.example.org",
        "https://user@crowd.example.org",
        "https://crowd.example.org?x=1",
        "https://crowd.example.org#x",
        "https://crowd.example.org\\@evil.example.org",
        "https://crowd.example.org/a b",
        "https://crowd.example.org\n",
        "https://",
        "//crowd.example.org",
        "",
        5,
        None,
    ],
)
def test_urls_that_are_not(url: object) -> None:
    """Nothing that two programs could read in two ways, and no plain http to other machines."""
    with pytest.raises(InvalidValue):
        parse_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5000",
        "http://localhost:4566",
        "https://[::1]:5000",
        "http://10.1.2.3",
        "http://172.31.0.1",
        "http://192.168.1.1:8080",
        "https://aws.test",
        "http://sts.localhost",
        "http://moto.internal",
    ],
)
def test_hosts_that_may_play_aws(url: str) -> None:
    """Loopback, private addresses and names that no public host can have."""
    assert parse_test_endpoint(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://sts.example.org",
        "https://sts.amazonaws.com",
        "http://8.8.8.8",
        "http://172.32.0.1",
        "http://11.0.0.1",
        "http://169.254.169.254",
        "http://[fd00::1]",
        "http://test",
        "http://evil.test.example.org",
        "http://127.0.0.1@evil.example.org",
    ],
)
def test_hosts_that_may_not_play_aws(url: str) -> None:
    """A host that anybody could own does not get requests meant for AWS."""
    with pytest.raises(InvalidValue):
        parse_test_endpoint(url)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("keyring", SecretReference(source=SecretSource.KEYRING)),
        ("environment", SecretReference(source=SecretSource.ENVIRONMENT)),
        ("file:/run/secrets/crowd", SecretReference(source=SecretSource.FILE, path=Path("/run/secrets/crowd"))),
        ("fd:3", SecretReference(source=SecretSource.DESCRIPTOR, descriptor=3)),
        ("fd:0", SecretReference(source=SecretSource.DESCRIPTOR, descriptor=0)),
    ],
)
def test_references_to_secrets(text: str, expected: SecretReference) -> None:
    """Four ways to say where a secret is."""
    assert kinds.SECRET.parse(text, HERE) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *((kinds.SECRET, value) for value in ("hunter2", "file:relative", "fd:1", "file:/a\nb", 3, ["keyring"])),
        *((kinds.STORE, value) for value in ("keyring", "a.b;c", "os.system('x')", "", 1)),
        *((kinds.PATH, value) for value in ("", "a\0b", 1)),
        *((kinds.SOURCE, value) for value in ("", "http://example.org/x", 1)),
        *(
            (kinds.SOURCE, value)
            for value in ("s3://bucket", "s3://Bucket/x", "s3://b/x/", "s3://bucket/a b", "ftp://x/y")
        ),
        *((kinds.SOURCE, value) for value in ("ssm:/", "ssm:/a//b", "ssm:/a b", "ssm:/" + "a" * 401)),
        *((kinds.SWITCH, value) for value in (1, "true", None)),
        *((kinds.PUBLIC_KEYS, value) for value in ("x", ["ed25519:"], ["AAAA"], ["ed25519:" + "A" * 43 + "B"], [1])),
        *((kinds.whole(1, 24), value) for value in (0, 25, True, 1.0, "1", None)),
        *((kinds.NAMES, value) for value in ("group", ["a", ""], [1], {"a": 1}, ["x"] * 1001)),
        *((kinds.KEY_USES, value) for value in (["*"], ["ASSUME_ROLE"], "SESSION_TOKEN")),
    ],
)
def test_values_that_are_refused(kind: Kind, value: Any) -> None:
    """Each kind refuses what it is not."""
    with pytest.raises(InvalidValue):
        kind.parse(value, HERE)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (kinds.STORE, "file", "file"),
        (kinds.STORE, "keyring.backends.macOS.Keyring", "keyring.backends.macOS.Keyring"),
        (kinds.PATH, "~/x", Path("/home/alice/x")),
        (kinds.PATH, "x", Path("/base/x")),
        (kinds.PATH, "/x", Path("/x")),
        (kinds.SOURCE, "https://example.org/x.json", "https://example.org/x.json"),
        (kinds.SOURCE, "x.toml", "/base/x.toml"),
        (kinds.NAMES, ["a", "b c"], ("a", "b c")),
        (kinds.KEY_USES, ["arn:aws:iam::*:role/dev-*"], ("arn:aws:iam::*:role/dev-*",)),
    ],
)
def test_values_that_are_taken(kind: Kind, value: object, expected: object) -> None:
    """Each kind turns what it is into its value."""
    assert kind.parse(value, HERE) == expected


def test_numbers_in_variables() -> None:
    """A variable holds text; text that is no number stays text, and is refused as such."""
    assert kinds.whole(1, 24).from_text("12") == 12
    assert kinds.whole(1, 24).from_text("-1") == "-1"
    assert kinds.whole(1, 24).from_text("１") == "１"  # noqa: RUF001 - a digit, but not one of ours
