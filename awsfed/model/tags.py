"""Session tags: what a session says about its user to policies and logs.

Limits are those that STS documents for AssumeRole and GetFederationToken.
"""

import re

from awsfed.errors import InvalidValue
from awsfed.model.connector import Connector
from awsfed.model.identity import Identity

TAG_LIMIT = 50
KEY_LIMIT = 128
VALUE_LIMIT = 256
OURS = "crowd:"
_TEXT = re.compile(r"[\w \t_.:/=+\-@]*")


def parse_tag_key(text: object) -> str:
    """Return the key of a tag; raise InvalidValue where STS would not take it."""
    if not isinstance(text, str) or not 0 < len(text) <= KEY_LIMIT or not _TEXT.fullmatch(text):
        raise InvalidValue(f"must be 1 to {KEY_LIMIT} letters, digits, spaces or any of _.:/=+-@")
    if text.casefold().startswith("aws:"):
        raise InvalidValue("must not begin with aws:")
    return text


def parse_tag_value(text: object) -> str:
    """Return the value of a tag; raise InvalidValue where STS would not take it."""
    if not isinstance(text, str) or len(text) > VALUE_LIMIT or not _TEXT.fullmatch(text):
        raise InvalidValue(f"must be at most {VALUE_LIMIT} letters, digits, spaces or any of _.:/=+-@")
    return text


def session_tags(connector: Connector, identity: Identity) -> dict[str, str]:
    """Return the tags of one session.

    `crowd:groups` holds the groups that the connector names and the user is in, each between colons, so that a policy
    can look for one with StringLike `*:GROUP:*`.
    """
    tags = dict(connector.tags)
    if connector.user_tags:
        tags[f"{OURS}user"] = _cleaned(identity.name)
        tags[f"{OURS}key"] = _cleaned(identity.key)
    if connector.group_tags:
        own = [group for group in connector.group_tags if identity.is_in(group)]
        tags[f"{OURS}groups"] = _cleaned(f":{':'.join(own)}:") if own else ""
    return tags


def _cleaned(text: str) -> str:
    """Return a text in the characters and length of a value; what does not fit is cut rather than refused."""
    return re.sub(r"[^\w \t_.:/=+\-@]", "-", text)[:VALUE_LIMIT]
