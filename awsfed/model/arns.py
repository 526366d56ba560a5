"""Amazon Resource Names, as far as connectors carry them."""

import re

from awsfed.errors import InvalidValue
from awsfed.model.partitions import PARTITIONS

_ROLE = r"arn:(?P<partition>[a-z-]+):iam::(?P<account>\d{12}):role/[\w+=,.@/-]{1,576}"
_POLICY = r"arn:(?P<partition>[a-z-]+):iam::(?P<account>\d{12}|aws):policy/[\w+=,.@/-]{1,576}"
_PATTERN = r"arn:[a-z*-]+:iam::[\d*?]{1,12}:role/[\w+=,.@/*?-]{1,576}"
_KMS_KEY = r"arn:(?P<partition>[a-z-]+):kms:[a-z0-9-]{5,30}:\d{12}:(key|alias)/[\w/-]{1,256}"
_ACCOUNT = r"arn:[a-z-]+:(?:iam|sts)::(\d{12}):"


def _parse(text: object, pattern: str, example: str) -> str:
    match = re.fullmatch(pattern, text, re.ASCII) if isinstance(text, str) else None
    if match is None or match["partition"] not in PARTITIONS:
        raise InvalidValue(f"is not an ARN such as {example}")
    return match[0]


def parse_role_arn(text: object) -> str:
    """Return the ARN of an IAM role; raise InvalidValue for anything else."""
    return _parse(text, _ROLE, "arn:aws:iam::123456789012:role/developer")


def parse_policy_arn(text: object) -> str:
    """Return the ARN of a managed policy; raise InvalidValue for anything else."""
    return _parse(text, _POLICY, "arn:aws:iam::aws:policy/ReadOnlyAccess")


def parse_kms_key_arn(text: object) -> str:
    """Return the ARN of a key of KMS, or of an alias; raise InvalidValue for anything else."""
    return _parse(text, _KMS_KEY, "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")


def region_of(arn: str) -> str:
    """Return the region that a parsed ARN names; nothing where it names none."""
    return arn.split(":", 4)[3]


def parse_role_pattern(text: object) -> str:
    """Return a pattern of role ARNs, in which `*` and `?` stand for characters; raise InvalidValue otherwise."""
    if not isinstance(text, str) or not re.fullmatch(_PATTERN, text, re.ASCII):
        raise InvalidValue("is not a pattern of role ARNs such as arn:aws:iam::123456789012:role/dev-*")
    return text


def fits(arn: str, pattern: str) -> bool:
    """Tell whether a role ARN fits a pattern, letter for letter; `*` also crosses slashes, as it does in IAM."""
    wild = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wild, arn) is not None


def partition_of(arn: str) -> str:
    """Return the partition that a parsed ARN names."""
    return arn.split(":", 2)[1]


def account_of(arn: str) -> str | None:
    """Return the 12-digit account of an IAM or STS ARN, or None where it has none."""
    match = re.match(_ACCOUNT, arn)
    return match[1] if match else None
