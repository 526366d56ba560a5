"""Parsers and values of the ground floor."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsfed.errors import InvalidValue
from awsfed.model.arns import account_of, fits, parse_policy_arn, parse_role_arn, parse_role_pattern
from awsfed.model.connector import ConnectorType, parse_duration, parse_external_id
from awsfed.model.mfa import parse_mfa_code, parse_mfa_serial
from awsfed.model.partitions import PARTITIONS, parse_partition, parse_region, partition_of_region
from awsfed.model.policies import check_size, parse_policy
from awsfed.model.secret import Secret
from awsfed.model.slugs import closest, parse_slug
from awsfed.model.text import is_plain, parse_name, shown


def test_a_secret_shows_itself_nowhere() -> None:
    """Neither text, nor format, nor pickle gives a secret away."""
    secret = Secret("canary-4711")

    assert "canary" not in f"{secret} {secret!r} {[secret]}"
    assert secret == Secret("canary-4711")
    assert secret != Secret("other")
    assert "canary-4711" == secret.reveal()
    with pytest.raises(TypeError):
        pickle.dumps(secret)


@pytest.mark.parametrize("text", ["dev", "A", "a.b_c-D9", "x" * 64])
def test_slugs_that_are_ones(text: str) -> None:
    """A slug passes unchanged."""
    assert text == parse_slug(text)


@pytest.mark.parametrize("text", ["", ".a", "-a", "a b", "a/b", "../x", "é", "x" * 65, "a\n", "a\x00", 7, None, "[x]"])
def test_slugs_that_are_none(text: object) -> None:
    """Nothing that could leave a path, a line or a header is a slug."""
    with pytest.raises(InvalidValue):
        parse_slug(text)


@pytest.mark.parametrize(
    "arn", ["arn:aws:iam::123456789012:role/dev", "arn:aws-cn:iam::123456789012:role/path/to/x+=,.@-_"]
)
def test_role_arns_that_are_ones(arn: str) -> None:
    """A role's ARN passes unchanged, with its account."""
    assert arn == parse_role_arn(arn)
    assert "123456789012" == account_of(arn)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "arn:aws:iam::123456789012:user/dev",
        "arn:aws:iam::12345678901:role/dev",
        "arn:aws-mars:iam::123456789012:role/dev",
        "arn:aws:iam::123456789012:role/dev\n",
        "arn:aws:iam::123456789012:role/d ev",
        "arn:aws:iam::\uff11\uff12\uff13456789012:role/dev",
        None,
    ],
)
def test_role_arns_that_are_none(arn: object) -> None:
    """Anything else is refused, digits of other scripts among it."""
    with pytest.raises(InvalidValue):
        parse_role_arn(arn)


def test_patterns_bound_role_arns() -> None:
    """A star stands for any characters, and a dot only for itself."""
    pattern = parse_role_pattern("arn:aws:iam::123456789012:role/dev-*")

    assert fits("arn:aws:iam::123456789012:role/dev-a/b", pattern)
    assert not fits("arn:aws:iam::123456789012:role/ops", pattern)
    assert not fits("arn:aws:iam::123456789012:role/devXa", "arn:aws:iam::123456789012:role/dev.a")


