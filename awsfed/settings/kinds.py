"""Kinds of values: what each looks like in a file, in a variable and in words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from awsfed.errors import InvalidValue
from awsfed.model.arns import parse_kms_key_arn, parse_role_pattern
from awsfed.model.partitions import parse_region
from awsfed.model.slugs import parse_slug
from awsfed.model.text import is_plain, parse_name
from awsfed.settings.aws_sources import S3, SSM, parse_s3, parse_ssm
from awsfed.settings.hosts import PROXY_WORDS, parse_host, parse_proxy, parse_test_endpoint, parse_url
from awsfed.settings.places import Place
from awsfed.settings.values import Listening, SealingReference, SealingSource, SecretReference, SecretSource

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

KEY_CALLS = ("FEDERATION_TOKEN", "SESSION_TOKEN", "PROVIDED")
"""Words among a key's `roles`: the calls that name no role."""
_STORE = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+"
_DESCRIPTOR = r"fd:(0|[3-9]|[1-9]\d{1,3})"
_LISTENING = r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253}):(?P<port>\d{1,5})"
_LAST_PORT = 65_535
_LIST_LIMIT = 1000
_SEALING_WORDS = '"file:/absolute/path", "environment", "keyring" or "kms:ARN"'
_SOURCE_WORDS = "the path of a file or folder, an https URL, s3://BUCKET/KEY or ssm:/PATH"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Kind:
    """One kind of value."""

    words: str
    """What it is, for people."""
    parse: Callable[[object, Place], Any]
    """Takes what TOML gives; raises InvalidValue with a message that reads after the key."""
    from_text: Callable[[str], object] = str
    """Turns the text of a variable or option into what TOML would have given."""


def _placeless(parse: Callable[[object], object]) -> Callable[[object, Place], object]:
    return lambda value, _: parse(value)


def choice(members: type[Enum]) -> Kind:
    """Return the kind whose values are those of an enumeration."""
    words = " or ".join(f'"{member.value}"' for member in members)

    def parse(value: object, _: Place) -> Enum:
        for member in members:
            if member.value == value:
                return member
        raise InvalidValue(f"must be {words}")

    return Kind(words=words, parse=parse)


def whole(minimum: int, maximum: int) -> Kind:
    """Return the kind of whole numbers between two, both included."""
    words = f"a whole number from {minimum} to {maximum}"

    def parse(value: object, _: Place) -> int:
        if type(value) is not int or not minimum <= value <= maximum:
            raise InvalidValue(f"must be {words}")
        return value

    def from_text(text: str) -> object:
        return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else text

    return Kind(words=words, parse=parse, from_text=from_text)


