"""What the fields of one connector must be to each other."""

import re
from collections.abc import Iterator

from awsfed.errors import InvalidValue
from awsfed.model.arns import account_of, partition_of
from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.lifetime import SHORT_LIFE_S
from awsfed.model.narrowing import session_policy
from awsfed.model.partitions import PARTITIONS
from awsfed.model.policies import check_size
from awsfed.model.tags import OURS, TAG_LIMIT

Complaint = tuple[str, str, str | None]
"""A field, a message that reads after it, and perhaps a hint."""
_ROLE_ONLY = ("role_arn", "external_id")
_MFA = "mfa_serial"
_NARROWING = ("policy", "policy_arns", "omit_policy", "read_only", "region_lock")
_TAGS = ("user_tags", "group_tags", "tags")
_CHAINING = ("source_identity", "transitive_tags")


def complaints(connector: Connector) -> Iterator[Complaint]:
    """Yield everything that STS would not take, although each field is fine by itself."""
    match connector.type:
        case ConnectorType.ASSUME_ROLE:
            if connector.role_arn is None:
                yield "role_arn", "is not set, and ASSUME_ROLE needs it", None
        case ConnectorType.FEDERATION_TOKEN:
            yield from _surplus(connector, (*_ROLE_ONLY, _MFA, *_CHAINING))
            if connector.policy is None and not connector.policy_arns and not connector.omit_policy:
                hint = "add policy or policy_arns; or omit_policy = true, if policies of resources name the user"
                yield "type", "is FEDERATION_TOKEN, which needs a policy", hint
        case ConnectorType.SESSION_TOKEN:
            yield from _surplus(connector, (*_ROLE_ONLY, *_NARROWING, *_TAGS, *_CHAINING))
        case ConnectorType.PROVIDED:
            yield from _surplus(connector, (*_ROLE_ONLY, _MFA, *_NARROWING, *_TAGS, *_CHAINING, "duration"))
            if not connector.groups:
                hint = "name the groups that may act as the broker's machine itself"
                yield "type", "is PROVIDED, which needs groups", hint
    yield from _without_policy(connector)
    yield from _tags(connector)
    yield from _places(connector)
    try:
        check_size(session_policy(connector), connector.policy_arns)
    except InvalidValue as error:
        yield "policy", f"and policy_arns {error.message}", error.hint


def warnings(connector: Connector) -> Iterator[Complaint]:
    """Yield what works, but not as well as people expect."""
    if connector.duration is not None and connector.duration < SHORT_LIFE_S:
        minutes = SHORT_LIFE_S // 60
        message = (
            f"is shorter than {minutes} minutes: with less than 15 left, botocore asks for new credentials on every"
            " request, and each time it starts the program"
        )
        yield "duration", message, f'write "{minutes}m" or more, unless it has to be that short'


def _surplus(connector: Connector, fields: tuple[str, ...]) -> Iterator[Complaint]:
    for field in fields:
        if getattr(connector, field):
            yield field, f"is of no use with {connector.type.value}", "remove the line"


def _without_policy(connector: Connector) -> Iterator[Complaint]:
    """Yield what stands beside omit_policy although it would be a policy."""
    if not connector.omit_policy:
        return
    if connector.type is ConnectorType.ASSUME_ROLE:
        yield "omit_policy", "is of no use with ASSUME_ROLE", "remove the line: a role has its own policies"
    for field in _NARROWING:
        if field != "omit_policy" and getattr(connector, field):
            yield field, "contradicts omit_policy", "remove one of the two lines"


def _tags(connector: Connector) -> Iterator[Complaint]:
    """Yield what is wrong with tags that are fine one by one."""
    keys = [key for key, _ in connector.tags]
    keys += [f"{OURS}user", f"{OURS}key"] if connector.user_tags else []
    keys += [f"{OURS}groups"] if connector.group_tags else []
    if len(keys) > TAG_LIMIT:
        yield "tags", f"are {len(keys)} with those of the user; AWS takes {TAG_LIMIT}", None
    for key in connector.transitive_tags:
        if key not in keys:
            yield "transitive_tags", f"names {key!r}, which is no tag of this connector", None


def _places(connector: Connector) -> Iterator[Complaint]:
    """Yield what lies in another partition or account than the rest."""
    partition = connector.partition
    if connector.role_arn and partition_of(connector.role_arn) != partition:
        yield "role_arn", f"is not in the partition {partition}", None
    if connector.region and _is_foreign(connector.region, partition):
        yield "region", f"is not in the partition {partition}", None
    if (
        connector.mfa_serial
        and connector.mfa_serial.startswith("arn:")
        and partition_of(connector.mfa_serial) != partition
    ):
        yield _MFA, f"is not in the partition {partition}", None
    account = account_of(connector.role_arn) if connector.role_arn else None
    for number, arn in enumerate(connector.policy_arns, 1):
        if partition_of(arn) != partition:
            yield "policy_arns", f"has an item {number} that is not in the partition {partition}", None
        elif account and account_of(arn) not in {None, account}:
            yield "policy_arns", f"has an item {number} that belongs to another account than the role", None


def _is_foreign(region: str, partition: str) -> bool:
    """Tell whether a region belongs to another partition; one that nobody has heard of may belong to any."""
    owners = {known.id for known in PARTITIONS.values() if re.fullmatch(known.regions, region)}
    return bool(owners) and partition not in owners
