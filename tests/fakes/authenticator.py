"""Somebody with an authenticator app, who has all the time in the world."""

from awsfed.sandbox.aws.face import StrictAws
from awsfed.sandbox.aws.mfa import Device


def next_code(aws: StrictAws, device: Device | None = None) -> str:
    """Return a code that was not used yet; where none is left, AWS's clock moves on to the next one."""
    device = device or aws.mfa_device
    step = max(aws.devices.step, device.used_step + 1)
    aws.clock_offset_s += 30 * (step - aws.devices.step)
    return device.code(step)
