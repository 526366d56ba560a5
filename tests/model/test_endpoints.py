import pytest

from awsfed.errors import ConfigError
from awsfed.model.endpoints import USUAL, Variant, sts_host

FIPS, DUAL, BOTH = Variant(fips=True), Variant(dualstack=True), Variant(fips=True, dualstack=True)


@pytest.mark.parametrize(
    ("region", "variant", "host"),
    [
        ("eu-central-1", USUAL, "sts.eu-central-1.amazonaws.com"),
        ("us-east-1", FIPS, "sts-fips.us-east-1.amazonaws.com"),
        ("us-gov-west-1", FIPS, "sts.us-gov-west-1.amazonaws.com"),
        ("eu-central-1", DUAL, "sts.eu-central-1.api.aws"),
        ("cn-north-1", DUAL, "sts.cn-north-1.api.amazonwebservices.com.cn"),
        ("eusc-de-east-1", DUAL, "sts.eusc-de-east-1.api.amazonwebservices.eu"),
        ("us-west-2", BOTH, "sts-fips.us-west-2.api.aws"),
        ("us-iso-east-1", FIPS, "sts-fips.us-iso-east-1.c2s.ic.gov"),
    ],
)
def test_hosts_of_sts(region: str, variant: Variant, host: str) -> None:
    """Each variant has a name of its own, but for FIPS in GovCloud, which is the usual one."""
    assert host == sts_host(region, variant)


@pytest.mark.parametrize(
    ("region", "variant", "message"),
    [
        ("eu-central-1", FIPS, "STS has no FIPS endpoint in eu-central-1"),
        ("cn-north-1", FIPS, "STS has no FIPS endpoint in cn-north-1"),
        ("eusc-de-east-1", BOTH, "STS has no FIPS and dual-stack endpoint in eusc-de-east-1"),
        ("eu-isoe-west-1", DUAL, "STS has no dual-stack endpoint in eu-isoe-west-1"),
    ],
)
def test_what_does_not_exist_is_named(region: str, variant: Variant, message: str) -> None:
    """Instead of another endpoint, which would break what the switch promises."""
    with pytest.raises(ConfigError) as caught:
        sts_host(region, variant)
    assert message == caught.value.message
    assert "set aws.use_" in str(caught.value.hint)