def seconds_of_milliseconds(text: str) -> str:
    """Return the whole seconds, at least one, that a number of milliseconds fills; any other text is left as it is."""
    return str(max(1, -(-int(text) // 1000))) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else text


def list_of(parse_item: Callable[[object], object], words: str) -> Kind:
    """Return the kind of lists whose items pass one parser."""

    def parse(value: object, _: Place) -> tuple[object, ...]:
        if not isinstance(value, list | tuple) or len(value) > _LIST_LIMIT:
            raise InvalidValue(f"must be a list of {words}, in brackets")
        parsed = []
        for number, item in enumerate(value, 1):
            try:
                parsed.append(parse_item(item))
            except InvalidValue as error:
                raise InvalidValue(f"has an item {number} that {error.message}", hint=error.hint) from error
        return tuple(parsed)

    return Kind(words=f"a list of {words}", parse=parse)


def _parse_path(value: object, place: Place) -> Path:
    if not isinstance(value, str) or not value or not is_plain(value):
        raise InvalidValue("must be the path of a file")
    return place.path(value)


def _parse_source(value: object, place: Place) -> str:
    if isinstance(value, str) and value.startswith(S3):
        parse_s3(value)
        return value
    if isinstance(value, str) and value.startswith(SSM):
        parse_ssm(value)
        return value
    if isinstance(value, str) and "://" in value:
        return parse_url(value)
    try:
        return str(_parse_path(value, place))
    except InvalidValue as error:
        raise InvalidValue(f"must be {_SOURCE_WORDS}") from error


def _parse_switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue("must be true or false")
    return value


def _parse_secret(value: object, _: Place) -> SecretReference:
    """Return where a secret is; what is no reference may be the secret itself, so it is not repeated."""
    if value == SecretSource.KEYRING.value:
        return SecretReference(source=SecretSource.KEYRING)
    if value == SecretSource.ENVIRONMENT.value:
        return SecretReference(source=SecretSource.ENVIRONMENT)
    if isinstance(value, str) and is_plain(value):
        path = Path(value.removeprefix("file:"))
        if value.startswith("file:") and path.is_absolute():
            return SecretReference(source=SecretSource.FILE, path=path)
        if match := re.fullmatch(_DESCRIPTOR, value):
            return SecretReference(source=SecretSource.DESCRIPTOR, descriptor=int(match[1]))
    raise InvalidValue(
        'must say where the secret is: "keyring", "environment", "file:/absolute/path" or "fd:3"',
        hint="the secret itself never stands in a settings file; if it does now, remove it and change it in Crowd",
    )


def _parse_listening(value: object) -> Listening:
    match = re.fullmatch(_LISTENING, value, re.ASCII) if isinstance(value, str) else None
    if match is None or int(match["port"]) > _LAST_PORT:
        raise InvalidValue("must be an address and a port, such as 127.0.0.1:8443 or [::1]:8443")
    return Listening(host=match["host"].strip("[]"), port=int(match["port"]))


def _parse_network(value: object) -> "IPv4Network | IPv6Network":
    from ipaddress import ip_network

    try:
        return ip_network(value if isinstance(value, str) else "")
    except ValueError:
        raise InvalidValue("is not an address, or a network such as 10.1.0.0/16") from None


def _parse_sealing(value: object, _: Place) -> SealingReference:
    """Return where a sealing key is; what is no reference may be the key itself, so it is not repeated."""
    for source in (SealingSource.ENVIRONMENT, SealingSource.KEYRING):
        if value == source.value:
            return SealingReference(source=source)
    if isinstance(value, str) and is_plain(value):
        path = Path(value.removeprefix("file:"))
        if value.startswith("file:") and path.is_absolute():
            return SealingReference(source=SealingSource.FILE, path=path)
        if value.startswith("kms:"):
            return SealingReference(source=SealingSource.KMS, arn=_kms_key(value.removeprefix("kms:")))
    raise InvalidValue(f"must say where the sealing key is: {_SEALING_WORDS}")


def _kms_key(arn: str) -> str:
    try:
        return parse_kms_key_arn(arn)
    except InvalidValue as error:
        raise InvalidValue(f'has a "kms:" that {error.message}') from error


def _parse_store(value: object) -> str:
    if not isinstance(value, str) or not (value == "file" or re.fullmatch(_STORE, value, re.ASCII)):
        raise InvalidValue('must be "file" or the class of a keyring backend such as keyring.backends.macOS.Keyring')
    return value


def _parse_registry(value: object) -> str:
    if isinstance(value, dict):
        raise InvalidValue("must be the id of a connector", hint='put the host in quotes: "HOST" = "CONNECTOR"')
    return parse_slug(value)


def _parse_key_use(value: object) -> str:
    if isinstance(value, str) and value in KEY_CALLS:
        return value
    try:
        return parse_role_pattern(value)
    except InvalidValue as error:
        raise InvalidValue(f"{error.message}, nor {', '.join(KEY_CALLS[:-1])} or {KEY_CALLS[-1]}") from error


def _public_key(value: object) -> str:
    from awsfed.model.signatures import parse_public_key

    return parse_public_key(value)


NAME = Kind(words="text", parse=_placeless(parse_name))
SLUG = Kind(words="an id: letters, digits, '.', '_' and '-'", parse=_placeless(parse_slug))
REGISTRY = Kind(words="the id of a connector", parse=_placeless(_parse_registry))
REGION = Kind(words="the name of a region", parse=_placeless(parse_region))
URL = Kind(words="an https URL", parse=_placeless(parse_url))
HOST = Kind(words="the name of a host", parse=_placeless(parse_host))
TEST_ENDPOINT = Kind(words="the URL of a test host", parse=_placeless(parse_test_endpoint))
PROXY = Kind(words=PROXY_WORDS, parse=_placeless(parse_proxy))
PATH = Kind(words="the path of a file", parse=_parse_path)
SOURCE = Kind(words=_SOURCE_WORDS, parse=_parse_source)
SWITCH = Kind(words="true or false", parse=_placeless(_parse_switch))
SECRET = Kind(words='"keyring", "environment", "file:/absolute/path" or "fd:3"', parse=_parse_secret)
SEALING = Kind(words=_SEALING_WORDS, parse=_parse_sealing)
STORE = Kind(words='"file" or the class of a keyring backend', parse=_placeless(_parse_store))
LISTENING = Kind(words="an address and a port", parse=_placeless(_parse_listening))
NETWORKS = list_of(_parse_network, "addresses or networks")
NAMES = list_of(parse_name, "group names")
PUBLIC_KEYS = list_of(_public_key, "public keys")
KEY_USES = list_of(_parse_key_use, f"patterns of role ARNs, {', '.join(KEY_CALLS[:-1])} and {KEY_CALLS[-1]}")
