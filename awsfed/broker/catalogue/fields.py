"""The fields of a connector as they are written down, each with its parser."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from awsfed.errors import InvalidValue
from awsfed.model.arns import parse_policy_arn, parse_role_arn
from awsfed.model.connector import ConnectorType, parse_duration, parse_external_id
from awsfed.model.mfa import parse_mfa_serial
from awsfed.model.partitions import parse_partition, parse_region
from awsfed.model.policies import MANAGED_LIMIT, parse_policy
from awsfed.model.slugs import parse_slug
from awsfed.model.tags import OURS, TAG_LIMIT, parse_tag_key, parse_tag_value
from awsfed.model.text import parse_name, shown

GROUP_LIMIT = 1000
REGION_LIMIT = 40
VIA = "connector:"
_SPAN = re.compile(r"(?=\d)(?:(?P<h>\d{1,6})h)?(?:(?P<m>\d{1,6})m)?(?:(?P<s>\d{1,6})s)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its parser and one sentence."""

    parse: Callable[[object], Any]
    """Raises InvalidValue with a message that reads after the name of the field."""
    sentence: str


def parse_type(value: object) -> ConnectorType:
    """Return the STS call that a connector makes; raise InvalidValue for any other."""
    for member in ConnectorType:
        if member.value == value:
            return member
    raise InvalidValue(f"must be one of {', '.join(member.value for member in ConnectorType)}")


def seconds(value: object) -> object:
    """Return the seconds that a text such as `4h`, `90m` or `1h30m` means; anything else is left as it is."""
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    return int(match["h"] or 0) * 3600 + int(match["m"] or 0) * 60 + int(match["s"] or 0)


def parse_policy_field(value: object) -> str:
    """Return an inline policy, written as JSON text or as a table; raise InvalidValue otherwise."""
    try:
        return parse_policy(_json_text(value) if isinstance(value, dict) else value)
    except RecursionError as error:
        raise InvalidValue("is nested too deeply") from error


def _json_text(table: dict[str, object]) -> str:
    def refuse(value: object) -> object:
        if isinstance(value, date | time):
            raise InvalidValue("has a date without quotes", hint='write Version = "2012-10-17"')
        raise InvalidValue("has a value that JSON does not know")

    try:
        return json.dumps(table, default=refuse, allow_nan=False)
    except ValueError as error:
        raise InvalidValue("has a number that JSON does not know") from error


