"""The partitions of AWS: which regions and hosts belong together.

Region patterns are those of botocore's `partitions.json`; sign-in hosts those that federation is known to use.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from awsfed.errors import InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """One partition, and where its console is entered."""

    id: str
    regions: str
    """Pattern of its region names."""
    default_region: str
    dns_suffix: str
    """What the names of its service hosts end in; two partitions share one, so it tells no partition."""
    dual_stack_suffix: str | None = None
    """The same for endpoints that take IPv6 too; None where there are none."""
    signin_host: str | None = None
    """Host of the federation endpoint; None where it is not public."""
    console_host: str | None = None
    regional_console: bool = True
    """Whether the console has a host for each region below that one."""


_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d{1,2}")

PARTITIONS = {
    partition.id: partition
    for partition in (
        Partition(
            id="aws",
            regions=r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+",
            default_region="us-east-1",
            dns_suffix="amazonaws.com",
            dual_stack_suffix="api.aws",
            signin_host="signin.aws.amazon.com",
            console_host="console.aws.amazon.com",
        ),
        Partition(
            id="aws-cn",
            regions=r"cn-\w+-\d+",
            default_region="cn-northwest-1",
            dns_suffix="amazonaws.com.cn",
            dual_stack_suffix="api.amazonwebservices.com.cn",
            signin_host="signin.amazonaws.cn",
            console_host="console.amazonaws.cn",
        ),
        Partition(
            id="aws-us-gov",
            regions=r"us-gov-\w+-\d+",
            default_region="us-gov-west-1",
            dns_suffix="amazonaws.com",
            dual_stack_suffix="api.aws",
            signin_host="signin.amazonaws-us-gov.com",
            console_host="console.amazonaws-us-gov.com",
        ),
        Partition(
            id="aws-eusc",
            regions=r"eusc-de-\w+-\d+",
            default_region="eusc-de-east-1",
            dns_suffix="amazonaws.eu",
            dual_stack_suffix="api.amazonwebservices.eu",
            signin_host="eusc-de-east-1.signin.amazonaws-eusc.eu",
            console_host="console.amazonaws-eusc.eu",
        ),
        *(
            Partition(id=name, regions=regions, default_region=default, dns_suffix=suffix, dual_stack_suffix=dual)
            for name, regions, default, suffix, dual in (
                ("aws-iso", r"us-iso-\w+-\d+", "us-iso-east-1", "c2s.ic.gov", "api.aws.ic.gov"),
                ("aws-iso-b", r"us-isob-\w+-\d+", "us-isob-east-1", "sc2s.sgov.gov", "api.aws.scloud"),
                ("aws-iso-e", r"eu-isoe-\w+-\d+", "eu-isoe-west-1", "cloud.adc-e.uk", None),
                ("aws-iso-f", r"us-isof-\w+-\d+", "us-isof-south-1", "csp.hci.ic.gov", None),
            )
        ),
    )
}


def parse_partition(text: object) -> str:
    """Return the id of a known partition; raise InvalidValue for any other."""
    if not isinstance(text, str) or text not in PARTITIONS:
        raise InvalidValue(f"must be one of {', '.join(PARTITIONS)}")
    return text


def parse_region(text: object) -> str:
    """Return a region name, known or new; raise InvalidValue where it cannot be one."""
    if not isinstance(text, str) or not _REGION.fullmatch(text):
        raise InvalidValue("is not the name of a region, such as eu-central-1")
    return text


@lru_cache(maxsize=256)
def partition_of_region(region: str) -> str:
    """Return the partition a region belongs to: the one whose pattern fits, else `aws`."""
    fitting = [p.id for p in PARTITIONS.values() if p.id != "aws" and re.fullmatch(p.regions, region)]
    return fitting[0] if fitting else "aws"


def dns_suffix(region: str) -> str:
    """Return what the service hosts of a region end in."""
    return PARTITIONS[partition_of_region(region)].dns_suffix
