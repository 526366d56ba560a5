"""MFA devices and their codes, as STS takes them."""

import re

from awsfed.errors import InvalidValue
from awsfed.model.partitions import PARTITIONS
from awsfed.model.secret import Secret

_DEVICE = re.compile(r"arn:(?P<partition>[a-z-]+):iam::\d{12}:mfa/[\w+=,.@/-]+", re.ASCII)
_HARDWARE = re.compile(r"[\w+=,.@/-]+", re.ASCII)
_SHORTEST, _LONGEST = 9, 256
_CODE = re.compile(r"\d{6}", re.ASCII)


def parse_mfa_serial(text: object) -> str:
    """Return the ARN of a virtual device, or the serial number of a hardware one; raise InvalidValue otherwise."""
    if not isinstance(text, str) or not _SHORTEST <= len(text) <= _LONGEST:
        raise InvalidValue(f"must be {_SHORTEST} to {_LONGEST} characters: an ARN, or the number on a device")
    if ":u2f/" in text:
        raise InvalidValue("is a security key, which gives no codes", hint="register an authenticator app as well")
    device = _DEVICE.fullmatch(text)
    if not (device and device["partition"] in PARTITIONS) and not _HARDWARE.fullmatch(text):
        raise InvalidValue("is neither an ARN such as arn:aws:iam::123456789012:mfa/broker nor a serial number")
    return text


def parse_mfa_code(text: str) -> Secret:
    """Return the six digits that a device shows; raise InvalidValue, without what was given, for anything else."""
    digits = text.replace(" ", "")
    if not _CODE.fullmatch(digits):
        raise InvalidValue("must be the six digits that the device shows")
    return Secret(digits)
