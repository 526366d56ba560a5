"""Container registries: the hosts of ECR, and the patterns of hosts that settings give connectors to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from awsfed.errors import InvalidValue
from awsfed.model.endpoints import ON_AWS
from awsfed.model.partitions import PARTITIONS, parse_region

_SUFFIXES = "|".join(re.escape(suffix) for suffix in {*(p.dns_suffix for p in PARTITIONS.values()), *ON_AWS.values()})
_ECR = re.compile(
    rf"(?P<account>\d{{12}})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]{{1,40}})\.(?:{_SUFFIXES})", re.ASCII
)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:\d{1,5})?", re.ASCII)
_PATTERN = re.compile(r"[a-z0-9*]([a-z0-9.*-]{0,251}[a-z0-9*])?(:\d{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class EcrRegistry:
    """One registry of ECR, as its host names it."""

    host: str
    account: str
    region: str


def parse_ecr_host(text: object) -> EcrRegistry:
    """Return the registry behind a host of ECR; raise InvalidValue for any other host."""
    match = _ECR.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise InvalidValue("is not a registry of ECR, such as 123456789012.dkr.ecr.eu-central-1.amazonaws.com")
    return EcrRegistry(host=match[0], account=match["account"], region=parse_region(match["region"]))


def parse_server(text: str) -> str:
    """Return the host of a registry's address as container tools write it, with or without scheme and path.

    Raises:
        InvalidValue: there is no host in it.
    """
    host = re.sub(r"\A[a-z][a-z0-9+.-]*://", "", text.strip(), flags=re.IGNORECASE).partition("/")[0].lower()
    if not _HOST.fullmatch(host):
        raise InvalidValue("is not the address of a registry")
    return host


def parse_registry_pattern(text: object) -> str:
    """Return the host of a registry, in which `*` stands for any characters; raise InvalidValue otherwise."""
    if not isinstance(text, str) or not _PATTERN.fullmatch(text):
        raise InvalidValue("is not the host of a registry, in small letters and without https://")
    return text


def is_pattern(host: str) -> bool:
    """Tell whether a host of the settings stands for several."""
    return "*" in host


def chosen(host: str, registries: Mapping[str, str]) -> str | None:
    """Return the connector for a host: its own, else that of the longest pattern it fits, else None."""
    if host in registries:
        return registries[host]
    fitting = [
        pattern
        for pattern in registries
        if is_pattern(pattern) and re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), host)
    ]
    return registries[max(fitting, key=len)] if fitting else None
