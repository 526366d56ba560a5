import pytest

from awsfed.errors import ConfigError
from awsfed.model.endpoints import USUAL, Variant, packages_host, registry_host, sts_host
from awsfed.model.registries import parse_ecr_host

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


ACCOUNT = "123456789012"


@pytest.mark.parametrize(
    ("region", "variant", "host"),
    [
        ("eu-central-1", USUAL, f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com"),
        ("us-east-1", FIPS, f"{ACCOUNT}.dkr.ecr-fips.us-east-1.amazonaws.com"),
        ("eu-central-1", DUAL, f"{ACCOUNT}.dkr-ecr.eu-central-1.on.aws"),
        ("us-gov-west-1", BOTH, f"{ACCOUNT}.dkr-ecr-fips.us-gov-west-1.on.aws"),
        ("cn-north-1", DUAL, f"{ACCOUNT}.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn"),
    ],
)
def test_hosts_of_registries(region: str, variant: Variant, host: str) -> None:
    """Each is one that the credential helper answers for."""
    assert host == registry_host(ACCOUNT, region, variant)
    assert (ACCOUNT, region) == (parse_ecr_host(host).account, parse_ecr_host(host).region)


def test_hosts_of_package_repositories() -> None:
    """The dual-stack one lacks a part; for FIPS there is none."""
    assert "d-1.d.codeartifact.eu-central-1.amazonaws.com" == packages_host("d-1", "eu-central-1", USUAL)
    assert "d-1.codeartifact.eu-central-1.on.aws" == packages_host("d-1", "eu-central-1", DUAL)
    for region, variant in (("us-east-1", FIPS), ("us-east-1", BOTH), ("us-iso-east-1", DUAL)):
        with pytest.raises(ConfigError, match=f"CodeArtifact has no {variant} endpoint in {region}"):
            packages_host("d-1", region, variant)
    with pytest.raises(ConfigError, match="ECR has no dual-stack endpoint in eusc-de-east-1"):
        registry_host(ACCOUNT, "eusc-de-east-1", DUAL)
