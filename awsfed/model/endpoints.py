"""Which endpoint of a service is meant: the usual one, the one for FIPS 140, or the one for IPv4 and IPv6 alike."""

from dataclasses import dataclass
from functools import lru_cache

from awsfed.errors import ConfigError
from awsfed.model.partitions import PARTITIONS, partition_of_region

_STS_FIPS = {
    "aws": ("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    "aws-cn": (),
    "aws-eusc": (),
}
"""Where STS has an endpoint for FIPS, by partition; in GovCloud everywhere, and of the others nothing is public."""
ON_AWS = {"aws": "on.aws", "aws-us-gov": "on.aws", "aws-cn": "on.amazonwebservices.com.cn"}
"""What the hosts of somebody's own registries end in that take IPv6 too, by partition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A choice among the endpoints of a service."""

    fips: bool = False
    dualstack: bool = False

    def __str__(self) -> str:
        """Return it as a word before `endpoint`."""
        return " and ".join(word for word, is_on in (("FIPS", self.fips), ("dual-stack", self.dualstack)) if is_on)


USUAL = Variant()


def no_endpoint(service: str, region: str, variant: Variant) -> ConfigError:
    """Return the error for a combination that does not exist; nobody is asked at another endpoint instead."""
    switches = (("aws.use_fips", variant.fips), ("aws.use_dualstack", variant.dualstack))
    names = " and ".join(name for name, is_on in switches if is_on)
    return ConfigError(
        f"{service} has no {variant} endpoint in {region}", hint=f"use another region, or set {names} to false"
    )


def check_sts(region: str, variant: Variant) -> None:
    """Raise ConfigError where STS has no such endpoint in a region."""
    partition = PARTITIONS[partition_of_region(region)]
    if variant.fips and region not in _STS_FIPS.get(partition.id, (region,)):
        raise no_endpoint("STS", region, variant)
    if variant.dualstack and partition.dual_stack_suffix is None:
        raise no_endpoint("STS", region, variant)


@lru_cache(maxsize=256)
def sts_host(region: str, variant: Variant = USUAL) -> str:
    """Return the host of STS in a region; raise ConfigError where it has no such endpoint."""
    check_sts(region, variant)
    partition = PARTITIONS[partition_of_region(region)]
    if variant.dualstack:
        return f"sts{'-fips' if variant.fips else ''}.{region}.{partition.dual_stack_suffix}"
    # In GovCloud the usual endpoint is the one for FIPS.
    is_apart = variant.fips and partition.id != "aws-us-gov"
    return f"sts{'-fips' if is_apart else ''}.{region}.{partition.dns_suffix}"


def registry_host(registry: str, region: str, variant: Variant) -> str:
    """Return the host of a registry of ECR, named by its account; raise ConfigError where it has no such endpoint."""
    partition = PARTITIONS[partition_of_region(region)]
    fips = "-fips" if variant.fips else ""
    if not variant.dualstack:
        return f"{registry}.dkr.ecr{fips}.{region}.{partition.dns_suffix}"
    if partition.id not in ON_AWS:
        raise no_endpoint("ECR", region, variant)
    return f"{registry}.dkr-ecr{fips}.{region}.{ON_AWS[partition.id]}"


def packages_host(domain: str, region: str, variant: Variant) -> str:
    """Return the host of CodeArtifact's repositories in a domain; raise ConfigError where there is no such endpoint."""
    partition = PARTITIONS[partition_of_region(region)]
    if not variant.dualstack and not variant.fips:
        return f"{domain}.d.codeartifact.{region}.{partition.dns_suffix}"
    if variant.fips or partition.id not in ON_AWS:
        raise no_endpoint("CodeArtifact", region, variant)
    return f"{domain}.codeartifact.{region}.{ON_AWS[partition.id]}"
