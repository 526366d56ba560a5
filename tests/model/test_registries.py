import pytest

from awsfed.errors import InvalidValue
from awsfed.model.partitions import PARTITIONS, dns_suffix
from awsfed.model.registries import chosen, parse_ecr_host, parse_registry_pattern, parse_server


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("123456789012.dkr.ecr.eu-central-1.amazonaws.com", "eu-central-1"),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        ("123456789012.dkr-ecr.eu-central-1.on.aws", "eu-central-1"),
        ("123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
    ],
)
def test_hosts_of_ecr_tell_their_account_and_region(host: str, region: str) -> None:
    """Every partition has its own names, and so have the endpoints for FIPS and for both kinds of addresses."""
    registry = parse_ecr_host(host)

    assert (host, "123456789012", region) == (registry.host, registry.account, registry.region)


@pytest.mark.parametrize(
    "host",
    [
        "docker.io",
        "public.ecr.aws",
        "12345678901.dkr.ecr.eu-central-1.amazonaws.com",
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com.evil.example.org",
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com\n",
        "123456789012.dkr.ecr.--help.amazonaws.com",
        "-x123456789012.dkr.ecr.eu-central-1.amazonaws.com",
        None,
    ],
)
def test_other_hosts_are_none_of_ecr(host: object) -> None:
    """What only resembles one is refused."""
    with pytest.raises(InvalidValue):
        parse_ecr_host(host)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://index.docker.io/v1/", "index.docker.io"),
        ("registry.example.org:5000\n", "registry.example.org:5000"),
        ("HTTPS://Registry.example.org", "registry.example.org"),
    ],
)
def test_addresses_are_read_as_container_tools_write_them(address: str, host: str) -> None:
    """With or without a scheme, a path and a line end."""
    assert host == parse_server(address)


@pytest.mark.parametrize("address", ["", "\n", "https://", "a b", "a\nb", "https://user@host/", "--help"])
def test_what_is_no_address_is_refused(address: str) -> None:
    """A line end inside, a user name, a space or an option is nothing to look up."""
    with pytest.raises(InvalidValue):
        parse_server(address)


def test_a_host_comes_before_patterns_and_longer_patterns_before_shorter() -> None:
    """The closest entry decides, whatever the order in the file."""
    registries = {"*": "any", "*.example.org": "org", "a.example.org": "a", "*.b.example.org": "b"}

    found = [chosen(host, registries) for host in ("a.example.org", "x.b.example.org", "c.example.org", "else")]

    assert ["a", "b", "org", "any"] == found
    assert chosen("a.example.com", {"a.example.org": "a", "*.org": "b"}) is None


@pytest.mark.parametrize("text", ["https://a", "A.example.org", "a b", "", None, "a/b", ".a"])
def test_patterns_are_hosts(text: object) -> None:
    """No scheme, no path, no capitals."""
    with pytest.raises(InvalidValue):
        parse_registry_pattern(text)


def test_every_region_has_the_suffix_of_its_partition() -> None:
    """Two partitions share one; the others have their own."""
    regions = [partition.default_region for partition in PARTITIONS.values()]

    assert [partition.dns_suffix for partition in PARTITIONS.values()] == [dns_suffix(region) for region in regions]
    assert 7 == len(set(map(dns_suffix, regions)))
