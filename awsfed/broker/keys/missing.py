"""Keys that have to be there, and what is said of one that is not where the settings say."""

from awsfed.broker.keys.interface import AccessKeySource
from awsfed.broker.keys.keyring import KeyringKey
from awsfed.errors import NotFound
from awsfed.model.credentials import AccessKey


def loaded(name: str, source: AccessKeySource) -> AccessKey:
    """Return the key of a name from its place.

    Raises:
        NotFound: it is not there; the hint is how to enter it, or where it was looked for if awsfed only reads there.
    """
    key = source.load()
    if key is None:
        is_ours = isinstance(source, KeyringKey)
        hint = f"awsfed keys add {name}" if is_ours else f"its place is {source.place}"
        raise NotFound(f"no access key named {name!r}", hint=hint)
    return key