@pytest.mark.parametrize("arn", ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::123456789012:policy/x"])
def test_policy_arns(arn: str) -> None:
    """Both AWS's own policies and an account's pass."""
    assert arn == parse_policy_arn(arn)


def test_a_policy_is_made_compact_and_measured() -> None:
    """White space is not counted, and what is too long is refused before STS sees it."""
    policy = '{ "Version": "2012-10-17",\n "Statement": [] , "x": "%s" }'

    assert '{"Statement":{"Effect":"Allow"}}' == parse_policy('{ "Statement" : {"Effect": "Allow"} }')
    for bad in ("", "[]", "{}", "nonsense", policy % "", '{"Statement":"' + "x" * 2048 + '"}', '{"Statement":"€"}', 7):
        with pytest.raises(InvalidValue):
            parse_policy(bad)


def test_policies_are_measured_together() -> None:
    """The inline policy and the managed ones share one limit, and there are at most ten."""
    check_size("x" * 2000, ("y" * 48,))
    with pytest.raises(InvalidValue):
        check_size("x" * 2000, ("y" * 49,))
    with pytest.raises(InvalidValue):
        check_size(None, ("y",) * 11)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (ConnectorType.ASSUME_ROLE, (900, 43_200), (899, 43_201, True, "900", 900.0)),
        (ConnectorType.FEDERATION_TOKEN, (900, 129_600), (0, 129_601)),
        (ConnectorType.SESSION_TOKEN, (900, 129_600), (-1, 129_601)),
    ],
)
def test_durations(kind: ConnectorType, good: tuple[int, ...], bad: tuple[object, ...]) -> None:
    """Each call has its own limits, and only whole numbers are durations."""
    assert list(good) == [parse_duration(value, kind) for value in good]
    for value in bad:
        with pytest.raises(InvalidValue):
            parse_duration(value, kind)


def test_mfa_devices() -> None:
    """The ARN of a virtual one, or the number of a hardware one; security keys give no codes."""
    for good in ("arn:aws:iam::123456789012:mfa/team/broker", "arn:aws-cn:iam::123456789012:mfa/x", "GAHT12345678"):
        assert good == parse_mfa_serial(good)
    for bad in (
        *("12345678", "x" * 257, "GAHT 1234567", "GÄHT12345678", "arn:aws:iam::123456789012:user/broker", None),
        *("arn:moon:iam::123456789012:mfa/x", "arn:aws:iam::1:mfa/x", "arn:aws:iam::123456789012:u2f/user/x/y-1"),
    ):
        with pytest.raises(InvalidValue):
            parse_mfa_serial(bad)


def test_mfa_codes() -> None:
    """Six digits, also as apps show them; what is none is not repeated."""
    assert Secret("012345") == parse_mfa_code("012 345")
    for bad in ("", "12345", "1234567", "12345x", "١٢٣٤٥٦"):
        with pytest.raises(InvalidValue) as caught:
            parse_mfa_code(bad)
        assert not bad or bad not in caught.value.message


def test_external_ids() -> None:
    """Two to 1224 of IAM's characters."""
    assert "a:b/c" == parse_external_id("a:b/c")
    for bad in ("x", "x" * 1225, "a b", "é-é", None):
        with pytest.raises(InvalidValue):
            parse_external_id(bad)


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-central-1", "aws"),
        ("us-gov-west-1", "aws-us-gov"),
        ("cn-north-1", "aws-cn"),
        ("eusc-de-east-1", "aws-eusc"),
        ("us-isob-east-1", "aws-iso-b"),
        ("xx-new-1", "aws"),
    ],
)
def test_regions_belong_to_partitions(region: str, partition: str) -> None:
    """The pattern decides, and an unknown region counts as commercial."""
    assert region == parse_region(region)
    assert partition == partition_of_region(region)


def test_every_partition_holds_its_default_region() -> None:
    """The region that a partition falls back to is one of its own."""
    for partition in PARTITIONS.values():
        assert partition.id == partition_of_region(partition.default_region)
    with pytest.raises(InvalidValue):
        parse_partition("aws-mars")
    with pytest.raises(InvalidValue):
        parse_region("eu-central-1.evil.example")


@given(st.text())
def test_shown_text_is_always_plain(text: str) -> None:
    """Whatever came in, nothing that a terminal acts on comes out."""
    assert is_plain(shown(text))


@pytest.mark.parametrize("text", ["", " a", "a\x1b[2J", "a\nb", "\u202eabc", "x" * 256, "\ud800", None])
def test_names_that_are_none(text: object) -> None:
    """Control characters, blanks around, too long: not a name."""
    with pytest.raises(InvalidValue):
        parse_name(text)


def test_the_closest_name() -> None:
    """A slip of the finger is recognised; something else entirely is not."""
    assert "Deploy" == closest("depoly", ["Deploy", "ops"])
    assert closest("zzz", ["Deploy", "ops"]) is None
