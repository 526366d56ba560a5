"""What is said of a key that is not where the settings say."""

from awsfed.broker.keys.interface import AccessKeySource
from awsfed.broker.keys.keyring import KeyringKey
from awsfed.errors import NotFound


def no_key(name: str, source: AccessKeySource) -> NotFound:
    """Return the error; the hint is how to enter the key, or where it was looked for if awsfed only reads there."""
    is_ours = isinstance(source, KeyringKey)
    return NotFound(
        f"no access key named {name!r}", hint=f"awsfed keys add {name}" if is_ours else f"its place is {source.place}"
    )
