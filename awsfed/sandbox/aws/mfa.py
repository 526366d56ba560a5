"""MFA devices of users: codes by RFC 6238, each good once, in its own half minute and those beside it."""

import base64
import hmac
import secrets
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from awsfed.sandbox.aws.iam import ACCOUNT
from awsfed.sandbox.aws.refusals import access_denied

_STEP_S = 30
_DIGITS = 1_000_000


@dataclass(slots=True, kw_only=True)
class Device:
    """A virtual device, and what an authenticator app has to know of it."""

    serial_number: str
    user_arn: str
    seed: bytes = field(repr=False)
    used_step: int = -1
    """The latest half minute of which a code was used; none before it is good any more."""

    @property
    def seed_text(self) -> str:
        """The seed as people type it into an app."""
        return base64.b32encode(self.seed).decode()

    def code(self, step: int) -> str:
        """The code of one half minute."""
        digest = hmac.digest(self.seed, struct.pack(">Q", step), "sha1")
        start = digest[-1] & 15
        return f"{(struct.unpack_from('>I', digest, start)[0] & 0x7FFF_FFFF) % _DIGITS:06}"


class Devices:
    """The devices of the account, by their serial numbers."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._devices: dict[str, Device] = {}

    def add(self, user_arn: str, name: str) -> Device:
        """Give a user a virtual device."""
        serial_number = f"arn:aws:iam::{ACCOUNT}:mfa/{name}"
        device = Device(serial_number=serial_number, user_arn=user_arn, seed=secrets.token_bytes(20))
        with self._lock:
            self._devices[serial_number] = device
        return device

    def check(self, user_arn: str, serial_number: str, code: str) -> None:
        """Use a code up.

        Raises:
            Refusal: it is no device of this user, or not one of its codes now, or one that was used.
        """
        with self._lock:
            device = self._devices.get(serial_number)
            if device is None or device.user_arn != user_arn:
                raise access_denied(
                    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial "
                    "number is valid and associated with this user."
                )
            good = [
                step for step in range(self.step - 1, self.step + 2) if hmac.compare_digest(device.code(step), code)
            ]
            if not good or good[-1] <= device.used_step:
                raise access_denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
            device.used_step = good[-1]

    @property
    def step(self) -> int:
        """The number of this half minute."""
        return int(self._now()) // _STEP_S