def _list(parse: Callable[[object], str], limit: int, words: str) -> Callable[[object], tuple[str, ...]]:
    def parse_list(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise InvalidValue(f"must be a list of {words}, in brackets")
        if len(value) > limit:
            raise InvalidValue(f"are {len(value)} {words}; at most {limit} are possible")
        parsed = []
        for number, item in enumerate(value, 1):
            try:
                parsed.append(parse(item))
            except InvalidValue as error:
                raise InvalidValue(f"has an item {number} that {error.message}", hint=error.hint) from error
        return tuple(dict.fromkeys(parsed))

    return parse_list


def duration_parser(kind: ConnectorType) -> Callable[[object], int]:
    """Return the parser of durations for one STS call."""

    def parse(value: object) -> int:
        try:
            return parse_duration(seconds(value), kind)
        except InvalidValue as error:
            raise InvalidValue(error.message, hint='write 3600, "90m" or "4h"') from error

    return parse


def parse_switch(value: object) -> bool:
    """Return true or false; raise InvalidValue for anything else."""
    if not isinstance(value, bool):
        raise InvalidValue("must be true or false")
    return value


def parse_scope(value: object) -> bool:
    """Tell that a connector is for services too; raise InvalidValue for any scope but SYSTEM."""
    if value != "SYSTEM":
        raise InvalidValue("must be SYSTEM, or left out")
    return True


def parse_key(value: object) -> tuple[str, str | None]:
    """Return the name of an access key and of a connector: one of the two is given, and the other empty or None."""
    if isinstance(value, str) and value.startswith(VIA):
        return "", parse_slug(value.removeprefix(VIA))
    return parse_slug(value), None


def parse_tags(value: object) -> tuple[tuple[str, str], ...]:
    """Return tags, written as a table of texts; raise InvalidValue where STS would not take one."""
    if not isinstance(value, dict):
        raise InvalidValue('must be a table, such as { project = "apollo" }')
    parsed: dict[str, tuple[str, str]] = {}
    for key, text in value.items():
        try:
            pair = parse_tag_key(key), parse_tag_value(text)
        except InvalidValue as error:
            raise InvalidValue(f"has a tag {shown(str(key), limit=40)!r} that {error.message}") from error
        if key.casefold().startswith(OURS):
            raise InvalidValue(f"has a tag {key!r}; tags that begin with {OURS} are set by user_tags and group_tags")
        if parsed.setdefault(key.casefold(), pair) != pair:
            raise InvalidValue(f"has two tags {key!r} that differ in upper and lower case only")
    if len(parsed) > TAG_LIMIT:
        raise InvalidValue(f"are {len(parsed)} tags; AWS takes {TAG_LIMIT}")
    return tuple(parsed.values())


FIELDS: Mapping[str, Field] = {
    "name": Field(parse=parse_name, sentence="Name for people; the id where it is not set."),
    "type": Field(
        parse=parse_type,
        sentence="ASSUME_ROLE, FEDERATION_TOKEN or SESSION_TOKEN: the call to STS; or PROVIDED: the machine's role.",
    ),
    "key": Field(
        parse=parse_key,
        sentence="Name of the access key that makes the call, or connector:NAME for a role that another one leads to.",
    ),
    "chainable": Field(parse=parse_switch, sentence="Other connectors may name this one as their key."),
    "role_arn": Field(parse=parse_role_arn, sentence="The role to assume; with ASSUME_ROLE, which needs it."),
    "external_id": Field(parse=parse_external_id, sentence="What the role's trust policy asks for; with ASSUME_ROLE."),
    "mfa_serial": Field(
        parse=parse_mfa_serial,
        sentence="MFA device of the key's user, by ARN or serial number: a person is asked for its code at each call.",
    ),
    "policy": Field(parse=parse_policy_field, sentence="A policy to narrow the session, as JSON text or as a table."),
    "policy_arns": Field(
        parse=_list(parse_policy_arn, MANAGED_LIMIT, "policy ARNs"),
        sentence="Managed policies to narrow the session; FEDERATION_TOKEN needs these or a policy.",
    ),
    "omit_policy": Field(
        parse=parse_switch,
        sentence="No policy, with FEDERATION_TOKEN: access then comes from policies of resources alone.",
    ),
    "read_only": Field(parse=parse_switch, sentence="Deny everything but actions that read, such as Get and List."),
    "region_lock": Field(
        parse=_list(parse_region, REGION_LIMIT, "regions"),
        sentence="Deny requests to any other region, but for services without regions.",
    ),
    "source_identity": Field(
        parse=parse_switch,
        sentence="Set the user's name as source identity; the role has to allow sts:SetSourceIdentity.",
    ),
    "user_tags": Field(
        parse=parse_switch,
        sentence="Tag the session with crowd:user and crowd:key; the role has to allow sts:TagSession.",
    ),
    "group_tags": Field(
        parse=_list(parse_name, TAG_LIMIT, "group names"),
        sentence="Groups to name in the tag crowd:groups, as :one:other:, of those who are in them.",
    ),
    "tags": Field(parse=parse_tags, sentence='Further session tags, as a table: { project = "apollo" }.'),
    "transitive_tags": Field(
        parse=_list(parse_tag_key, TAG_LIMIT, "keys of tags"),
        sentence="Tags that stay when the session assumes another role; with ASSUME_ROLE.",
    ),
    "duration": Field(
        parse=duration_parser(ConnectorType.SESSION_TOKEN),
        sentence="Seconds, or text such as 4h or 90m; AWS's own default where it is not set.",
    ),
    "groups": Field(
        parse=_list(parse_name, GROUP_LIMIT, "group names"),
        sentence="Members of any of these may use it; without any, administrators only.",
    ),
    "scope": Field(
        parse=parse_scope,
        sentence="SYSTEM lets services use it too, those that were granted it by name.",
    ),
    "partition": Field(parse=parse_partition, sentence="Partition of AWS; that of the role or region where not set."),
    "region": Field(parse=parse_region, sentence="Where STS is called, and the region of profiles made from it."),
}
